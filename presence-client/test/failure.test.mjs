// What the caller is told when something is wrong: addresses, arguments, nodes that do not answer.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mock, test } from 'node:test';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { FakeWebSocket } from './fake-node.mjs';
import { enterRoom, open, openWindow, pendingTimers, seat, tickTo } from './stage.mjs';

const settle = () => new Promise((resolve) => setImmediate(resolve));

class NoSuchAddress {
  constructor(url) {
    throw new SyntaxError(`not an address: ${url}`);
  }
}

test('an address that the platform refuses is thrown, and leaves no timer behind', () => {
  openWindow();
  assert.throws(() => open({ WebSocket: NoSuchAddress }), /not an address: ws:\/\/node/);
  assert.equal(pendingTimers(), 0);
});

test('an address that is refused after a token was asked for ends the connection with that error', async () => {
  const connection = open({ WebSocket: NoSuchAddress, token: async () => 't' });
  const errors = [];
  connection.on('error', ({ message }) => errors.push(message));
  const joining = connection.join('b');
  await assert.rejects(joining, SyntaxError);
  assert.deepEqual(errors, ['not an address: ws://node/ws']);
  assert.equal(connection.state, 'closed');
  assert.equal(pendingTimers(), 0);
});

for (const board of [42, undefined, null, {}, Symbol('b'), 'a\ud800b', 'a\udc00']) {
  test(`a board named ${typeof board} ${String(board).toWellFormed?.() ?? ''} is refused at once`, async () => {
    const connection = open();
    FakeWebSocket.last.accepts();
    await assert.rejects(connection.join(board), { code: 'board_id_invalid' });
    assert.deepEqual(FakeWebSocket.last.took('join'), []);
  });
}

test('a board may be named by any whole character', () => {
  open().join('tafel-😀');
  FakeWebSocket.last.accepts();
  assert.equal(FakeWebSocket.last.took('join')[0].board, 'tafel-😀');
});

test('a join can be given up by a signal, before it begins and while it waits', async () => {
  const connection = open();
  await assert.rejects(connection.join('b', { signal: AbortSignal.abort(new Error('too late')) }), /too late/);
  const ending = new AbortController();
  const joining = connection.join('b', { signal: ending.signal });
  FakeWebSocket.last.accepts();
  ending.abort(new Error('not needed'));
  await assert.rejects(joining, /not needed/);
  seat(FakeWebSocket.last);
  assert.deepEqual(FakeWebSocket.last.took('leave'), [{ boardRef: 7 }], 'the seat that comes late is given back');
});

test('a signal that comes after the join changes nothing', async () => {
  const ending = new AbortController();
  const { room } = await enterRoom({ join: { signal: ending.signal, timeoutMs: 1000 } });
  ending.abort();
  mock.timers.tick(1000);
  assert.equal(room.closed, false);
});

test('a join that takes too long is given up, and says why there is no connection', async () => {
  const connection = open();
  connection.on('error', () => {});
  const joining = connection.join('b', { timeoutMs: 2000 });
  FakeWebSocket.last.onerror({ message: 'connect ECONNREFUSED 127.0.0.1:1' });
  mock.timers.tick(2000);
  await assert.rejects(joining, { code: 'timeout', message: /"b" within 2000 ms: connect ECONNREFUSED/ });
  connection.close();
  assert.equal(pendingTimers(), 0);
});

test('what the platform tells of a failed attempt is an error, once until the next welcome', () => {
  const connection = open();
  const errors = [];
  connection.on('error', ({ code, message }) => errors.push(`${code}: ${message}`));
  for (let sockets = 2; sockets < 4; sockets++) {
    FakeWebSocket.last.onerror({ message: 'Unexpected server response: 403' });
    tickTo(sockets);
  }
  assert.deepEqual(errors, ['refused: Unexpected server response: 403 (ws://node/ws)']);
  FakeWebSocket.last.accepts();
  FakeWebSocket.last.drops();
  tickTo(4);
  FakeWebSocket.last.onerror({ message: 'connect ECONNREFUSED 127.0.0.1:1' });
  assert.equal(errors.at(-1), 'unreachable: connect ECONNREFUSED 127.0.0.1:1 (ws://node/ws)');
});

