// The node in memory under the real client, in time that the test moves.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { connect } from '../src/presence-client.js';
import { testNode } from '../src/testing/presence-testing.js';
import { listen } from './stage.mjs';

let node;
let connections;
beforeEach(() => {
  node = testNode();
  connections = [];
});
afterEach(async () => {
  for (const connection of connections) connection.close();
  await node.close();
});

const open = (options) => {
  const connection = connect(node.url, { WebSocket: node.WebSocket, ...options });
  connections.push(connection);
  return connection;
};

/** Lets so much time pass, in steps in which everything that is due happens. */
async function pass(ms, step = 10) {
  for (let passed = 0; passed < ms; passed += step) {
    mock.timers.tick(step);
    await node.settled();
  }
}

test('joins, changes, signals and first cursors need no time to pass', async () => {
  const bob = await node.enter('b', { name: 'Bob', state: { tool: 'pen' } });
  const heard = listen(bob);
  const room = await open().join('b', { name: 'Ada', state: { tool: 'hand' } });
  assert.deepEqual(room.others.map(({ name, state }) => [name, state]), [['Bob', { tool: 'pen' }]]);
  await node.settled();
  assert.deepEqual(heard, ['join Ada', 'members Bob Ada']);
  room.set({ tool: 'eraser' });
  room.signal('wave', 'hi');
  await node.settled();
  assert.deepEqual(bob.others[0].state, { tool: 'eraser' });
  room.cursor(10, 20);
  await node.settled();
  assert.equal(heard.at(-1), 'cursor Ada 10,20 0ms');
  room.leave();
  await node.settled();
  assert.deepEqual(heard.slice(-2), ['leave Ada left', 'members Bob']);
});

test('lists the members of a board', async () => {
  const room = await node.enter('b', { name: 'Bob', color: '#f00', status: 'busy', state: { n: [1] } });
  const other = await node.enter('b', { name: 'Eve' });
  await node.settled();
  room.cursor(1.5, 2);
  await node.settled();
  const [bob, eve] = node.members('b');
  assert.deepEqual(bob, {
    id: room.self.id, slot: room.self.slot, name: 'Bob', color: '#f00', avatarUrl: '', userId: '', device: '', status: 'busy',
    state: { n: [1] }, cursor: { x: 1.5, y: 2, hidden: false },
  });
  assert.equal(eve.id, other.self.id);
  assert.deepEqual(node.members('nothing'), []);
});

test('ids are the same in every run', async () => {
  const ids = [];
  for (const each of [testNode(), testNode()]) {
    const room = await each.enter('b');
    ids.push(`${each.nodeId} ${room.self.id} ${room.connection.connectionId}`);
    await each.close();
  }
  assert.equal(ids[0], ids[1]);
});

test('latency is that of each direction, and keeps the order', async () => {
  node.latencyMs = 40;
  const joining = open().join('b', { name: 'Ada' });
  let joined = false;
  joining.then(() => { joined = true; });
  // Three ways for the handshake and the welcome, two for the join.
  await pass(150);
  assert.equal(joined, false);
  await pass(20);
  const room = await joining;
  node.latencyMs = 0;
  const bob = await node.enter('b', { name: 'Bob' });
  await pass(40);
  const heard = listen(bob);
  node.latencyMs = 100;
  room.set({ n: 1 });
  room.signal('wave');
  bob.on('signal', () => heard.push(`signal at ${bob.others[0].state.n}`));
  // What came later on a faster way does not overtake.
  node.latencyMs = 0;
  room.signal('again');
  await pass(90);
  assert.deepEqual(heard, []);
  await pass(20);
  assert.deepEqual(heard, ['update Ada', 'members Bob Ada', 'signal at 1', 'signal at 1']);
});

