import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { FakeWebSocket, jsonState, member } from './fake-node.mjs';
import { DAY_MS, enterRoom, listen, network, open, openWindow, pendingTimers, storage } from './stage.mjs';

for (const type of ['online', 'visibilitychange', 'pageshow']) {
  test(`${type} ends the waiting`, () => {
    const happens = openWindow();
    open();
    happens(type);
    assert.equal(FakeWebSocket.opened.length, 1, 'an attempt on its way is left alone');
    FakeWebSocket.last.drops();
    happens(type);
    assert.equal(FakeWebSocket.opened.length, 2);
    mock.timers.tick(300);
    assert.equal(FakeWebSocket.opened.length, 2, 'the waiting is really over');
  });
}

test('a page that becomes hidden does not connect sooner', () => {
  const happens = openWindow();
  open();
  FakeWebSocket.last.drops();
  document.visibilityState = 'hidden';
  happens('visibilitychange');
  assert.equal(FakeWebSocket.opened.length, 1);
});

test('coming online asks an open socket whether it still lives, once', async () => {
  const happens = openWindow();
  const { connection, socket } = await enterRoom();
  socket.says({ heartbeatAck: { clientTimeMs: 1_000_000 } });
  happens('online');
  happens('visibilitychange');
  assert.equal(socket.took('heartbeat').length, 1);
  assert.equal(connection.state, 'open');
});

test('a page that goes hides its cursor, keeps its seat, and comes back if it is shown again', async () => {
  const happens = openWindow();
  const { socket, room } = await enterRoom({ members: [member(2)] });
  room.cursor(1, 1);
  happens('pagehide');
  assert.deepEqual(socket.took('cursor').map(({ hidden }) => hidden), [false, true]);
  assert.equal(socket.closedWith, 4001, 'not 1000, which would give up our member');
  assert.equal(Object.keys(sessionStorage).length, 1);
  happens('pageshow');
  FakeWebSocket.last.accepts();
  assert.equal(FakeWebSocket.opened.length, 2);
  assert.deepEqual(FakeWebSocket.last.took('join').map((join) => join.resumeKey), [new Uint8Array([9])]);
  assert.deepEqual(Object.keys(sessionStorage), [], 'nothing is left for the copy in a duplicated tab');
});

test('a page that is loaded anew is the same member, also by its state', async () => {
  const happens = openWindow();
  await enterRoom({ join: { state: { tool: 'pen' } } });
  happens('pagehide');
  open().join('b', { state: { zoom: 2 } });
  const anew = FakeWebSocket.last;
  anew.accepts();
  const [join] = anew.took('join');
  assert.deepEqual(join.resumeKey, new Uint8Array([9]));
  anew.says({ roster: { board: 'b', boardRef: 7, you: 1, members: [
    member(1, { state: jsonState({ tool: 'pen', zoom: 2 }) }),
  ] } });
  assert.deepEqual(anew.took('state').map(({ unset }) => unset), [['tool']]);
});

test('a tab duplicated while its page lives is somebody else', async () => {
  const happens = openWindow();
  await enterRoom();
  const copy = storage(sessionStorage);
  happens('pagehide');
  globalThis.sessionStorage = copy;
  open().join('b');
  FakeWebSocket.last.accepts();
  assert.deepEqual(FakeWebSocket.last.took('join').map((join) => join.resumeKey.length), [0]);
});

test('a page without storage works as well', async () => {
  const happens = openWindow();
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true, get() { throw new Error('forbidden'); },
  });
  const { socket } = await enterRoom();
  happens('pagehide');
  assert.equal(socket.closedWith, 4001);
});

test('says that it is offline, and tries again the moment it is not', () => {
  const happens = openWindow();
  const connection = open();
  const states = [];
  connection.on('state', (state) => states.push(state));
  FakeWebSocket.last.accepts();
  network(false);
  FakeWebSocket.last.drops();
  network(true);
  happens('online');
  assert.equal(FakeWebSocket.opened.length, 2);
  FakeWebSocket.last.accepts();
  assert.deepEqual(states, ['open', 'offline', 'reconnecting', 'open']);
});

