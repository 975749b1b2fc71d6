// What visitors notice when nodes and networks fail: as little as possible.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { startProxy } from '../test-live/tcp-proxy.mjs';
import { launchBrowser } from './browser.mjs';
import { comings, heard, newVisitor, openLive, untilBeats, untilSame, untilSeen } from './live.mjs';
import { startNode } from './service.mjs';

// A page gives up a node that is silent for so long: also one that has only just begun to run.
const HEARTBEAT_MS = '2000';
const ADA = { status: 'busy', state: { tool: 'pen' }, cursor: { x: 10, y: 20.5, hidden: false } };

let browser;
let context;
let nodes;
before(async () => { browser = await launchBrowser(); });
after(async () => { await browser?.close(); });
beforeEach(async () => {
  nodes = [];
  context = await newVisitor(browser);
});
afterEach(async () => {
  const { complaints } = context;
  await context.close();
  await Promise.all(nodes.map((node) => node.kill()));
  assert.deepEqual(complaints, []);
});

async function start(settings) {
  const node = await startNode(settings);
  nodes.push(node);
  return node;
}

/** SIGKILL, and another on the same port. */
async function replace(node, settings) {
  await node.kill();
  return start({ ...settings, WS_PORT: String(node.port) });
}

test('of a killed node of two, its visitors come back as the same members, without a leave or join', async () => {
  const settings = {
    REDIS_URL: process.env.REDIS_URL, PRESENCE_PREFIX: `faults-${process.pid}`, PRESENCE_HEARTBEAT_MS: HEARTBEAT_MS,
    // However long a node takes to start here, the other waits for its members.
    PRESENCE_NODE_LEASE_MS: '60000', PRESENCE_GRACE_MS: '60000',
  };
  const one = await start(settings);
  const two = await start(settings);
  const ada = await openLive(context, { node: one, board: 'two', name: 'Ada' });
  const bea = await openLive(context, { node: two, board: 'two', name: 'Bea' });
  await doAsAda(ada);
  await untilSeen(bea, 'Ada', ADA);
  await untilSeen(ada, 'Bea', {});
  const before = await untilSame(ada, bea);
  const [toldAda, toldBea] = [(await heard(ada)).length, (await heard(bea)).length];

  await replace(one, settings);
  await ada.waitForFunction((id) => live.connection.state === 'open' && live.connection.nodeId !== id, one.id);
  await untilSeen(bea, 'Ada', ADA);
  await untilBeats(bea, 2);
  assert.deepEqual(await untilSame(ada, bea), before);
  assert.deepEqual(comings((await heard(bea)).slice(toldBea)), []);
  assert.deepEqual(comings((await heard(ada)).slice(toldAda)), []);
});

test('after the only node was killed and is back, every page sees every member once', async () => {
  const settings = { PRESENCE_HEARTBEAT_MS: HEARTBEAT_MS };
  const one = await start(settings);
  const ada = await openLive(context, { node: one, board: 'one', name: 'Ada' });
  const bea = await openLive(context, { node: one, board: 'one', name: 'Bea' });
  await doAsAda(ada);
  await untilSeen(bea, 'Ada', ADA);

  await replace(one, settings);
  for (const page of [ada, bea]) {
    await page.waitForFunction((id) => live.connection.state === 'open' && live.connection.nodeId !== id, one.id);
  }
  await untilSeen(bea, 'Ada', ADA);
  await untilSeen(ada, 'Bea', { status: 'active' });
  const [{ name, status, state, cursor }, { name: other }] = await untilSame(ada, bea);
  assert.deepEqual({ name, status, state, cursor, other }, { name: 'Ada', ...ADA, other: 'Bea' });
});

test('a page that goes offline says so, and is back the moment the network is', async () => {
  const node = await start({ PRESENCE_HEARTBEAT_MS: HEARTBEAT_MS });
  const proxy = await startProxy(() => node.port);
  const elsewhere = await newVisitor(browser);
  const bea = await openLive(elsewhere, { node, board: 'offline', name: 'Bea' });
  const ada = await openLive(context, { node, board: 'offline', name: 'Ada', ws: proxy.ws });
  await doAsAda(ada);
  await untilSeen(bea, 'Ada', ADA);
  const [before, told] = [await untilSame(ada, bea), (await heard(bea)).length];

  // The longest backoff: a page that waits it out is late.
  await ada.evaluate(() => { Math.random = () => 0.999999; });
  await context.setOffline(true);
  // Not every Chromium ends WebSockets when told to be offline.
  proxy.refusing = true;
  proxy.cut();
  await ada.waitForFunction(() => live.connection.state === 'offline');
  await untilSeen(bea, 'Ada', { status: 'away' });
  // Attempts fail, and the wait between them grows.
  await ada.waitForFunction(() => {
    const since = live.heard.slice(live.heard.indexOf('state offline'));
    return since.filter((line) => line === 'attempt failed').length >= 4 && since.at(-1) === 'attempt failed';
  });
  proxy.refusing = false;
  await context.setOffline(false);
  await untilSeen(bea, 'Ada', ADA);
  const lines = await heard(ada);
  const back = lines.slice(lines.indexOf('online begins') + 1, lines.indexOf('online ends'));
  assert.deepEqual(back, ['attempt', 'state reconnecting'], lines.join());
  assert.deepEqual(await untilSame(ada, bea), before);
  assert.deepEqual(comings((await heard(bea)).slice(told)), []);
  assert.deepEqual(elsewhere.complaints, []);
  await elsewhere.close();
  await proxy.close();
});

async function doAsAda(page) {
  await page.evaluate(({ status, state, cursor }) => {
    live.room.update({ status });
    live.room.set(state);
    live.room.cursor(cursor.x, cursor.y);
  }, ADA);
}
