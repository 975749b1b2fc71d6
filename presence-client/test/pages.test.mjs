// Members of a large board page by page.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../src/presence-client.js';
import { loadMembers, totalOf } from '../src/presence-pages.js';
import { testNode } from '../src/testing/presence-testing.js';
import { FakeWebSocket, member } from './fake-node.mjs';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_700_000_000_000 }));
afterEach(() => mock.timers.reset());

async function pass(node, ms = 200) {
  for (let passed = 0; passed < ms; passed += 50) {
    mock.timers.tick(50);
    await node.settled();
  }
}

async function until(node, promise) {
  let over = false;
  const end = () => { over = true; };
  promise.then(end, end);
  for (let i = 0; i < 100 && !over; i++) await pass(node, 50);
  return promise;
}

async function hall(people, join) {
  const node = testNode();
  const others = [];
  for (let i = 0; i < people; i++) others.push(await until(node, node.enter('hall', { name: `p${i}` })));
  const connection = connect(node.url, { WebSocket: node.WebSocket });
  const room = await until(node, connection.join('hall', { name: 'Ada', ...join }));
  return { node, others, connection, room };
}

const names = (members) => members.map(({ name }) => name).sort();

test('a room with a limit knows so many, and loads the rest page by page', async () => {
  const { node, others, room } = await hall(6, { rosterLimit: 3, counts: true });
  assert.deepEqual(names(room.members), ['Ada', 'p0', 'p1']);
  assert.equal(totalOf(room), 7);
  const joined = [];
  room.on('join', ({ name }) => joined.push(name));
  const first = await until(node, loadMembers(room, { limit: 2 }));
  assert.deepEqual([names(first.members), first.complete], [['p2', 'p3'], false]);
  assert.deepEqual(joined, ['p2', 'p3']);
  assert.ok(first.members.every((each) => room.members.includes(each)));
  others[4].cursor(5, 6);
  await pass(node);
  assert.deepEqual(joined, ['p2', 'p3', 'p4'], 'one that moved');
  const rest = await until(node, loadMembers(room));
  assert.deepEqual([names(rest.members), rest.complete], [['p5'], true]);
  others[5].leave();
  await pass(node, 1500);
  assert.equal(totalOf(room), 6);
  assert.equal(room.members.length, 6);
});

test('pages asked for at once come one after another', async () => {
  const { node, room } = await hall(5, { rosterLimit: 1 });
  const pages = await until(node, Promise.all([1, 2, 9].map((limit) => loadMembers(room, { limit }))));
  assert.deepEqual(pages.map(({ members, complete }) => [members.length, complete]), [[1, false], [2, false], [2, true]]);
  assert.equal(totalOf(room), 6);
});

test('a page is refused where all are known, and when the room ends', async () => {
  const { node, room } = await hall(1, {});
  await assert.rejects(until(node, loadMembers(room)), { code: 'roster_page_invalid' });
  const late = loadMembers(room);
  room.leave();
  await assert.rejects(late, { code: 'closed' });
  await assert.rejects(loadMembers(room), { code: 'closed' });
});

test('a page is asked for again after a refusal for the rate', async () => {
  const { node, room } = await hall(3, { rosterLimit: 1 });
  const pages = await until(node, Promise.all(Array.from({ length: 25 }, () => loadMembers(room, { limit: 1 }))));
  assert.equal(pages.at(-1).complete, true);
  assert.equal(room.members.length, 4);
});

test('a limit that is none is refused before anything is sent', async () => {
  const { node, connection } = await hall(0, {});
  await assert.rejects(until(node, connection.join('b', { rosterLimit: -1 })), RangeError);
  await until(node, connection.join('b', { rosterLimit: 1 }));
});

async function entered(join) {
  FakeWebSocket.reset();
  const connection = connect('ws://node/ws', { WebSocket: FakeWebSocket });
  const joining = connection.join('b', join);
  const socket = FakeWebSocket.last;
  socket.accepts();
  socket.says({ roster: { board: 'b', boardRef: 7, you: 1, members: [member(1)], total: 9, next: 2 } });
  return { connection, room: await joining };
}

test('after a reconnect a page is asked for anew, once its roster has come', async () => {
  const { connection, room } = await entered({ rosterLimit: 1 });
  const page = loadMembers(room, { limit: 5 });
  assert.equal(FakeWebSocket.last.took('rosterPage').length, 1);
  FakeWebSocket.last.drops();
  mock.timers.tick(20_000);
  const socket = FakeWebSocket.last;
  socket.accepts();
  assert.deepEqual(socket.took('rosterPage'), [], 'not before the roster');
  socket.says({ roster: { board: 'b', boardRef: 8, you: 3, members: [member(1, { slot: 3 })], total: 4, next: 11 } });
  assert.deepEqual(socket.took('rosterPage'), [{ boardRef: 8, from: 0, limit: 5 }]);
  assert.equal(totalOf(room), 4);
  socket.says({ change: { boardRef: 8, joined: [member(11)], page: { next: 0, total: 5 } } });
  assert.equal((await page).members[0].name, 'user 11');
  connection.close();
});

test('a page that is asked for before the roster waits for it', async () => {
  const { connection, room } = await entered({ rosterLimit: 1 });
  FakeWebSocket.last.drops();
  mock.timers.tick(20_000);
  const socket = FakeWebSocket.last;
  socket.accepts();
  const page = loadMembers(room);
  assert.deepEqual(socket.took('rosterPage'), []);
  socket.says({ roster: { board: 'b', boardRef: 8, you: 1, members: [member(1)], total: 1 } });
  assert.deepEqual(socket.took('rosterPage'), [{ boardRef: 8, from: 0, limit: 0 }]);
  socket.says({ change: { boardRef: 8, page: { total: 1 } } });
  assert.deepEqual(await page, { members: [], complete: true });
  connection.close();
});

test('a node of a release before has told everybody', async () => {
  const { connection, room } = await entered({ rosterLimit: 1 });
  const page = loadMembers(room);
  const [{ id }] = FakeWebSocket.last.sent.filter((frame) => frame.rosterPage);
  FakeWebSocket.last.says({ error: { code: 'unknown_frame', message: '', inReplyTo: id } });
  assert.deepEqual(await page, { members: [], complete: true });
  connection.close();
});
