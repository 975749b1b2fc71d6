// A hidden tab: its timers fire once a minute, later than a node waits for a sign of life.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { startProxy } from '../test-live/tcp-proxy.mjs';
import { until } from '../test-live/until.mjs';
import { startNode } from './service.mjs';
import { openWindow } from './tabs-of-one-window.mjs';

const HEARTBEAT_MS = 5000;
const PATIENCE_MS = 2.5 * HEARTBEAT_MS;
/** A minute may be nearly over when the tab's timers begin to wait for the next. */
const TWO_MINUTES_MS = 120_000;

const ADA = `import('/presence-client.js').then(async ({ connect }) => {
  globalThis.lines = [];
  globalThis.connection = connect(WS);
  connection.on('state', (state) => lines.push(state));
  connection.on('rtt', () => { globalThis.lastBeat = performance.now(); });
  globalThis.room = await connection.join('hidden', { name: 'Ada' });
  room.on('signal', ({ payload }) => room.signal('echo', payload));
  return connection.connectionId;
})`;

let node;
let proxy;
let window;
let connection;
before(async () => {
  node = await startNode({ PRESENCE_HEARTBEAT_MS: String(HEARTBEAT_MS) });
  proxy = await startProxy(() => node.port);
  window = await openWindow();
});
after(async () => {
  connection?.close();
  await window?.close();
  await proxy?.close();
  await node?.kill();
});

test('a hidden tab waits longer between attempts, and tries at once when it is looked at', async () => {
  const tab = await window.openTab(`${node.page}presence-client.js`);
  await tab.value(`(() => {
    const { setTimeout, WebSocket } = globalThis;
    globalThis.waits = [];
    globalThis.setTimeout = (action, ms) => { waits.push(ms); return setTimeout(action, ms); };
    globalThis.WebSocket = class extends WebSocket {
      constructor(...details) {
        super(...details);
        globalThis.lines.push('attempt');
      }
    };
    globalThis.lines = [];
    // The longest wait there is.
    Math.random = () => 0.999999;
    // Before the client's own listener, and behind it.
    document.addEventListener('visibilitychange', () => lines.push(document.visibilityState));
  })()`);
  await tab.value(ADA.replace('WS', JSON.stringify(proxy.ws)).replace("'hidden'", "'waiting'"));
  await tab.value("void addEventListener('visibilitychange', () => lines.push('the client was told'))");
  await window.openTab('about:blank');
  await until(async () => await tab.value('document.visibilityState') === 'hidden', TWO_MINUTES_MS);
  proxy.refusing = true;
  proxy.cut();
  // Each attempt that fails doubles the wait; there is no need to wait for all of them.
  const failed = `lines.filter((line) => line === 'attempt').length - 1`;
  const next = () => tab.value(`${failed} < 9 && dispatchEvent(new Event('online')), ${failed}`);
  await until(async () => await next() >= 9, TWO_MINUTES_MS);
  await until(() => tab.value('waits.at(-1) > 10_000'), TWO_MINUTES_MS);
  proxy.refusing = false;
  await tab.value('lines.length = 0');
  await tab.show();
  await until(async () => await tab.value('connection.state') === 'open', TWO_MINUTES_MS);
  assert.deepEqual(await tab.value('lines'), ['visible', 'attempt', 'the client was told', 'open']);
  await tab.value('connection.close()');
});

test('a hidden tab stays, hears and answers, and when it is cut off it comes back', async () => {
  connection = connect(node.ws, { WebSocket });
  const bea = await connection.join('hidden', { name: 'Bea' });
  const heard = [];
  const tab = await window.openTab(`${node.page}presence-client.js`);
  const socket = await tab.value(ADA.replace('WS', JSON.stringify(proxy.ws)));
  await until(() => bea.others.length === 1, TWO_MINUTES_MS);
  bea.on('join', ({ name }) => heard.push(`join ${name}`));
  bea.on('leave', ({ name }) => heard.push(`leave ${name}`));
  bea.on('update', ({ name, status }) => heard.push(`update ${name} ${status}`));
  bea.on('signal', ({ payload }) => heard.push(payload));

  await window.openTab('about:blank');
  await until(async () => await tab.value('performance.now() - lastBeat') > 2 * PATIENCE_MS, TWO_MINUTES_MS);
  assert.equal(await tab.value('document.visibilityState'), 'hidden');
  bea.signal('note', 'still there');
  await until(() => heard.length > 0, TWO_MINUTES_MS);
  assert.deepEqual(heard, ['still there']);
  assert.equal(await tab.value('connection.connectionId'), socket);

  proxy.cut();
  await until(() => heard.includes('update Ada active'), TWO_MINUTES_MS);
  bea.signal('note', 'there again');
  await until(() => heard.includes('there again'), TWO_MINUTES_MS);
  assert.equal(await tab.value('document.visibilityState'), 'hidden');
  assert.deepEqual(heard, ['still there', 'update Ada away', 'update Ada active', 'there again']);
  assert.deepEqual(await tab.value('lines'), ['open', 'reconnecting', 'open']);

  await tab.show();
  await until(async () => await tab.value('performance.now() - lastBeat') < HEARTBEAT_MS, TWO_MINUTES_MS);
  assert.equal(await tab.value('connection.state'), 'open');
  assert.deepEqual(bea.members.map(({ name, status }) => `${name} ${status}`).sort(), ['Ada active', 'Bea active']);
});