test('a cut connection comes back as the same member', async () => {
  const bob = await node.enter('b', { name: 'Bob' });
  const room = await open().join('b', { name: 'Ada' });
  await node.settled();
  const { id } = room.self;
  const heard = listen(bob);
  node.cut(room);
  await node.settled();
  assert.equal(room.connection.state, 'reconnecting');
  assert.equal(bob.others[0].status, 'away');
  assert.equal(bob.connection.state, 'open', 'only the one that was named');
  await pass(500);
  assert.equal(room.connection.state, 'open');
  assert.equal(room.self.id, id);
  assert.equal(bob.others[0].status, 'active');
  assert.ok(!heard.some((event) => /^(join|leave)/.test(event)), heard.join());
});

test('while the node is down the client has a reason, and after the grace period a new member', async () => {
  const room = await open().join('b', { name: 'Ada' });
  const errors = [];
  room.connection.on('error', ({ code }) => errors.push(code));
  const { id } = room.self;
  node.down();
  await pass(12_000, 50);
  assert.deepEqual(errors, ['unreachable']);
  assert.deepEqual(node.members('b'), []);
  node.up();
  await pass(20_000, 50);
  assert.equal(room.connection.state, 'open');
  assert.notEqual(room.self.id, id);
});

test('a path that is none is refused', async () => {
  const connection = connect('ws://presence.test/nowhere', { WebSocket: node.WebSocket });
  connections.push(connection);
  const errors = [];
  connection.on('error', ({ code }) => errors.push(code));
  await node.settled();
  assert.deepEqual(errors, ['refused']);
  assert.throws(() => new node.WebSocket('ftp://presence.test'), SyntaxError);
});

test('a frozen network is noticed by the client, and then by the node', async () => {
  const room = await open({ heartbeatMs: 1000 }).join('b', { name: 'Ada' });
  node.freeze();
  room.set({ n: 1 });
  await pass(3000, 50);
  assert.equal(room.connection.state, 'reconnecting');
  node.thaw();
  await pass(12_000, 50);
  assert.equal(room.connection.state, 'open');
  assert.deepEqual(node.members('b').map(({ name, state }) => [name, state]), [['Ada', { n: 1 }]]);
});

test('the node closes a connection that stays frozen', async () => {
  const brief = testNode({ heartbeatIntervalMs: 1000 });
  const room = await brief.enter('b', { name: 'Ada' });
  brief.freeze(room);
  mock.timers.tick(2500);
  assert.deepEqual(brief.members('b').map(({ status }) => status), ['away']);
  await brief.close();
});

test('refuses what it is told to refuse, so often', async () => {
  node.refuse('join', { code: 'board_full', retryAfterMs: 100 });
  await assert.rejects(open().join('b'), { code: 'board_full', retryAfterMs: 100 });
  const room = await open().join('b');
  const stop = node.refuse('signal', { code: 'rate_limited', message: 'enough', retryAfterMs: 300, times: 2, when: ({ type }) => type === 'wave' });
  const errors = [];
  room.on('error', ({ message }) => errors.push(message));
  room.signal('other');
  room.signal('wave');
  await node.settled();
  assert.deepEqual(errors, ['enough']);
  assert.equal(room.signal('wave'), false, 'the client waits');
  await pass(300);
  stop();
  assert.equal(room.signal('wave'), true);
  await node.settled();
  assert.deepEqual(errors, ['enough']);
});

test('a refused state is told again', async () => {
  const room = await open().join('b');
  node.refuse('state', { code: 'rate_limited', retryAfterMs: 200 });
  room.set({ n: 1 });
  await node.settled();
  assert.deepEqual(node.members('b')[0].state, {});
  await pass(200);
  assert.deepEqual(node.members('b')[0].state, { n: 1 });
});

