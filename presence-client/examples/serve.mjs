// Bundles an example and serves it on loopback:
//
//     node serve.mjs <name> [port]
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, examples } from './build.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * Serves a folder on loopback.
 *
 * @param port 0: any that is free
 * @returns its `url`, and `close()`
 */
export async function serve(folder, port = 0) {
  const server = createServer(async (request, response) => {
    const file = fileFor(folder, request.url);
    const found = file && await stat(file).catch(() => null);
    if (!found?.isFile()) return response.writeHead(404).end();
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-length': found.size, 'cache-control': 'no-store' });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

function fileFor(folder, url) {
  try {
    const path = decodeURIComponent(new URL(url, 'http://loopback').pathname);
    const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
    return file.startsWith(folder + sep) ? file : null;
  } catch {
    return null; // no path at all
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, port = '5173'] = process.argv.slice(2);
  if (!name) {
    console.error(`usage: npm start -- <name> [port]\nexamples: ${(await examples()).join(', ')}`);
    process.exit(2);
  }
  const { url } = await serve(await build(name), Number(port));
  console.log(`${name}: ${url}  (a node: ${url}?ws=ws://localhost:3001/ws)`);
}
