// What a page that tells its viewport sends, and which positions it forgets.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { smoothCursors } from '../src/presence-cursors.js';
import { densityOf, setViewport } from '../src/presence-viewport.js';
import { testNode } from '../src/testing/presence-testing.js';
import { FakeWebSocket, idOf, member } from './fake-node.mjs';
import { enterRoom, pendingTimers, seat } from './stage.mjs';

const LARGE = 501;
const turn = async () => { for (let i = 0; i < 8; i++) await null; };
const rect = (x, y = 0, width = 160, height = 90) => ({ x, y, width, height });
const told = (socket) => socket.took('viewport').map(({ x, y, width, height }) => [x, y, width, height]);

async function pass(ms) {
  for (let passed = 0; passed < ms; passed += 20) {
    mock.timers.tick(20);
    await turn();
  }
}

const crowd = (size, at = () => ({ x: 0, y: 0 })) =>
  Array.from({ length: size }, (_, i) => member(i + 2, {
    memberId: new Uint8Array(16).fill(0).with(14, i >> 8).with(15, i & 255), cursor: at(i),
  }));
const placesOf = (room) => room.others.filter(({ cursor }) => cursor && !cursor.hidden).map(({ slot }) => slot);

test('a viewport is told in steps, once where it does not change, and null as one that shows nothing', async () => {
  const { socket, room } = await enterRoom();
  setViewport(room, rect(-10.01, 5, 100, 50.5));
  await turn();
  assert.deepEqual(socket.took('viewport'), [{ boardRef: 7, x: -161, y: 80, width: 1601, height: 808, follow: [] }]);
  setViewport(room, { ...rect(-10.01, 5, 100, 50.5) });
  await pass(200);
  assert.deepEqual(told(socket), []);
  setViewport(room, rect(1e9, -1e9, 1e10, 2e9));
  await pass(200);
  assert.equal(told(socket)[0][2], 0, 'beyond the board nothing is shown');
  setViewport(room, rect(-1e9, -1e9, 2e9, 2e9));
  await pass(200);
  assert.deepEqual(told(socket), [[-(2 ** 25), -(2 ** 25), 2 ** 26, 2 ** 26]]);
  setViewport(room, null);
  await pass(200);
  assert.deepEqual(told(socket), [[0, 0, 0, 0]]);
  assert.throws(() => setViewport(room, rect('a')), TypeError);
  assert.throws(() => setViewport(room, { x: 1, y: 2, width: 3 }), TypeError);
  assert.throws(() => setViewport(room, rect(0), { follow: Array(17).fill('x') }), RangeError);
});

test('a pan of 60 frames a second is told ten times a second, its end always', async () => {
  const { socket, room } = await enterRoom();
  for (let frame = 0; frame < 120; frame++) {
    setViewport(room, rect(frame));
    mock.timers.tick(17);
    await turn();
  }
  const during = told(socket);
  assert.ok(during.length >= 17 && during.length <= 21, `${during.length} in two seconds`);
  for (const x of [500, 501]) {
    setViewport(room, rect(x));
    await turn();
  }
  await pass(200);
  assert.equal(told(socket).at(-1)[0], 501 * 16);
  assert.equal(pendingTimers() > 0, true, 'the heartbeat');
});

test('it is told again after a reconnect, not before the roster, and not by a room that was left', async () => {
  const { socket, room, connection } = await enterRoom();
  setViewport(room, rect(0));
  await turn();
  assert.equal(told(socket).length, 1);
  socket.drops();
  setViewport(room, rect(5));
  await pass(1000);
  const next = FakeWebSocket.last;
  assert.notEqual(next, socket);
  next.accepts();
  await pass(300);
  assert.deepEqual(told(next), []);
  seat(next, { boardRef: 9 });
  await pass(20);
  assert.deepEqual(next.took('viewport').map(({ boardRef, x }) => [boardRef, x]), [[9, 80]]);
  setViewport(room, rect(6));
  room.leave();
  setViewport(room, rect(7));
  await pass(2000);
  assert.deepEqual(told(next), []);
  assert.equal(connection.state, 'open');
});