test('kicks, replaces, announces and slows down as an operator and a node do', async () => {
  const bob = await node.enter('b', { name: 'Bob' });
  const room = await open().join('b', { name: 'Ada', userId: 'ada' });
  const heard = listen(room);
  room.on('signal', ({ member, payload }) => heard.push(`signal of ${member?.name}: ${payload}`));
  await node.settled();
  node.signal('b', 'notice', 'soon');
  node.pace('b', 5);
  await node.settled();
  assert.equal(heard.at(-1), 'signal of undefined: soon');
  room.cursor(1, 1);
  room.cursor(2, 2);
  await node.settled();
  await pass(150);
  assert.deepEqual(bob.others[0].cursor.x, 1, 'five a second');
  await pass(100);
  assert.deepEqual(bob.others[0].cursor.x, 2);
  node.kick({ userId: 'ada', reason: 'spam', banMs: 1000 });
  await node.settled();
  assert.equal(room.connection.state, 'closed');
  assert.equal(heard.at(-1), 'closed kicked');
  await assert.rejects(open().join('b', { userId: 'ada' }), { code: 'forbidden' });
  await pass(1000);
  const again = await open().join('b', { userId: 'ada' });
  const ends = listen(again);
  node.replace(again.self);
  await node.settled();
  assert.deepEqual(ends, ['closed replaced']);
  assert.throws(() => node.kick({}), TypeError);
});

test('a node that goes away is left in time; one that restarts has forgotten everybody', async () => {
  const room = await open().join('b', { name: 'Ada' });
  const { id } = room.self;
  const first = room.connection.connectionId;
  node.goAway(300);
  await pass(290);
  assert.equal(room.connection.connectionId, first);
  await pass(20);
  assert.notEqual(room.connection.connectionId, first);
  assert.equal(room.self.id, id);
  const { nodeId } = node;
  node.restart();
  await pass(12_000, 50);
  assert.notEqual(room.connection.nodeId, nodeId);
  assert.notEqual(room.self.id, id);
});

test('tokens: unknown ones are refused, expiring ones renewed, early ones tried again', async () => {
  let n = 0;
  const guarded = testNode({ authenticate(token) {
    if (token === 'early') throw Object.assign(new Error('early'), { retryAfterMs: 500 });
    if (!token.startsWith('ada')) throw new Error('who?');
    return { userId: 'ada', name: 'Ada', expiresAtMs: Date.now() + 60_000 };
  } });
  const bad = await guarded.enter('b', { token: 'eve' }).catch((error) => error);
  assert.deepEqual([bad.code, bad.message], ['unauthorized', 'who?']);
  const room = await guarded.enter('b', { token: () => `ada ${++n}`, name: 'Eve' });
  assert.equal(room.self.name, 'Ada');
  assert.equal(room.self.userId, 'ada');
  for (let passed = 0; passed < 70_000; passed += 100) {
    mock.timers.tick(100);
    await guarded.settled();
  }
  assert.ok(n >= 2, `asked ${n} times`);
  assert.equal(room.connection.state, 'open');
  let tries = 0;
  const early = guarded.enter('b', { token: () => (tries++ ? 'ada' : 'early') });
  for (let passed = 0; passed < 2000; passed += 50) {
    mock.timers.tick(50);
    await guarded.settled();
  }
  assert.equal((await early).self.name, 'Ada');
  await guarded.close();
});

test('the socket is a WebSocket as far as listeners go', async () => {
  const events = [];
  class Watched extends node.WebSocket {
    constructor(...details) {
      super(...details);
      for (const type of ['open', 'message', 'close']) this.addEventListener(type, ({ data }) => events.push(`${type} ${data?.byteLength ?? ''}`.trim()));
    }
  }
  const connection = open({ WebSocket: Watched });
  await connection.join('b');
  assert.equal(events[0], 'open');
  assert.match(events[1], /^message \d+$/);
  const socket = new node.WebSocket(node.url, 'presence.v1');
  assert.throws(() => socket.send('early'), /connecting/);
  const closed = new Promise((resolve) => { socket.onclose = resolve; });
  await node.settled();
  assert.equal(socket.readyState, node.WebSocket.OPEN);
  assert.equal(socket.protocol, 'presence.v1');
  socket.send('text');
  assert.equal((await closed).code, 1003);
});
