import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { shareRoom } from '../src/presence-rooms.js';
import { FakeWebSocket, jsonState, member } from './fake-node.mjs';
import { open, seat } from './stage.mjs';

/** Lets everything happen that waits for nothing but its turn. */
const turn = () => new Promise(setImmediate);

function connected() {
  const connection = open();
  FakeWebSocket.last.accepts();
  return { connection, socket: FakeWebSocket.last };
}

async function enter(options) {
  const stage = connected();
  const share = shareRoom(stage.connection, 'b', { name: 'Ada', ...options });
  await turn();
  stage.join = seat(stage.socket, options?.observer ? { me: 0, members: [] } : {});
  await turn();
  return { ...stage, share };
}

const leaves = (socket) => socket.took('leave').length;

test('two who share a board have one room, which is left with the last of them', async () => {
  const { connection, socket, share } = await enter();
  const second = shareRoom(connection, 'b', { name: 'Ada' });
  await turn();
  assert.equal(second.get(), share.get());
  assert.deepEqual([second.get().state, socket.took('join')], ['joined', []]);
  assert.equal(second.get().room.self.name, 'Ada');
  assert.ok(Object.isFrozen(second.get()));

  share.leave();
  share.leave();
  await turn();
  assert.deepEqual([second.get().state, leaves(socket)], ['joined', 0]);
  second.leave();
  await turn();
  assert.equal(leaves(socket), 1);

  const again = shareRoom(connection, 'b', { name: 'Ada' });
  await turn();
  seat(socket);
  await turn();
  assert.equal(again.get().state, 'joined');
});

test('boards and connections are shared each for itself', async () => {
  const { connection, socket, share } = await enter();
  const elsewhere = shareRoom(connection, 'c', {});
  await turn();
  assert.deepEqual(socket.took('join').map(({ board }) => board), ['c']);
  assert.equal(elsewhere.get().state, 'joining');
  const other = connected();
  shareRoom(other.connection, 'b', {});
  await turn();
  assert.deepEqual(other.socket.took('join').map(({ board }) => board), ['b']);
  assert.equal(share.get().state, 'joined');
});

test('what comes, goes and comes again in one turn joins once', async () => {
  const { connection, socket } = connected();
  shareRoom(connection, 'b', { name: 'Ada' }).leave();
  const share = shareRoom(connection, 'b', { name: 'Ada' });
  await turn();
  assert.equal(socket.sent.filter((frame) => frame.join).length, 1);
  seat(socket);
  await turn();
  share.leave();
  const again = shareRoom(connection, 'b', { name: 'Ada' });
  await turn();
  assert.deepEqual([again.get().state, leaves(socket), socket.took('join')], ['joined', 0, []]);
});

test('a board that is left while its join is under way is left when it is joined, or kept for who comes meanwhile', async () => {
  const { connection, socket } = connected();
  const early = shareRoom(connection, 'b', {});
  await turn();
  early.leave();
  await turn();
  const next = shareRoom(connection, 'b', {});
  await turn();
  assert.equal(seat(socket).board, 'b');
  await turn();
  assert.deepEqual([next.get().state, leaves(socket), socket.took('join')], ['joined', 0, []]);

  const other = shareRoom(connection, 'c', {});
  await turn();
  other.leave();
  seat(socket, { board: 'c', boardRef: 8 });
  await turn();
  assert.deepEqual(socket.took('leave'), [{ boardRef: 8 }]);
});

test('the first to say a fact counts, then the next who says it', async () => {
  const { connection, socket, share, join } = await enter({ color: '#111111', state: { tool: 'pen' } });
  assert.deepEqual([join.profile.name, join.profile.color], ['Ada', '#111111']);
  const second = shareRoom(connection, 'b', { name: 'Bob', device: 'phone', state: { tool: 'brush', zoom: 2 } });
  await turn();
  const { room } = second.get();
  const all = () => [room.self.name, room.self.color, room.self.device, { ...room.self.state }];
  assert.deepEqual(all(), ['Ada', '#111111', 'phone', { tool: 'pen', zoom: 2 }]);

  share.update({ name: 'Ada L.', color: '#222222' });
  assert.deepEqual(all(), ['Ada L.', '#222222', 'phone', { tool: 'brush', zoom: 2 }]);
  room.set({ selection: [1] });
  share.leave();
  await turn();
  assert.deepEqual(all(), ['Bob', '', 'phone', { tool: 'brush', zoom: 2, selection: [1] }]);
  assert.equal(leaves(socket), 0);
});

test('what a join asks for is what the first share asks for', async () => {
  const { join } = await enter({ watched: true, counts: true, reactions: true, locks: true, rosterLimit: 100 });
  assert.deepEqual([join.counts, join.reactions, join.locks, join.rosterLimit], [true, true, true, 100]);
});

