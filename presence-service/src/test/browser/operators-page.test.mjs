// The operators' page in a real browser, of two nodes over a real Redis.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { connect } from '../../../../presence-client/src/presence-client.js';
import { examine } from '../../../../presence-client/test-browser/axe.mjs';
import { launchBrowser, visit } from '../../../../presence-client/test-browser/browser.mjs';
import { startNode } from '../../../../presence-client/test-browser/service.mjs';
import { startProxy } from '../../../../presence-client/test-live/tcp-proxy.mjs';

// Of the client's own packages.
const { WebSocket } = createRequire(new URL('../../../../presence-client/', import.meta.url))('ws');

// Names that would become elements and run, were they put into the page as HTML.
const BOARD = '<svg/onload=globalThis.hit=1>';
const LABEL = '<img/src="x"onerror="globalThis.hit=1">';
const VARIABLE = 'PRESENCE_<b>not bold</b>';
const LOOKS = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'light', forcedColors: 'active' },
  { colorScheme: 'dark', forcedColors: 'active' },
];

const members = [];
let redis;
let one;
let two;
let browser;
let page;
before(async () => {
  const { port } = new URL(process.env.REDIS_URL);
  redis = await startProxy(() => Number(port));
  const through = new URL(process.env.REDIS_URL);
  through.port = redis.port;
  const settings = { PRESENCE_PREFIX: `page-${process.pid}`, PRESENCE_NODE_HEARTBEAT_MS: '300' };
  [one, two, browser] = await Promise.all([
    startNode({ ...settings, REDIS_URL: through.href, SERVER_ID: 'one', [VARIABLE]: '1' }),
    startNode({ ...settings, REDIS_URL: process.env.REDIS_URL, SERVER_ID: LABEL }),
    launchBrowser(),
  ]);
  await enter(one, BOARD, 'Ada');
  await enter(two, BOARD, 'Bob');
  await enter(one, 'plans', 'Cem');
  page = await visit(browser, 'about:blank', { reducedMotion: 'reduce' });
  await page.clock.install();
  await page.addInitScript(() => {
    const { fetch } = globalThis;
    globalThis.asked = 0;
    globalThis.fetch = (...request) => {
      globalThis.asked += 1;
      return fetch(...request);
    };
  });
  await page.goto(`http://127.0.0.1:${one.opsPort}/`);
});
after(async () => {
  members.forEach((member) => member.close());
  await browser?.close();
  await Promise.all([one, two].map((node) => node?.kill()));
  await redis?.close();
});

async function enter(node, board, name) {
  const connection = connect(node.ws, { WebSocket });
  members.push(connection);
  const room = await connection.join(board, { name });
  room.cursor(1, 2);
  return connection;
}

/** The texts of the table's cells, by row, once they are as `expected` says. */
const untilRows = (id, expected) => page.waitForFunction(([body, wanted]) => {
  const rows = [...document.getElementById(body).rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  return wanted.every((parts) => rows.some((row) => parts.every((part, at) => row[at].includes(part))));
}, [id, expected]);

test('the page shows both nodes, their boards and the warnings, and names stay text', async () => {
  await untilRows('instances', [[`one${one.id}`, '2', '2', 'this node'], [`${LABEL}${two.id}`, '1', '1', 's ago']]);
  await untilRows('boards', [[BOARD, '2'], ['plans', '1']]);
  await untilRows('warnings', [['', '1', `unknown setting ignored variable=${VARIABLE}warn Main`]]);
  await page.waitForSelector('#state[data-state=ready]');
  const found = await page.evaluate(() => ({
    hit: globalThis.hit,
    strangers: document.querySelectorAll('table svg, table img, table b').length,
    node: document.getElementById('node').textContent,
    bars: document.querySelectorAll('#presence_eventloop_lag .bar').length,
  }));
  assert.deepEqual([found.hit, found.strangers, found.bars], [undefined, 0, 12]);
  assert.ok(found.node.includes(one.id), found.node);
  assert.deepEqual(page.complaints, []);
});

test('the page follows what changes, and stands still while it is paused', async () => {
  const dan = await enter(two, 'plans', 'Dan');
  await untilRows('boards', [['plans', '2']]);
  const pause = page.getByRole('button', { name: 'Pause' });
  for (let presses = 0; !(await pause.evaluate((button) => button === document.activeElement)); presses += 1) {
    assert.ok(presses < 10, 'the button is not reached by Tab');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Go on' }).waitFor();
  dan.close();
  const asked = await page.evaluate(() => globalThis.asked);
  await page.clock.runFor(60_000);
  assert.equal(await page.evaluate(() => globalThis.asked), asked);
  await page.keyboard.press('Enter');
  await untilRows('boards', [['plans', '1']]);
  assert.deepEqual(page.complaints, []);
});

test('axe finds nothing wrong, and nothing is wider than the page', async () => {
  const findings = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const look of LOOKS) {
      await page.emulateMedia({ reducedMotion: 'reduce', ...look });
      const { violations, passed } = await examine(page);
      const name = `${width} ${look.colorScheme} ${look.forcedColors}`;
      findings.push(...violations.map((violation) => `${name}: ${violation}`));
      assert.ok(passed['color-contrast'] > 100, `${name}: the contrast of ${passed['color-contrast']} texts was measured`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) findings.push(`${width}: the page is ${wide} pixels wide`);
  }
  assert.deepEqual([findings, page.complaints], [[], []]);
});

test('the page shows that Redis is away, and then that the node is', async () => {
  redis.refusing = true;
  redis.cut();
  await page.waitForSelector('#state[data-state=degraded]');
  await page.waitForFunction(() => document.getElementById('redis').textContent.includes('Connection for commandsdown'));
  await untilRows('warnings', [['', '1', 'redis connection lost']]);
  assert.deepEqual(page.complaints, []);
  await one.kill();
  await page.waitForSelector('#state[data-state=lost]');
  assert.match(await page.locator('#state').textContent(), /^no answer since /);
});
