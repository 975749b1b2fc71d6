import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { smoothCursors } from '../src/presence-cursors.js';
import { member } from './fake-node.mjs';
import { enterRoom } from './stage.mjs';

const FRAME_MS = 16;

afterEach(() => { delete globalThis.matchMedia; });

/** A room whose cursors are drawn by hand: `frame()` runs one frame, `heard` is what was to be drawn. */
async function enterDrawn(roster) {
  const entered = await enterRoom(roster);
  const heard = [];
  let clock = 1000;
  let awaited = [];
  const stop = smoothCursors(entered.room, {
    show: (who, x, y) => heard.push(`${who.name} at ${+x.toFixed(2)},${+y.toFixed(2)}`),
    hide: (who) => heard.push(`${who.name} hidden`),
  }, { now: () => clock, requestFrame: (draw) => awaited.push(draw) });
  const frame = () => {
    clock += FRAME_MS;
    const draws = awaited;
    awaited = [];
    for (const draw of draws) draw(clock);
    return draws.length;
  };
  const moves = (slot, x, { hidden = false, ageMs = 0 } = {}) => entered.socket.says({ cursors: {
    boardRef: 7, slot: [slot], x: [16 * x], y: [0], ageMs: [ageMs], hidden: hidden ? [slot] : [],
  } });
  const settle = () => { for (let i = 0; i < 100 && frame(); i++); };
  return { ...entered, heard, frame, moves, settle, stop, pending: () => awaited.length };
}

test('shows at once who is there, and only those that are to be seen', async () => {
  const { heard, frame, pending } = await enterDrawn({ members: [
    member(2, { cursor: { x: 160, y: 32 } }), member(3, { cursor: { x: 1, y: 1, hidden: true } }), member(4),
  ] });
  assert.deepEqual(heard, [], 'not before the first frame');
  frame();
  assert.deepEqual(heard, ['user 2 at 10,2']);
  assert.equal(pending(), 0);
});

test('moves a cursor frame by frame to where it is, then asks for no more frames', async () => {
  const { heard, moves, frame, settle, pending } = await enterDrawn({ members: [member(2)] });
  moves(2, 0);
  for (let i = 0; i < 5; i++) frame();
  moves(2, 100);
  assert.equal(pending(), 1);
  settle();
  assert.equal(pending(), 0);
  assert.equal(heard.at(0), 'user 2 at 0,0');
  assert.equal(heard.at(-1), 'user 2 at 100,0');
  assert.ok(heard.length > 3, 'not in one jump');
  assert.deepEqual([...new Set(heard)], heard, 'only what changes');
});

test('one frame is for all cursors', async () => {
  const { heard, moves, frame, pending } = await enterDrawn({ members: [member(2), member(3)] });
  moves(2, 1);
  moves(3, 2);
  moves(2, 3);
  assert.equal(pending(), 1);
  frame();
  assert.equal(heard.length, 2);
});

test('hides, and appears again where it is', async () => {
  const { heard, moves, frame, settle } = await enterDrawn({ members: [member(2)] });
  moves(2, 10, { hidden: true });
  settle();
  assert.deepEqual(heard, [], 'never seen, never hidden');
  moves(2, 10);
  moves(2, 10, { hidden: true });
  settle();
  assert.deepEqual(heard, [], 'nor within one frame');
  moves(2, 10);
  frame();
  moves(2, 10, { hidden: true });
  moves(2, 10, { hidden: true });
  settle();
  moves(2, 500);
  frame();
  assert.deepEqual(heard, ['user 2 at 10,0', 'user 2 hidden', 'user 2 at 500,0']);
});

test('hides who leaves, and draws them no more', async () => {
  const { heard, moves, frame, settle, socket } = await enterDrawn({ members: [member(2), member(3)] });
  moves(2, 10);
  frame();
  moves(2, 20);
  socket.says({ change: { boardRef: 7, left: [{ slot: 2, reason: 'left' }] } });
  settle();
  assert.deepEqual(heard, ['user 2 at 10,0', 'user 2 hidden']);
});