test('it is told again by a room that has changed its role', async () => {
  const { socket, room } = await enterRoom();
  setViewport(room, rect(3));
  await turn();
  told(socket);
  const changing = room.observe(true);
  await pass(200);
  assert.deepEqual(told(socket), []);
  socket.says({ roster: { board: 'b', boardRef: 7, you: 0, members: [] } });
  await changing;
  await pass(20);
  assert.deepEqual(told(socket), [[48, 0, 2560, 1440]]);
});

test('a hidden page shows nothing and follows nobody until it is visible again', async (t) => {
  const page = new EventTarget();
  const { addEventListener, removeEventListener, document } = globalThis;
  t.after(() => Object.assign(globalThis, { addEventListener, removeEventListener, document }));
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.removeEventListener = page.removeEventListener.bind(page);
  globalThis.document = { visibilityState: 'visible' };
  const become = async (visibilityState) => {
    globalThis.document.visibilityState = visibilityState;
    page.dispatchEvent(new Event('visibilitychange'));
    await pass(200);
  };
  const { socket, room } = await enterRoom({ members: [member(2)] });
  setViewport(room, rect(0), { follow: [idOf(2)] });
  await pass(200);
  assert.deepEqual(socket.took('viewport').map(({ width, follow }) => [width, follow]), [[2560, [2]]]);
  await become('hidden');
  assert.deepEqual(socket.took('viewport').map(({ width, follow }) => [width, follow]), [[0, []]]);
  setViewport(room, rect(1));
  await pass(200);
  assert.deepEqual(told(socket), []);
  await become('visible');
  assert.deepEqual(told(socket), [[16, 0, 2560, 1440]]);
  room.leave();
  socket.sent = [];
  await become('hidden');
  assert.deepEqual(told(socket), []);
});

test('who is followed is named by the slot it has now', async () => {
  const { socket, room } = await enterRoom({ members: [member(2), member(3)] });
  setViewport(room, rect(0), { follow: new Set([idOf(3), idOf(4)]) });
  await pass(200);
  assert.deepEqual(socket.took('viewport').map(({ follow }) => follow), [[3]]);
  socket.says({ change: { boardRef: 7, left: [{ slot: 3, reason: 'left' }], joined: [member(8, { memberId: member(4).memberId })] } });
  await pass(200);
  assert.deepEqual(socket.took('viewport').map(({ follow }) => follow), [[8]]);
  socket.says({ change: { boardRef: 7, joined: [member(5)] } });
  await pass(200);
  assert.deepEqual(socket.took('viewport'), []);
});

test('on a large board positions are hidden that the node does not keep up to date', async () => {
  const { socket, room } = await enterRoom({ members: crowd(LARGE, (i) => ({ x: i * 16, y: 0 })) });
  const drawn = new Set();
  smoothCursors(room, { show: ({ slot }) => drawn.add(slot), hide: ({ slot }) => drawn.delete(slot) },
    { now: () => Date.now(), requestFrame: (draw) => setTimeout(() => draw(Date.now()), 16) });
  await pass(40);
  assert.equal(drawn.size, LARGE);
  setViewport(room, rect(0, 0, 100, 100), { follow: [room.others[400].id] });
  await pass(200);
  assert.equal(placesOf(room).length, LARGE, 'what the roster told is true when the viewport is told');
  await pass(2400);
  // 106 board units, from slot 2 at 0, and who is followed.
  assert.deepEqual(placesOf(room), [...Array.from({ length: 107 }, (_, i) => i + 2), 402]);
  assert.deepEqual([...drawn].sort((a, b) => a - b), placesOf(room));

  const move = (slot, x) => socket.says({ cursors: { boardRef: 7, slot: [slot], x: [x * 16], y: [0], ageMs: [0], hidden: [] } });
  move(5, 300);
  await pass(200);
  assert.ok(placesOf(room).includes(5), 'the last position of who leaves is shown for a moment');
  await pass(2200);
  assert.ok(!placesOf(room).includes(5));

  setViewport(room, rect(90, 0, 100, 100));
  await pass(20);
  assert.ok(placesOf(room).includes(100) && placesOf(room).includes(402), 'known until the new window was told');
  move(150, 148);
  setViewport(room, rect(400, 0, 100, 100));
  await pass(200);
  const within = placesOf(room);
  assert.ok(within.includes(150) && !within.includes(20) && !within.includes(402), String(within));
  await pass(2400);
  assert.deepEqual(placesOf(room), []);
});