/** A server that knows no WebSocket, as a proxy in front of a node may be. */
async function startServer(status) {
  const server = createServer((request, response) => response.writeHead(status).end());
  server.on('upgrade', (request, socket) => socket.end(`HTTP/1.1 ${status} no\r\nConnection: close\r\n\r\n`));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

for (const status of [400, 403, 404]) {
  test(`the WebSocket of ws tells of HTTP ${status} and of a closed port`, async () => {
    mock.timers.reset();
    const server = await startServer(status);
    const url = `ws://127.0.0.1:${server.address().port}/ws`;
    const refused = connect(url, { WebSocket });
    const [error] = await new Promise((resolve) => { refused.on('error', (...details) => resolve(details)); });
    refused.close();
    assert.equal(error.code, 'refused');
    assert.match(error.message, new RegExp(`${status} .*${url}`));
    server.close();
    await once(server, 'close');
    const nothing = connect(url, { WebSocket });
    const [gone] = await new Promise((resolve) => { nothing.on('error', (...details) => resolve(details)); });
    nothing.close();
    assert.equal(gone.code, 'unreachable');
    assert.match(gone.message, /ECONNREFUSED/);
  });
}

test('where the platform tells nothing, as in a browser, a request finds out whether anything answers', async () => {
  const asked = [];
  for (const [code, answer] of [['refused', async () => ({})], ['unreachable', async () => { throw new TypeError('x'); }]]) {
    mock.method(globalThis, 'fetch', (address) => {
      asked.push(String(address));
      return answer();
    });
    const connection = open();
    const errors = [];
    connection.on('error', (error) => errors.push(error.code));
    FakeWebSocket.last.drops();
    await settle();
    assert.deepEqual(errors, [code]);
    connection.close();
  }
  assert.deepEqual(asked, ['http://node/healthz', 'http://node/healthz']);
});

test('errors name what was wrong, the value, and what is possible', async () => {
  const { connection, room } = await enterRoom();
  connection.limits = { maxNameBytes: 8, maxStateBytes: 20, maxStateKeys: 2, maxSignalBytes: 4 };
  assert.throws(() => room.set('tool'), { name: 'TypeError', message: /set takes an object.* not "tool"/ });
  assert.throws(() => room.set(['tool']), { name: 'TypeError', message: /not \["tool"\]/ });
  assert.throws(() => room.set(undefined), { name: 'TypeError', message: /not undefined/ });
  assert.throws(() => room.update('away'), { name: 'TypeError', message: /update takes an object.* not "away"/ });
  assert.throws(() => room.update({ status: 'asleep' }), { message: '"asleep" is none of active, idle, away, busy' });
  assert.throws(() => room.update({ name: '123456789' }), { message: '"123456789" has 9 bytes; the node takes 8' });
  assert.throws(() => room.set({ a: 'x'.repeat(20) }), { message: 'the state has 23 bytes; the node takes 20' });
  assert.throws(() => room.set({ a: 1, b: 1, c: 1 }), { message: 'the state has 3 names; the node takes 2' });
  assert.throws(() => room.signal('t', 12345), { message: 'a payload has 5 bytes; the node takes 4' });
  await assert.rejects(connection.join('b'), { message: /already on board "b": share that room or leave it/ });
  assert.deepEqual(room.self.state, {});
});

test('a signal is not sent while the node takes none, and says so', async () => {
  const { room, socket } = await enterRoom();
  const errors = [];
  room.on('error', ({ code }) => errors.push(code));
  assert.equal(room.signal('ping'), true);
  socket.says({ error: { code: 'rate_limited', retryAfterMs: 300, inReplyTo: socket.sent[0].id } });
  assert.deepEqual(errors, ['rate_limited']);
  assert.equal(room.signal('ping'), false);
  mock.timers.tick(300);
  assert.equal(room.signal('ping'), true);
});

test('waits longer after minutes of failure and while the page is hidden', () => {
  mock.method(Math, 'random', () => 1);
  const happens = openWindow();
  open();
  let waited = 0;
  const fail = () => {
    FakeWebSocket.last.drops();
    return tickTo(FakeWebSocket.opened.length + 1, 70_000);
  };
  for (let i = 0; i < 31; i++) waited = Math.max(waited, fail());
  assert.equal(waited, 10_000);
  assert.equal(fail(), 60_000);
  FakeWebSocket.last.accepts();
  FakeWebSocket.last.says({ heartbeatAck: { clientTimeMs: Date.now() } });
  document.visibilityState = 'hidden';
  const waits = Array.from({ length: 10 }, fail);
  assert.deepEqual(waits.slice(0, 2), [250, 500], 'within the grace at first');
  assert.equal(waits.at(-1), 60_000);
  FakeWebSocket.last.drops();
  document.visibilityState = 'visible';
  const sockets = FakeWebSocket.opened.length;
  happens('visibilitychange');
  assert.equal(FakeWebSocket.opened.length, sockets + 1, 'at once when it is looked at');
});