test('a new roster hides who is gone, keeps who stayed and shows who came', async () => {
  const { heard, moves, frame, socket, settle } = await enterDrawn({ members: [member(2), member(3)] });
  moves(2, 10);
  moves(3, 30);
  frame();
  heard.length = 0;
  const stayed = member(3, { slot: 9, cursor: { x: 480, y: 0 } });
  const came = member(4, { cursor: { x: 16, y: 0 } });
  socket.says({ roster: { board: 'b', boardRef: 8, you: 1, members: [member(1), stayed, came] } });
  settle();
  assert.deepEqual(heard, ['user 2 hidden', 'user 4 at 1,0']);
});

test('a room that closes hides all', async () => {
  const { heard, moves, frame, room, settle, pending } = await enterDrawn({ members: [member(2), member(3)] });
  moves(2, 10);
  moves(3, 30);
  frame();
  moves(3, 90);
  heard.length = 0;
  room.leave();
  settle();
  assert.deepEqual(heard, ['user 2 hidden', 'user 3 hidden']);
  assert.equal(pending(), 0);
});

test('stopping hides all and hears no more', async () => {
  const { heard, moves, frame, stop, settle } = await enterDrawn({ members: [member(2)] });
  moves(2, 10);
  frame();
  stop();
  stop();
  moves(2, 20);
  settle();
  assert.deepEqual(heard, ['user 2 at 10,0', 'user 2 hidden']);
});

test('a cursor that comes back to where it is drawn is not drawn again', async () => {
  const { heard, moves, frame, settle } = await enterDrawn({ members: [member(2)] });
  moves(2, 10);
  frame();
  moves(2, 10);
  settle();
  assert.deepEqual(heard, ['user 2 at 10,0']);
});

test('nothing is shown in a room that has closed, nor by a frame in which drawing was stopped', async () => {
  const { room, socket } = await enterRoom({ members: [member(2), member(3)] });
  const heard = [];
  const frames = [];
  const options = { now: () => 0, requestFrame: (draw) => frames.push(draw) };
  const layer = { show: () => { heard.push('shown'); stop(); }, hide: () => heard.push('hidden') };
  const stop = smoothCursors(room, layer, options);
  socket.says({ cursors: { boardRef: 7, slot: [2, 3], x: [16, 16], y: [0, 0], ageMs: [0, 0] } });
  frames.shift()(0);
  assert.deepEqual(heard, ['shown', 'hidden', 'hidden']);
  room.leave();
  smoothCursors(room, layer, options);
  assert.deepEqual(frames, []);
});

test('jumps where the user wants less motion, from the moment they say so', async () => {
  const wish = { matches: true };
  globalThis.matchMedia = (query) => {
    assert.equal(query, '(prefers-reduced-motion: reduce)');
    return wish;
  };
  const { heard, moves, frame, pending, settle } = await enterDrawn({ members: [member(2)] });
  moves(2, 0);
  frame();
  moves(2, 100);
  frame();
  assert.deepEqual(heard, ['user 2 at 0,0', 'user 2 at 100,0']);
  assert.equal(pending(), 0);
  wish.matches = false;
  moves(2, 200);
  settle();
  assert.ok(heard.length > 4);
});

test('a layer that throws loses no more than that call', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  const frames = [];
  let clock = 1000;
  let calls = 0;
  const show = () => {
    calls++;
    throw new Error('mine');
  };
  smoothCursors(room, { show, hide() {} }, { now: () => clock, requestFrame: (draw) => frames.push(draw) });
  for (const x of [16, 32, 48]) {
    socket.says({ cursors: { boardRef: 7, slot: [2], x: [x], y: [0], ageMs: [0] } });
    clock += 50;
  }
  for (; frames.length && clock < 2000; clock += FRAME_MS) assert.throws(() => frames.shift()(clock), /mine/);
  assert.ok(calls > 2, `the loop ended after ${calls}`);
  assert.equal(frames.length, 0);
});

test('makes do with a timer where there are no frames', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  const shown = new Promise((resolve) => { smoothCursors(room, { show: (...args) => resolve(args), hide() {} }); });
  socket.says({ cursors: { boardRef: 7, slot: [2], x: [16], y: [32], ageMs: [0] } });
  mock.timers.tick(20);
  const [, x, y] = await shown;
  assert.deepEqual([x, y], [1, 2]);
});
