import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { connect, PresenceError } from '../src/presence-client.js';
import { FakeWebSocket, idOf, jsonState, member } from './fake-node.mjs';
import { enterRoom, listen, open, seat, tickTo } from './stage.mjs';

test('speaks the subprotocol, says the token first and joins after the welcome', () => {
  const connection = open({ token: 'secret' });
  connection.join('b', { name: 'Ada', color: '#123456', status: 'busy', state: { tool: 'pen' } });
  const socket = FakeWebSocket.last;
  assert.equal(socket.url, 'ws://node/ws');
  assert.equal(socket.protocol, 'presence.v1');
  socket.onopen({});
  assert.deepEqual(socket.sent, [{ auth: { token: 'secret' } }]);
  assert.equal(connection.state, 'connecting');
  socket.sent = [];
  socket.accepts({ nodeId: 'node-a', serverLabel: 'eu-1' });
  assert.equal(connection.state, 'open');
  assert.equal(connection.nodeId, 'node-a');
  assert.equal(connection.serverLabel, 'eu-1');
  const [join] = socket.took('join');
  assert.equal(join.board, 'b');
  assert.equal(join.profile.name, 'Ada');
  assert.equal(join.profile.color, '#123456');
  assert.equal(join.status, 'busy');
  assert.deepEqual(join.state, jsonState({ tool: 'pen' }));
  assert.equal(join.resumeKey.length, 0);
  assert.equal(socket.took('join').length, 0, 'joined once');
});

test('resolves the join with complete members', async () => {
  const { room } = await enterRoom({ members: [member(2, {
    profile: { userId: 'u2', name: 'Bob', color: '#f00', avatarUrl: 'a.png', device: 'phone' },
    status: 'idle', state: jsonState({ selection: ['s1'], n: null }), version: 4, joinedAtMs: 123,
    cursor: { x: 24, y: -8, hidden: true },
  })] });
  assert.deepEqual(room.others, [{
    id: idOf(2), slot: 2, name: 'Bob', color: '#f00', avatarUrl: 'a.png', userId: 'u2',
    device: 'phone', status: 'idle', state: { selection: ['s1'], n: null }, version: 4,
    cursor: { x: 1.5, y: -0.5, hidden: true }, joinedAt: 123, isSelf: false,
  }]);
  assert.equal(room.self.name, 'Ada');
  assert.equal(room.self.isSelf, true);
  assert.deepEqual(room.members.map((m) => m.name), ['Ada', 'Bob']);
});

test('resolves the join only with the last part of the roster', async () => {
  const joining = open().join('b');
  let resolved = false;
  joining.then(() => { resolved = true; });
  const socket = FakeWebSocket.last;
  socket.accepts();
  seat(socket, { members: [member(2)], more: true });
  socket.says({ change: { boardRef: 7, joined: [member(3)], more: true } });
  await Promise.resolve();
  assert.equal(resolved, false);
  socket.says({ change: { boardRef: 7, joined: [member(4)] } });
  const room = await joining;
  assert.deepEqual(room.others.map((m) => m.slot), [2, 3, 4]);
});

test('rejects the join that the node refuses', async () => {
  const connection = open();
  const joining = connection.join('no good');
  FakeWebSocket.last.accepts();
  const { id } = FakeWebSocket.last.sent.find((frame) => frame.join);
  FakeWebSocket.last.says({ error: {
    code: 'board_id_invalid', message: 'no spaces', inReplyTo: id, retryAfterMs: 50,
  } });
  await assert.rejects(joining, { code: 'board_id_invalid', message: 'no spaces', retryAfterMs: 50 });
  FakeWebSocket.last.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  assert.deepEqual(FakeWebSocket.last.took('join'), [], 'a refused join is not repeated');
});

test('rejects a second join of the same board and any after the close', async () => {
  const { connection } = await enterRoom();
  await assert.rejects(connection.join('b'), { code: 'already_joined' });
  connection.close();
  await assert.rejects(connection.join('c'), { code: 'closed' });
});

test('what cannot be written fails at once and leaves the others alone', async () => {
  const { connection, socket, room } = await enterRoom();
  await assert.rejects(connection.join('c', { status: 'asleep' }), RangeError);
  await assert.rejects(connection.join('c', { state: { n: 1n } }), TypeError);
  assert.throws(() => room.update({ status: 'asleep' }), RangeError);
  assert.throws(() => room.set({ n: 1n }), TypeError);
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  assert.deepEqual(seat(FakeWebSocket.last).board, 'b');
  assert.equal(room.self.status, 'active');
});

test('what the node would refuse is refused here, and does not cost the seat', async () => {
  const connection = open();
  const joining = connection.join('b', { name: 'Ada', state: { a: 1 } });
  FakeWebSocket.last.accepts({ limits: { maxNameBytes: 8, maxStateBytes: 20, maxStateKeys: 2 } });
  seat(FakeWebSocket.last);
  const room = await joining;
  assert.throws(() => room.set({ b: 1, c: 1 }), { code: 'state_too_large' });
  assert.throws(() => room.set({ b: 'x'.repeat(16) }), { code: 'state_too_large' });
  assert.throws(() => room.set({ 'ééééé': 1 }), { code: 'field_too_long' });
  assert.throws(() => room.update({ name: 'ééééé' }), { code: 'field_too_long' });
  await assert.rejects(connection.join('c', { color: '#11223344' }), { code: 'field_too_long' });
  room.set({ a: undefined, b: 'x'.repeat(15), c: 1 });
  assert.deepEqual(FakeWebSocket.last.took('state').length, 1);
  FakeWebSocket.last.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  const join = seat(FakeWebSocket.last);
  assert.deepEqual(join.state, jsonState({ b: 'x'.repeat(15), c: 1 }));
  assert.equal(join.profile.name, 'Ada');
});

