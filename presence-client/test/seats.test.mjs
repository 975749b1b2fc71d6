// Which seat is whose: pages that go, tabs and frames that share a storage, rooms left without a network.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { FakeWebSocket, member } from './fake-node.mjs';
import { enterRoom, listen, open, openWindow, seat, storage, tickTo } from './stage.mjs';

const KEY = (n) => new Uint8Array([n]);

test('a page may leave at once when it goes, and is somebody new when it is shown again', async () => {
  const happens = openWindow();
  const { socket, room } = await enterRoom({ options: { leaveOnPageHide: true } });
  happens('pagehide');
  assert.equal(socket.closedWith, 1000);
  assert.deepEqual(Object.keys(sessionStorage), []);
  happens('pageshow');
  FakeWebSocket.last.accepts();
  assert.equal(seat(FakeWebSocket.last).resumeKey.length, 0);
  assert.equal(room.closed, false);
});

test('a room that was left without a network gets its seat back when it is joined again', async () => {
  const { connection, socket, room } = await enterRoom();
  socket.drops();
  room.leave();
  connection.join('b', { name: 'Ada' });
  tickTo(2);
  FakeWebSocket.last.accepts();
  assert.deepEqual(FakeWebSocket.last.took('join').map(({ resumeKey }) => resumeKey), [KEY(9)]);
});

test('a room that was left without a network and joined again shows no cursor of before', async () => {
  const { connection, socket, room } = await enterRoom({ members: [member(2)] });
  room.cursor(3, 4);
  socket.drops();
  room.leave();
  const joining = connection.join('b', { name: 'Ada' });
  tickTo(2);
  const next = FakeWebSocket.last;
  next.accepts();
  next.says({ roster: {
    board: 'b', boardRef: 7, you: 1, members: [member(1, { cursor: { x: 48, y: 64, hidden: false } }), member(2)],
  } });
  const { self } = await joining;
  assert.deepEqual(self.cursor, { x: 3, y: 4, hidden: true });
  assert.deepEqual(next.took('cursor').map(({ x, y, hidden }) => ({ x, y, hidden })), [{ x: 48, y: 64, hidden: true }]);
});

test('a join without a roster is sent again as the same, and as the newer one', async () => {
  const connection = open();
  const joining = connection.join('b', { name: 'Ada' });
  const joins = [];
  for (let sockets = 1; sockets <= 2; sockets++) {
    tickTo(sockets);
    FakeWebSocket.last.accepts();
    joins.push(...FakeWebSocket.last.took('join'));
    FakeWebSocket.last.drops();
  }
  tickTo(3);
  FakeWebSocket.last.accepts();
  joins.push(seat(FakeWebSocket.last));
  assert.equal(joins[0].newKey.length, 16);
  assert.deepEqual(joins.map(({ newKey }) => newKey), joins.map(() => joins[0].newKey));
  assert.deepEqual(joins.map(({ afterVersion }) => afterVersion), [0, 2 ** 24, 2 ** 25]);
  const { self } = await joining;
  FakeWebSocket.last.drops();
  tickTo(4);
  FakeWebSocket.last.accepts();
  const [next] = FakeWebSocket.last.took('join');
  assert.notDeepEqual(next.newKey, joins[0].newKey, 'for another member');
  assert.equal(next.afterVersion, self.version);
});

test('a room that was left with a network is left', async () => {
  const { connection, socket, room } = await enterRoom();
  room.leave();
  connection.join('b', { name: 'Ada' });
  assert.deepEqual(socket.took('join').map(({ resumeKey }) => resumeKey.length), [0]);
});

/** A widget, or a frame, with a connection of its own on the board, on the seat with this key. */
async function enter(key) {
  const joining = open().join('b');
  const socket = FakeWebSocket.last;
  socket.accepts();
  const { resumeKey } = seat(socket, { resumeKey: KEY(key) });
  await joining;
  return resumeKey;
}

test('two widgets of one page each find their own seat after a reload', async () => {
  const happens = openWindow();
  assert.deepEqual([(await enter(1)).length, (await enter(2)).length], [0, 0]);
  happens('pagehide');
  assert.equal(Object.keys(sessionStorage).length, 2);
  assert.deepEqual([await enter(3), await enter(4)], [KEY(1), KEY(2)]);
});

test('two frames of one page each find their own seat after a reload, whichever comes first', async () => {
  const happens = openWindow();
  const top = { length: 2 };
  top.parent = top;
  [top[0], top[1]] = [globalThis, {}];
  const inFrame = (i) => {
    [top[i], top[1 - i]] = [globalThis, {}];
    globalThis.parent = top;
  };
  try {
    inFrame(0);
    await enter(1);
    inFrame(1);
    await enter(2);
    happens('pagehide');
    assert.deepEqual(await enter(3), KEY(2));
    inFrame(0);
    assert.deepEqual(await enter(4), KEY(1));
  } finally {
    delete globalThis.parent;
  }
});

for (const [where, replace] of [
  ['on its only board', (socket) => socket.drops(4409)],
  ['on one of its boards', (socket) => socket.says({ error: { code: 'replaced', boardRef: 7 } })],
]) {
  test(`a tab that took over the seat of another, with its storage, gives it back and takes one of its own ${where}`, async () => {
    openWindow();
    globalThis.sessionStorage = storage({ 'presence b': '5' });
    const { socket, room } = await enterRoom({ members: [member(2)] });
    const heard = listen(room);
    for (const [i, again] of [true, false].entries()) {
      replace(i ? FakeWebSocket.last : socket);
      if (!again) break;
      mock.timers.tick(1000);
      if (FakeWebSocket.last !== socket) FakeWebSocket.last.accepts();
      const { resumeKey } = seat(FakeWebSocket.last, { me: 3, members: [member(2), member(1)] });
      assert.equal(resumeKey.length, 0);
    }
    assert.deepEqual(heard.filter((line) => line.startsWith('closed')), ['closed replaced'], 'once');
  });
}