test('going offline while waiting is told, and asks an open socket whether it still lives', () => {
  const happens = openWindow();
  const connection = open();
  const socket = FakeWebSocket.last;
  socket.accepts();
  socket.says({ heartbeatAck: { clientTimeMs: 1_000_000 } });
  socket.sent = [];
  network(false);
  happens('offline');
  assert.equal(connection.state, 'open');
  assert.equal(socket.took('heartbeat').length, 1);
  mock.timers.tick(5000);
  assert.equal(connection.state, 'offline');
  network(true);
  mock.timers.tick(10_000);
  FakeWebSocket.last.drops();
  assert.equal(connection.state, 'reconnecting');
  network(false);
  const attempts = FakeWebSocket.opened.length;
  happens('offline');
  assert.equal(connection.state, 'offline');
  assert.equal(FakeWebSocket.opened.length, attempts);
});

test('a socket that sleeps through the wake-up is given up in seconds, not in a heartbeat', async () => {
  const happens = openWindow();
  const { connection, socket } = await enterRoom();
  assert.equal(connection.state, 'open', 'its heartbeat is on the way');
  happens('visibilitychange');
  mock.timers.tick(5000);
  assert.equal(connection.state, 'reconnecting');
  assert.equal(socket.closedWith, 4001);
});

test('a hidden tab, whose timers wait for the next full minute, keeps its socket and its seat', async () => {
  const onTime = globalThis.setTimeout;
  globalThis.setTimeout = (action, ms) => onTime(action, Math.ceil((Date.now() + ms) / 60_000) * 60_000 - Date.now());
  const { connection, socket, room } = await enterRoom({ members: [member(2)] });
  let answered = 0;
  for (let second = 0; second < 600; second++) {
    mock.timers.tick(1000);
    for (const { clientTimeMs } of socket.took('heartbeat')) {
      socket.says({ heartbeatAck: { clientTimeMs, serverTimeMs: clientTimeMs } });
      answered++;
    }
  }
  assert.equal(connection.state, 'open');
  assert.deepEqual([FakeWebSocket.opened.length, room.members.length], [1, 2]);
  assert.ok(answered >= 9, `${answered} heartbeats`);
});

test('a close ends everything: rooms, joins, timers, window events', async () => {
  const happens = openWindow();
  const { connection, socket, room } = await enterRoom();
  const states = [];
  connection.on('state', (state) => states.push(state));
  const heard = listen(room);
  const joining = connection.join('c');
  room.cursor(1, 1);
  room.cursor(2, 2);
  connection.close();
  connection.close();
  await assert.rejects(joining, { code: 'closed' });
  assert.equal(pendingTimers(), 0);
  assert.equal(socket.closedWith, 1000);
  assert.deepEqual(states, ['closed']);
  assert.deepEqual(heard, ['closed']);
  socket.sent = [];
  room.cursor(3, 3);
  room.set({ a: 1 });
  happens('online');
  happens('pagehide');
  mock.timers.tick(DAY_MS / 100);
  assert.deepEqual(socket.sent, []);
  assert.equal(FakeWebSocket.opened.length, 1);
  assert.equal(connection.state, 'closed');
});

for (const phase of ['connecting', 'reconnecting', 'being told it is open']) {
  test(`a close while ${phase} is final`, () => {
    const connection = open();
    const [socket] = FakeWebSocket.opened;
    if (phase === 'reconnecting') socket.drops();
    if (phase === 'being told it is open') {
      connection.on('state', (state) => { if (state === 'open') connection.close(); });
      socket.accepts();
      assert.equal(socket.closedWith, 1000);
    }
    connection.close();
    assert.equal(pendingTimers(), 0);
    socket.sent = [];
    socket.accepts();
    mock.timers.tick(DAY_MS / 100);
    assert.equal(connection.state, 'closed');
    assert.equal(FakeWebSocket.opened.length, 1);
    assert.deepEqual(socket.sent, []);
  });
}