test('an observer has no self and sends no cursor', async () => {
  const joining = open().join('b', { observer: true });
  const socket = FakeWebSocket.last;
  socket.accepts();
  assert.equal(socket.took('join')[0].observer, true);
  socket.says({ roster: { board: 'b', boardRef: 7, you: 0, members: [member(1)] } });
  const room = await joining;
  assert.equal(room.self, null);
  assert.equal(room.others.length, 1);
  room.cursor(1, 1);
  mock.timers.tick(1000);
  assert.deepEqual(socket.took('cursor'), []);
});

test('names the board in the address when it is told to, whatever the address has already', () => {
  const board = 'Ärger & co?/1';
  for (const [url, added] of [
    ['ws://node/ws', '?board='],
    [new URL('ws://node/ws'), '?board='],
    ['ws://node/ws?region=eu', '&board='],
  ]) {
    const connection = connect(url, { WebSocket: FakeWebSocket, affinity: board });
    assert.equal(FakeWebSocket.last.url, `${url}${added}%C3%84rger%20%26%20co%3F%2F1`);
    assert.equal(new URL(FakeWebSocket.last.url).searchParams.get('board'), board);
    connection.close();
  }
});

test('needs a WebSocket from somewhere', () => {
  const native = globalThis.WebSocket;
  globalThis.WebSocket = undefined;
  try {
    assert.throws(() => connect('ws://node/ws'), /options\.WebSocket/);
  } finally {
    globalThis.WebSocket = native;
  }
});

test('an error finds the room whose frame it is about, else the connection', async () => {
  const { room, connection, socket } = await enterRoom();
  const heard = listen(room);
  const errors = [];
  connection.on('error', (error) => errors.push(error));
  room.set({ big: 'x' });
  const { id } = socket.sent.find((frame) => frame.state);
  socket.says({ error: { code: 'state_too_large', message: 'too large', inReplyTo: id } });
  socket.says({ error: { code: 'rate_limited', message: 'slow down', retryAfterMs: 100 } });
  assert.deepEqual(heard, ['update Ada', 'members Ada', 'error state_too_large']);
  assert.equal(errors.length, 1);
  assert.ok(errors[0] instanceof PresenceError);
  assert.equal(errors[0].retryAfterMs, 100);
  assert.equal(room.closed, false);
});

test('a cursor for a board that was left is no error', async () => {
  const { connection, socket } = await enterRoom();
  const errors = [];
  connection.on('error', ({ code }) => errors.push(code));
  socket.says({ error: { code: 'not_joined', message: 'not on board ref 7', boardRef: 99 } });
  assert.deepEqual(errors, []);
});

for (const code of ['replaced', 'kicked']) {
  test(`${code} ends that room for good and no other`, async () => {
    const { room, connection, socket } = await enterRoom();
    const joiningC = connection.join('c');
    socket.says({ roster: { board: 'c', boardRef: 8, you: 1, members: [member(1)] } });
    const heard = [listen(room), listen(await joiningC)];
    socket.says({ error: { code, message: 'bye', boardRef: 7 } });
    assert.deepEqual(heard, [[`closed ${code}`], []]);
    assert.equal(room.closed, true);
    socket.drops();
    tickTo(2);
    FakeWebSocket.last.accepts();
    assert.deepEqual(FakeWebSocket.last.took('join').map((join) => join.board), ['c']);
  });
}

test('bytes that are no frame are reported and answered with a new connection', async () => {
  const { connection, socket } = await enterRoom();
  const errors = [];
  connection.on('error', (error) => errors.push(error.name));
  socket.saysBytes(new Uint8Array([0x0a, 0xff]));
  assert.deepEqual(errors, ['WireError']);
  assert.equal(socket.closedWith, 4001);
  assert.equal(connection.state, 'reconnecting');
});

test('beats at the interval of the node and knows round trip and clock', async () => {
  const { connection, socket } = await enterRoom();
  const rtts = [];
  connection.on('rtt', (rtt) => rtts.push(rtt));
  mock.timers.tick(24_999);
  assert.deepEqual(socket.took('heartbeat'), []);
  mock.timers.tick(1);
  assert.deepEqual(socket.took('heartbeat'), [{ clientTimeMs: 1_025_000 }]);
  mock.timers.tick(40);
  socket.says({ heartbeatAck: { clientTimeMs: 1_025_000, serverTimeMs: 1_026_020 } });
  assert.equal(connection.rtt, 40);
  assert.equal(connection.clockOffset, 1000);
  assert.deepEqual(rtts, [40]);
});

test('beats at once after the welcome, and more often if asked to', () => {
  open({ heartbeatMs: 5000 });
  const socket = FakeWebSocket.last;
  socket.accepts();
  assert.deepEqual(socket.took('heartbeat'), [{ clientTimeMs: 1_000_000 }]);
  socket.says({ heartbeatAck: { clientTimeMs: 1_000_000 } });
  mock.timers.tick(5000);
  assert.equal(socket.took('heartbeat').length, 1);
});

test('gives up a socket that is silent for a whole heartbeat, without losing its members', async () => {
  const { connection, socket } = await enterRoom();
  mock.timers.tick(25_000);
  socket.says({ cursors: {} });
  mock.timers.tick(25_000);
  assert.equal(connection.state, 'open', 'any frame is a sign of life');
  mock.timers.tick(25_000);
  assert.equal(connection.state, 'reconnecting');
  assert.equal(socket.closedWith, 4001);
});

test('gives up a socket that never says welcome', () => {
  const connection = open();
  mock.timers.tick(10_000);
  assert.equal(connection.state, 'reconnecting');
  assert.equal(FakeWebSocket.opened[0].closedWith, 4001);
});