test('what has not changed is not told again, and a change too large is reported and harms nothing else', async () => {
  const errors = [];
  const { share } = await enter({ state: { list: [1] }, onError: ({ code }) => errors.push(code) });
  const { room } = share.get();
  room.connection.limits = { maxNameBytes: 10 };
  const update = mock.method(room, 'update');
  const set = mock.method(room, 'set');
  share.update({ name: 'Ada', state: { list: [1] } });
  assert.deepEqual([update.mock.callCount(), set.mock.callCount()], [0, 0]);
  share.update({ name: 'a name too long', state: { list: [2] } });
  share.update({ name: 'a name too long', state: { list: [2] } });
  assert.deepEqual([errors, room.self.name, room.self.state.list], [['field_too_long'], 'Ada', [2]]);
});

test('one observer more changes nothing; a member among observers makes the room a member of the board', async () => {
  const { connection, socket, share, join } = await enter({ observer: true });
  assert.equal(join.observer, true);
  const watcher = shareRoom(connection, 'b', { observer: true });
  await turn();
  assert.deepEqual([watcher.get().state, socket.took('join')], ['joined', []]);

  const { room } = share.get();
  const ada = shareRoom(connection, 'b', { name: 'Ada', state: { list: [1] } });
  await turn();
  const asMember = seat(socket);
  assert.deepEqual([asMember.observer, asMember.profile.name, [...asMember.state.keys()]], [false, 'Ada', ['list']]);
  await turn();
  assert.equal(share.get().room, room);
  assert.deepEqual([room.self.name, share.get().state, leaves(socket)], ['Ada', 'joined', 0]);

  ada.leave();
  await turn();
  assert.equal(socket.took('join')[0].observer, true);
  socket.says({ roster: { board: 'b', boardRef: 7, you: 0, members: [] } });
  await turn();
  assert.deepEqual([share.get().room === room, room.self, leaves(socket)], [true, null, 0]);
});

test('where the node refuses another role in place, the room is left and joined', async () => {
  const { connection, socket, share } = await enter({ observer: true });
  shareRoom(connection, 'b', { name: 'Ada' });
  await turn();
  const { id } = socket.sent.find(({ join }) => join);
  socket.took('join');
  socket.says({ error: { code: 'already_joined', inReplyTo: id, boardRef: 7 } });
  await turn();
  assert.deepEqual([leaves(socket), share.get().state], [1, 'joining']);
  assert.equal(seat(socket).observer, false);
  await turn();
  assert.equal(share.get().room.self.name, 'Ada');
});

test('a refusal is told to all, and tried again when the node said, or when another share comes', async () => {
  const { connection, socket } = connected();
  const heard = [];
  const share = shareRoom(connection, 'b', { onError: ({ code }) => heard.push(`first ${code}`) });
  shareRoom(connection, 'b', { onError: ({ code }) => heard.push(`second ${code}`) });
  let told = 0;
  share.subscribe(() => told++);
  await turn();
  const refuse = (code, retryAfterMs) => {
    const { id } = socket.sent.find((frame) => frame.join);
    socket.took('join');
    socket.says({ error: { code, message: 'no', retryAfterMs, inReplyTo: id } });
    return turn();
  };
  await refuse('rate_limited', 500);
  assert.deepEqual([share.get().state, share.get().error.code, told], ['left', 'rate_limited', 1]);
  assert.deepEqual(heard.splice(0), ['first rate_limited', 'second rate_limited']);
  mock.timers.tick(499);
  await turn();
  assert.equal(share.get().state, 'left');
  mock.timers.tick(1);
  await turn();
  assert.equal(share.get().state, 'joining');
  await refuse('board_full');
  assert.equal(share.get().error.code, 'board_full');
  shareRoom(connection, 'b', {});
  await turn();
  seat(socket);
  await turn();
  assert.deepEqual([share.get().state, share.get().error], ['joined', null]);
});

test('nothing is tried again once the last share is gone', async () => {
  const { connection, socket } = connected();
  const share = shareRoom(connection, 'b', {});
  await turn();
  const { id } = socket.sent.find((frame) => frame.join);
  socket.says({ error: { code: 'rate_limited', retryAfterMs: 500, inReplyTo: id } });
  await turn();
  share.leave();
  await turn();
  socket.took('join');
  mock.timers.tick(1000);
  await turn();
  assert.deepEqual(socket.took('join'), []);
});

test('a room that ends is left for all, with its reason, until another share comes', async () => {
  const { connection, socket, share } = await enter();
  socket.says({ error: { code: 'kicked', message: 'out', boardRef: 7 } });
  assert.deepEqual([share.get().state, share.get().error.code, share.get().room], ['left', 'kicked', null]);
  await turn();
  assert.deepEqual(socket.took('join'), []);
  shareRoom(connection, 'b', { name: 'Ada' });
  await turn();
  seat(socket);
  await turn();
  share.get().room.leave();
  assert.deepEqual([share.get().state, share.get().error], ['left', null]);
});

test('members and cursors of a room are the same for all who share it', async () => {
  const { socket, share, connection } = await enter();
  const second = shareRoom(connection, 'b', {});
  socket.says({ change: { boardRef: 7, joined: [member(2, { state: jsonState({ tool: 'pen' }) })] } });
  const { members } = second.get();
  assert.equal(members, share.get().members);
  const [bob] = members.others();
  assert.equal(members.other(bob.id), bob);
  assert.equal(members.other('unknown'), null);
  assert.equal(members.other(members.self().id), null);
});
