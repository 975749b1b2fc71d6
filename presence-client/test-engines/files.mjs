import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>live</title>
<style>html, body { height: 100%; margin: 0 }</style><body><script type="module" src="/page.mjs"></script></body></html>`;

/** Serves the client's files as they are here, the page at `/live`, and an empty one at `/elsewhere`. */
export async function serveFiles() {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://x');
    const script = pathname === '/page.mjs' ? new URL('page.mjs', import.meta.url)
      : /^\/src\/[a-z-]+\.js$/.test(pathname) ? new URL(`..${pathname}`, import.meta.url) : null;
    if (script) {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(await readFile(script));
    } else if (pathname === '/live' || pathname === '/elsewhere') {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(pathname === '/live' ? PAGE : '<!doctype html><title>elsewhere</title>');
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
