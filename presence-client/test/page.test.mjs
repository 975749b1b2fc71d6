import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { FakeWebSocket } from './fake-node.mjs';
import { DAY_MS, enterRoom, listen, open, openWindow, pendingTimers } from './stage.mjs';

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

test('a page that becomes hidden wakes nobody', () => {
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

test('a page that goes says goodbye, and comes back if it is shown again', async () => {
  const happens = openWindow();
  const { socket } = await enterRoom();
  happens('pagehide');
  assert.equal(socket.closedWith, 1000);
  happens('pageshow');
  FakeWebSocket.last.accepts();
  assert.equal(FakeWebSocket.opened.length, 2);
  assert.equal(FakeWebSocket.last.took('join').length, 1);
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
    }
    connection.close();
    assert.equal(pendingTimers(), 0);
    socket.accepts();
    mock.timers.tick(DAY_MS / 100);
    assert.equal(connection.state, 'closed');
    assert.equal(FakeWebSocket.opened.length, 1);
    assert.deepEqual(socket.sent, []);
  });
}
