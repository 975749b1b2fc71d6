// A page of another origin that has nothing but an address of a node: the first snippet of the README.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { launchBrowser, PATIENCE_MS } from './browser.mjs';
import { startNode } from './service.mjs';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

let browser;
let node;
let site;
let origin;
const pages = new Map();
before(async () => {
  site = createServer(({ url }, response) => response.setHeader('Content-Type', 'text/html').end(pages.get(url))).listen(0, '127.0.0.1');
  await once(site, 'listening');
  // Another port is another origin.
  origin = `http://127.0.0.1:${site.address().port}`;
  // The files are for all pages; this setting says which of them may connect.
  [node, browser] = await Promise.all([startNode({ PRESENCE_ALLOWED_ORIGINS: origin }), launchBrowser()]);
});
after(async () => {
  site?.close();
  site?.closeAllConnections();
  await browser?.close();
  await node?.kill();
});

for (const name of ['presence-client.js', `presence-client@${version}.js`]) {
  test(`a page elsewhere imports ${name} and joins`, async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE_MS);
    pages.set(`/${name}`, `<!doctype html><link rel="icon" href="data:,"><title>elsewhere</title><script type="module">
      import { connect } from '${node.page}${name}';
      globalThis.room = await connect('${node.ws}').join('board-42', { name: 'Ada', color: '#e91e63' });
    </script>`);
    const page = await context.newPage();
    const requested = [];
    const complaints = [];
    page.on('response', (response) => requested.push(`${response.status()} ${response.url()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`${origin}/${name}`);
    await page.waitForFunction(() => globalThis.room, null, { timeout: PATIENCE_MS }).catch(() =>
      assert.fail(`not joined: ${[...requested, ...complaints].join('\n')}`));
    assert.equal(await page.evaluate(() => room.self.name), 'Ada');
    const wire = name.replace('client', 'wire');
    const scripts = requested.filter((line) => line.includes(node.page));
    assert.deepEqual(scripts.sort(), [`200 ${node.page}${name}`, `200 ${node.page}${wire}`]);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}
