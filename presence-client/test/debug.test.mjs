import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect, describeFrame, Probe } from '../src/presence-debug.js';
import { ClientFrame, ServerFrame } from '../src/presence-wire.js';
import { testNode } from '../src/testing/presence-testing.js';
import './stage.mjs';
import { jsonState, member } from './fake-node.mjs';

let node;
let lines;
const connections = [];
beforeEach(() => {
  node = testNode();
  lines = [];
});
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await node.close();
});

const open = (options) => {
  const connection = connect(node.url, { WebSocket: node.WebSocket, ...options });
  connections.push(connection);
  return connection;
};
const log = (line) => lines.push(line.replace(/^presence \+\d+\.\d{3} /, ''));
const said = (pattern) => lines.filter((line) => pattern.test(line));

test('logs frames of both sides and what the client decides', async () => {
  const bob = await node.enter('b', { name: 'Bob' });
  const room = await open({ debug: log }).join('b', { name: 'Ada', state: { tool: 'pen' } });
  await node.settled();
  assert.deepEqual(lines.slice(0, 3), [
    '· attempt 1: ws://presence.test/ws', '· join of "b" begins', '· socket open',
  ]);
  assert.match(lines[3], /^← welcome of node \S+ connection c2 heartbeat every 25000 ms 30 cursors\/s \(\d+ bytes\)$/);
  assert.equal(said(/^→ #2 join "b" "Ada" active \{tool: "pen"\} \(\d+ bytes\)$/).length, 1);
  assert.equal(said(/^← roster "b" ref 1 you are 2 members: 2 "Ada" active, 1 "Bob" active \(\d+ bytes\)$/).length, 1);
  assert.equal(said(/^· on "b" with 1 others after \d+ ms$/).length, 1);
  assert.equal(said(/^· connection is open$/).length, 1);
  bob.set({ n: 1 });
  await node.settled();
  assert.match(lines.at(-1), /^← change "b" updated: 1 set \{n: 1\}; \(\d+ bytes\)$/);
  node.refuse('signal', { code: 'rate_limited', message: 'enough', retryAfterMs: 20 });
  room.signal('wave', 'hi', { to: room.others });
  await node.settled();
  assert.equal(said(/^→ #2 signal "b" "wave" "hi" to 1 /).length, 1);
  assert.equal(said(/^! error on "b": rate_limited, enough, again after 20 ms$/).length, 1);
  room.leave();
  assert.equal(said(/^· room "b" closed: left$/).length, 1);
});

test('logs how a connection was lost and regained, and whether the member is the same', async () => {
  mock.method(Math, 'random', () => 0.5);
  const room = await open({ debug: log }).join('b');
  await node.settled();
  lines = [];
  node.cut(room, 4429, 'rate limited');
  await node.settled();
  mock.timers.tick(125);
  await node.settled();
  assert.deepEqual(lines.slice(0, 2), ['· socket closed: 4429 (too much, or too often) "rate limited"', '· connection is reconnecting']);
  assert.match(lines[2], /^· attempt 1: \S+, \d+ ms after the connection was lost$/);
  assert.equal(said(/ join "b" .*resuming/).length, 1);
  assert.equal(said(/^· the same member as before on "b"$/).length, 1);
  node.restart();
  await node.settled();
  for (let passed = 0; passed < 1000; passed += 10) {
    mock.timers.tick(10);
    await node.settled();
  }
  assert.equal(said(/^· a new member on "b": the seat was gone$/).length, 1);
  node.down();
  await node.settled();
  for (let passed = 0; passed < 1000; passed += 10) {
    mock.timers.tick(10);
    await node.settled();
  }
  assert.equal(said(/^! connection error unreachable, the test node is down/).length, 1);
});

test('counts cursors, or tells each if that is asked for', async () => {
  for (const [debug, count] of [[log, 0], ['all', 1]]) {
    lines = [];
    mock.method(console, 'log', log);
    const bob = await node.enter(`b ${count}`.replace(' ', ''), { name: 'Bob' });
    const room = await open({ debug }).join(bob.board);
    await node.settled();
    room.cursor(1, 2);
    bob.cursor(3, 4.5);
    await node.settled();
    assert.equal(said(/^→ cursor "b." 1,2 /).length, count);
    assert.equal(said(/^← cursors "b." .* at 3,4\.5 \(0 ms old\)/).length, count);
    assert.equal(said(/^· cursors: /).length, 1 - count, lines.join('\n'));
    mock.restoreAll();
  }
});

test('never logs a token or a resume key', async () => {
  const guarded = testNode({ authenticate: (token) => ({ userId: token }) });
  const connection = connect(`${guarded.url}?token=sesame`, { WebSocket: guarded.WebSocket, token: 'sesame', debug: log });
  connections.push(connection);
  await connection.join('b');
  guarded.cut();
  await guarded.settled();
  mock.timers.tick(300);
  await guarded.settled();
  assert.ok(said(/resuming/).length && said(/auth a token of 6 characters/).length, lines.join('\n'));
  assert.ok(!/sesame/.test(lines.join()), lines.join('\n'));
  await guarded.close();
});

test('is the plain client unless it is told otherwise by an option or localStorage', async () => {
  const { WebSocket } = node;
  let used;
  class Noted extends WebSocket {
    constructor(...details) {
      super(...details);
      used = this.constructor;
    }
  }
  open({ WebSocket: Noted });
  assert.equal(used, Noted, 'nothing in between');
  globalThis.document = {};
  globalThis.localStorage = { presenceDebug: '1' };
  mock.method(console, 'log', log);
  try {
    await open().join('b');
    assert.ok(lines.length > 3);
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, get() { throw new Error('denied'); } });
    open();
  } finally {
    delete globalThis.localStorage;
  }
});

test('reads every kind of frame, and values that are no text', () => {
  const boardOf = (ref) => (ref === 7 ? 'b' : undefined);
  const server = (frame) => describeFrame(ServerFrame.decode(ServerFrame.encode(frame)), boardOf);
  const client = (frame) => describeFrame(ClientFrame.decode(ClientFrame.encode(frame)), boardOf);
  assert.equal(server({ change: { boardRef: 7, left: [{ slot: 2, reason: 'timed_out' }], joined: [member(3)], more: true } }),
    'change "b" left: 2 timed_out; joined: 3 "user 3" active; …');
  assert.equal(server({ roster: { board: 'x', boardRef: 9, members: Array.from({ length: 10 }, (_, i) => member(i + 1)) } })
    .replace(/members: .* and/, 'members: … and'), 'roster "x" ref 9 you observe members: … and 2 more');
  assert.equal(server({ signal: { boardRef: 8, type: 't', payload: Uint8Array.of(0, 1) } }), 'signal "ref 8" from the operator "t" <2 bytes>');
  assert.equal(server({ error: { code: 'c', message: 'm', retryAfterMs: 5, inReplyTo: 3 } }), 'error c: m again after 5 ms in reply to #3');
  assert.equal(server({ goingAway: { reconnectAfterMs: 5, reason: 'restart' } }), 'goingAway restart reconnect after 5 ms');
  assert.equal(server({ pace: { boardRef: 7, maxCursorHz: 5 } }), 'pace "b" 5 cursors/s');
  assert.equal(server({ heartbeatAck: { clientTimeMs: 5 } }), 'heartbeatAck');
  assert.equal(client({ state: { boardRef: 7, set: jsonState({ long: 'x'.repeat(99) }), unset: ['a'], status: 'idle' } }),
    `state "b" set {long: "${'x'.repeat(59)}… (101 bytes)} unset a idle`);
  assert.equal(client({ leave: { boardRef: 7 } }), 'leave "b"');
  assert.equal(client({}), 'unknown');
});

test('a probe counts frames, bytes, cursors and their ages', async () => {
  const probe = new Probe({ WebSocket: node.WebSocket });
  const connection = probe.watch(connect(node.url, { WebSocket: probe.WebSocket }));
  connections.push(connection);
  const room = await connection.join('b');
  assert.equal(probe.sockets, 1);
  assert.deepEqual([...probe.rooms], [room]);
  await node.settled();
  const { framesIn, framesOut, bytesIn, bytesOut } = probe;
  assert.ok(framesIn >= 2 && framesOut >= 2 && bytesIn > 50 && bytesOut > 10);
  const bob = await node.enter('b');
  await node.settled();
  bob.cursor(1, 1);
  await node.settled();
  assert.equal(probe.cursors, 1);
  assert.deepEqual(probe.ages(), [0]);
  assert.equal(probe.framesIn, framesIn + 2);
  await assert.rejects(connection.join('b'), { code: 'already_joined' });
  room.leave();
  assert.equal(probe.rooms.size, 0);
});
