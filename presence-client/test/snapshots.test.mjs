import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { ConnectionSource, CursorsSource, MembersSource } from '../src/presence-snapshots.js';
import { jsonState, member } from './fake-node.mjs';
import { enterRoom } from './stage.mjs';

const change = (socket, change) => socket.says({ change: { boardRef: 7, ...change } });

/** Lets frames come only when told to. */
let frames = [];
function frame(time = performance.now() + 10_000) {
  const due = frames;
  frames = [];
  for (const action of due) action(time);
}
afterEach(() => {
  frames = [];
  delete globalThis.requestAnimationFrame;
});

async function enter(members) {
  globalThis.requestAnimationFrame = (action) => frames.push(action);
  const stage = await enterRoom({ members });
  const source = new MembersSource(stage.room);
  const cursors = new CursorsSource(stage.room, source);
  const told = { members: 0, cursors: 0 };
  source.subscribe(() => told.members++);
  return { ...stage, source, cursors, told, listen: () => cursors.subscribe(() => told.cursors++) };
}

test('a snapshot is frozen and keeps what was true when it was taken', async () => {
  const { socket, source } = await enter([member(2, { state: jsonState({ tool: 'pen' }) })]);
  const [before] = source.others();
  change(socket, { updated: [{ slot: 2, status: 'busy', set: jsonState({ tool: 'brush' }) }] });
  const [after] = source.others();
  assert.deepEqual([before.status, before.state.tool], ['active', 'pen']);
  assert.deepEqual([after.status, after.state.tool], ['busy', 'brush']);
  assert.ok([before, after, source.others()].every(Object.isFrozen));
  assert.equal('cursor' in after, false);
});

test('who has not changed stays the same object, and so does the list when no member has', async () => {
  const { room, socket, source, told } = await enter([member(2), member(3)]);
  const list = source.others();
  const self = source.self();
  change(socket, { updated: [{ slot: 3, status: 'idle' }] });
  assert.equal(source.others()[0], list[0]);
  assert.notEqual(source.others()[1], list[1]);
  const listNow = source.others();
  room.update({ status: 'busy' });
  assert.equal(source.others(), listNow);
  assert.notEqual(source.self(), self);
  assert.equal(told.members, 2);
});

test('cursors do not notify listeners of members', async () => {
  const { socket, source, told } = await enter([member(2)]);
  const list = source.others();
  socket.says({ cursors: { boardRef: 7, slot: [2], x: [160], y: [160], ageMs: [0] } });
  assert.equal(source.others(), list);
  assert.equal(told.members, 0);
});

test('a snapshot can be sent to, on the node where its member is now', async () => {
  const { room, socket, source } = await enter([member(2)]);
  const others = source.others();
  socket.says({ roster: { board: 'b', boardRef: 7, you: 1, resumeKey: new Uint8Array([9]),
    members: [member(1), { ...member(2), slot: 9 }] } });
  room.signal('wave', 1, { to: others });
  assert.deepEqual(socket.took('signal')[0].to, [9]);
});

test('one who leaves and comes again under the same id is a new object', async () => {
  const { socket, source } = await enter([member(2)]);
  const [before] = source.others();
  change(socket, { left: [{ slot: 2, reason: 'left' }], joined: [{ ...member(2), slot: 5 }] });
  assert.equal(source.others()[0].slot, 5);
  assert.notEqual(source.others()[0], before);
});

test('cursors are told of once per frame, however many moved, and hidden ones not shown', async () => {
  const { socket, cursors, told, listen } = await enter([member(2), member(3), member(4)]);
  listen();
  for (const x of [160, 320]) {
    socket.says({ cursors: { boardRef: 7, slot: [2, 3, 4], x: [x, x, x], y: [0, 0, 0], ageMs: [0, 0, 0], hidden: [4] } });
  }
  assert.equal(told.cursors, 0);
  frame();
  assert.equal(told.cursors, 1);
  assert.deepEqual(cursors.get().map(({ member: { name } }) => name), ['user 2', 'user 3']);
  assert.equal(cursors.get().at(-1).x, 20);

  const [first, second] = cursors.get();
  socket.says({ cursors: { boardRef: 7, slot: [2, 3], x: [320, 480], y: [0, 0], ageMs: [0, 0], hidden: [2] } });
  frame();
  frame();
  assert.deepEqual(cursors.get().map(({ member: { name } }) => name), ['user 3']);
  assert.notEqual(cursors.get()[0], second);
  assert.ok(Object.isFrozen(first));
});

test('a cursor that rests stays the same object while another moves, and is renamed with its member', async () => {
  const { socket, cursors, listen } = await enter([
    member(2, { cursor: { x: 16, y: 16 } }), member(3, { cursor: { x: 32, y: 32 } }),
  ]);
  listen();
  frame();
  frame();
  const [resting] = cursors.get();
  socket.says({ cursors: { boardRef: 7, slot: [3], x: [64], y: [64], ageMs: [0] } });
  frame();
  assert.equal(cursors.get()[0], resting);
  change(socket, { updated: [{ slot: 2, profile: { name: 'Bob' } }] });
  frame();
  assert.deepEqual([cursors.get()[0].member.name, cursors.get()[0].x], ['Bob', 1]);
});

test('nothing is computed without a listener', async () => {
  const { room, socket, cursors, listen, told } = await enter([member(2, { cursor: { x: 16, y: 16 } })]);
  const on = mock.method(room, 'on');
  assert.deepEqual([frames.length, cursors.get().length], [0, 0]);
  const [stop, stopSecond] = [listen(), listen()];
  assert.equal(on.mock.calls.filter(({ arguments: [event] }) => event === 'cursor').length, 1);
  frame();
  assert.equal(cursors.get().length, 1);
  stopSecond();
  stop();
  frame();
  socket.says({ cursors: { boardRef: 7, slot: [2], x: [64], y: [64], ageMs: [0] } });
  assert.deepEqual([frames.length, cursors.get().length, told.cursors], [0, 0, 2]);
  listen();
  frame();
  assert.equal(cursors.get()[0].x, 4);
});

test('a connection is told of with its round trip, and why it ended', async () => {
  const { connection, socket } = await enterRoom();
  const source = new ConnectionSource(connection);
  const states = [];
  source.subscribe(() => states.push(source.get().state));
  assert.deepEqual([source.get().state, source.get().nodeId, source.get().rtt], ['open', 'node-a', null]);
  socket.says({ heartbeatAck: { clientTimeMs: Date.now() - 12, serverTimeMs: Date.now() } });
  assert.equal(source.get().rtt, 12);
  assert.equal(source.get(), source.get());
  socket.drops(4403, 'not for you');
  assert.deepEqual([source.get().state, source.get().error.code], ['closed', 'forbidden']);
  assert.deepEqual(states, ['open', 'closed', 'closed']);
  assert.equal(ConnectionSource.none.connection, null);
});

test('a source that was closed hears nothing more', async () => {
  const { connection } = await enterRoom();
  const source = new ConnectionSource(connection);
  source.close();
  connection.close();
  assert.equal(source.get().state, 'open');
});
