// The panel in a real page, beside the node in memory: no service is needed.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { launchBrowser, PATIENCE_MS } from './browser.mjs';

const ORIGIN = 'http://panel.test';
const PAGE = `<!doctype html><html lang="en"><title>panel</title><body><script type="module" src="/page.mjs"></script></body></html>`;
// As strict as the demo's.
const POLICY = "default-src 'self'";
const SCRIPT = `
  import { connect } from '/src/presence-debug.js';
  import { Probe, showPanel } from '/src/presence-panel.js';
  import { testNode } from '/src/testing/presence-testing.js';

  const node = testNode({ serverLabel: 'eu-1' });
  const probe = new Probe({ WebSocket: node.WebSocket });
  const connection = probe.watch(connect(node.url, { WebSocket: probe.WebSocket, heartbeatMs: 500 }));
  const room = await connection.join('board-42', { name: 'Ada', color: '#4f46e5', state: { tool: 'pen', selection: [] } });
  const bob = await node.enter('board-42', { name: 'Bøb <i>', color: 'url(/stolen)' });
  const many = [];
  globalThis.enterMany = async () => {
    for (let n = 0; n < 30; n++) many.push(await node.enter('board-42', { name: 'user ' + n }));
  };
  setInterval(() => bob.cursor(Math.random() * 100, 50), 50);
  globalThis.app = { node, probe, connection, room, panel: showPanel(probe) };
`;

let browser;
before(async () => { browser = await launchBrowser(); });
after(() => browser?.close());

async function openPanel(options = {}) {
  const context = await browser.newContext({ viewport: { width: 480, height: 640 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const requested = [];
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    requested.push(pathname);
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: PAGE, headers: { 'Content-Security-Policy': POLICY } });
    if (pathname === '/page.mjs') return route.fulfill({ contentType: 'text/javascript', body: SCRIPT });
    if (!pathname.startsWith('/src/')) return route.fulfill({ status: 404 });
    return route.fulfill({ contentType: 'text/javascript', body: await readFile(new URL(`..${pathname}`, import.meta.url), 'utf8') });
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') page.complaints.push(message.text()); });
  await page.goto(`${ORIGIN}/`);
  await page.waitForFunction(() => globalThis.app?.connection.rtt !== null && app.probe.ages().length > 20);
  await page.evaluate(() => app.panel.refresh());
  return { page, requested, context };
}

test('shows the connection, the room, its members and figures, and goes with its element', async () => {
  const { page, requested, context } = await openPanel();
  const text = () => page.evaluate(() => app.panel.shadowRoot.textContent);
  await page.waitForFunction(() => /Frames in, out([1-9]|0\.[1-9])/.test(app.panel.shadowRoot.textContent));
  assert.match(await text(), /^Presence open/);
  assert.match(await text(), /Nodeeu-1.*Age of cursors\d+ ms, 99 % \d+ ms/);
  assert.match(await text(), /board-42 · 2 members/);
  assert.match(await text(), /Ada · you · active · state: tool, selection/);
  assert.match(await text(), /Bøb <i> · active · \d+,50 · moved now/);
  assert.ok(!requested.includes('/stolen'), 'a color is no address');
  if (process.env.PRESENCE_ARTIFACTS) await page.screenshot({ path: `${process.env.PRESENCE_ARTIFACTS}/panel.png` });
  await page.evaluate(() => enterMany());
  await page.waitForFunction(() => /board-42 · 32 members/.test(app.panel.shadowRoot.textContent));
  assert.match(await text(), /and 12 more$/);
  await page.evaluate(() => app.node.down());
  await page.waitForFunction(() => /^Presence reconnecting/.test(app.panel.shadowRoot.textContent));
  await page.evaluate(() => app.connection.close());
  await page.waitForFunction(() => /^Presence closed/.test(app.panel.shadowRoot.textContent));
  assert.ok(!(await text()).includes('board-42'), 'the room has ended');
  const before = await text();
  await page.evaluate(() => app.panel.remove());
  assert.equal(await text(), before);
  assert.deepEqual(page.complaints, []);
  await context.close();
});

test('is readable in the dark', async () => {
  const { page, context } = await openPanel({ colorScheme: 'dark' });
  const { color, backgroundColor } = await page.evaluate(() => {
    const style = getComputedStyle(app.panel.shadowRoot.querySelector('section'));
    return { color: style.color, backgroundColor: style.backgroundColor };
  });
  assert.deepEqual([color, backgroundColor], ['rgb(244, 244, 245)', 'rgb(24, 24, 27)']);
  if (process.env.PRESENCE_ARTIFACTS) await page.screenshot({ path: `${process.env.PRESENCE_ARTIFACTS}/panel-dark.png` });
  assert.deepEqual(page.complaints, []);
  await context.close();
});