test('on a small board nothing is forgotten, nor after a roster that tells all', async () => {
  const { socket, room } = await enterRoom({ members: crowd(40, (i) => ({ x: i * 1600, y: 0 })) });
  setViewport(room, rect(0));
  await pass(200);
  setViewport(room, rect(1000));
  await pass(3000);
  assert.equal(placesOf(room).length, 40);

  socket.says({ change: { boardRef: 7, joined: crowd(LARGE).slice(40) } });
  setViewport(room, rect(2000));
  await pass(200);
  assert.ok(placesOf(room).length < 40);
  socket.drops();
  await pass(1000);
  FakeWebSocket.last.accepts();
  seat(FakeWebSocket.last, { members: crowd(LARGE, () => ({ x: 16_000_000, y: 0 })) });
  await pass(300);
  assert.equal(placesOf(room).length, LARGE);
});

test('a density is told in board units and ends with the large board or the connection', async () => {
  const { socket, room } = await enterRoom();
  const heard = [];
  room.on('density', (density) => heard.push(density));
  assert.equal(densityOf(room), null);
  setViewport(room, rect(0));
  await turn();
  socket.says({ density: { boardRef: 7, x: -2048, y: 16, cell: 1024, columns: 2, counts: [3, 0, 500, 1] } });
  assert.deepEqual(heard, [{ x: -128, y: 1, cell: 64, columns: 2, counts: [3, 0, 500, 1] }]);
  assert.equal(densityOf(room), heard[0]);
  assert.ok(Object.isFrozen(heard[0]) && Object.isFrozen(heard[0].counts));
  socket.says({ density: { boardRef: 7 } });
  assert.deepEqual([heard[1], densityOf(room)], [null, null]);
  socket.says({ density: { boardRef: 7, cell: 16, columns: 1, counts: [501] } });
  socket.drops();
  await pass(1000);
  FakeWebSocket.last.accepts();
  seat(FakeWebSocket.last);
  assert.equal(heard.at(-1), null);
  await pass(100);
});

test('a refused viewport is told again, after an empty one so that nobody is missing; no error', async () => {
  const node = testNode({ rates: { viewports: 3 } });
  const refused = [];
  const WebSocket = class extends node.WebSocket {
    send(bytes) {
      sent.push(bytes.length);
      super.send(bytes);
    }
  };
  const sent = [];
  const { connect } = await import('../src/presence-client.js');
  const connection = connect(node.url, { WebSocket });
  const room = await connection.join('b');
  for (const one of [connection, room]) one.on('error', (error) => refused.push(error.code));
  node.refuse('viewport', { code: 'rate_limited', retryAfterMs: 300 });
  await pass(100);
  sent.length = 0;
  setViewport(room, rect(1));
  await pass(200);
  assert.equal(sent.length, 1);
  await pass(300);
  assert.equal(sent.length, 3);
  assert.ok(sent[1] < sent[2]);
  assert.deepEqual(refused, []);
  connection.close();
});

test('a node that knows no viewports is told none until there is another', async () => {
  const { socket, room } = await enterRoom();
  const errors = [];
  room.on('error', ({ code }) => errors.push(code));
  setViewport(room, rect(1));
  await turn();
  const [{ id }] = socket.sent.filter(({ viewport }) => viewport);
  told(socket);
  socket.says({ error: { code: 'unknown_frame', message: 'no', inReplyTo: id } });
  setViewport(room, rect(2));
  await pass(500);
  assert.deepEqual([told(socket), errors], [[], []]);
  socket.drops();
  await pass(1000);
  FakeWebSocket.last.accepts();
  seat(FakeWebSocket.last);
  await pass(100);
  assert.deepEqual(told(FakeWebSocket.last), [[32, 0, 2560, 1440]]);
});

test('a node in memory tells a density to those that told a viewport', async () => {
  const node = testNode();
  const [ada, bob] = [await node.enter('b', { name: 'Ada' }), await node.enter('b', { name: 'Bob' })];
  const heard = [];
  for (const room of [ada, bob]) room.on('density', (density) => heard.push([room.self.name, density]));
  setViewport(ada, rect(0));
  await pass(100);
  const density = { x: -32, y: 0, cell: 32, columns: 1, counts: [2] };
  node.density('b', density);
  node.density('b', null);
  await node.settled();
  assert.deepEqual(heard, [['Ada', density], ['Ada', null]]);
  await node.close();
});
