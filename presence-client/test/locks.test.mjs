// What a page that locks is told, and when it stops to count on a lock.
import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import { connect } from '../src/presence-client.js';
import { hold } from '../src/presence-holding.js';
import '../src/presence-locks.js';
import { testNode } from '../src/testing/presence-testing.js';

before(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_700_000_000_000 }));
after(() => mock.timers.reset());

class Page {
  constructor(node, name) {
    this.node = node;
    this.name = name;
    this.connection = connect(node.url, { WebSocket: node.WebSocket });
    this.lost = [];
  }

  async enter() {
    const joining = this.connection.join('b1', { name: this.name, locks: true });
    await pass(this.node, 100);
    this.room = await joining;
    return this;
  }

  /** Asks for a lock, and keeps what becomes of it. */
  async lock(name, options) {
    const asked = {};
    this.room.lock(name, options).then((lock) => {
      asked.lock = lock;
      lock.on('lost', (error) => this.lost.push(error.code));
    }, (error) => { asked.error = error; });
    await pass(this.node, 100);
    return asked;
  }

  get shown() {
    return this.room.locks.map(({ name, member, isMine }) => `${name} ${member?.name} ${isMine}`);
  }
}

async function pass(node, ms) {
  for (let passed = 0; passed < ms; passed += 50) {
    mock.timers.tick(50);
    await node.settled();
  }
}

async function pages(...names) {
  const node = testNode();
  const all = [];
  for (const name of names) all.push(await new Page(node, name).enter());
  return all;
}

test('one page has a lock, and all are told whose it is', async () => {
  const [ada, bob] = await pages('Ada', 'Bob');
  const { lock } = await ada.lock('shape');
  assert.equal(lock.held, true);
  assert.ok(lock.fencing > 0);
  assert.deepEqual(bob.shown, ['shape Ada false']);
  assert.deepEqual(ada.shown, ['shape Ada true']);
  const { error } = await bob.lock('shape');
  assert.deepEqual([error.code, error.holder.name], ['lock_denied', 'Ada']);
  lock.release();
  await pass(ada.node, 100);
  assert.deepEqual([lock.held, bob.shown, ada.lost], [false, [], []]);
  const next = await bob.lock('shape');
  assert.ok(next.lock.fencing > lock.fencing);
});

test('it is renewed for as long as the page is there', async () => {
  const [ada, bob] = await pages('Ada', 'Bob');
  const { lock } = await ada.lock('shape', { ttl: 3000 });
  const { fencing } = lock;
  await pass(ada.node, 20_000);
  assert.deepEqual([lock.held, lock.fencing, ada.lost], [true, fencing, []]);
  assert.deepEqual(bob.shown, ['shape Ada false']);
});

test('a page that waits is served when the lock is given back', async () => {
  const [ada, bob] = await pages('Ada', 'Bob');
  const first = await ada.lock('shape');
  const second = await bob.lock('shape', { wait: true });
  assert.equal(second.lock, undefined);
  await pass(ada.node, 10_000);
  assert.equal(second.lock, undefined);
  first.lock.release();
  await pass(ada.node, 200);
  assert.equal(second.lock.held, true);
  assert.deepEqual(ada.shown, ['shape Bob false']);
});

test('a wait is ended by its signal, and the next one is served', async () => {
  const [ada, bob, cid] = await pages('Ada', 'Bob', 'Cid');
  const first = await ada.lock('shape');
  const controller = new AbortController();
  const second = await bob.lock('shape', { wait: true, signal: controller.signal });
  const third = await cid.lock('shape', { wait: true });
  controller.abort();
  await pass(ada.node, 100);
  assert.equal(second.error.name, 'AbortError');
  first.lock.release();
  await pass(ada.node, 200);
  assert.equal(third.lock.held, true);
});

test('it outlives a lost connection', async () => {
  const [ada, bob] = await pages('Ada', 'Bob');
  const { lock } = await ada.lock('shape');
  const { fencing } = lock;
  ada.node.cut();
  await pass(ada.node, 3000);
  assert.deepEqual([lock.held, lock.fencing, ada.lost], [true, fencing, []]);
  assert.deepEqual(bob.shown, ['shape Ada false']);
});

test('a page that cannot reach its node stops to count on it at its time', async () => {
  const [ada] = await pages('Ada');
  const { lock } = await ada.lock('shape', { ttl: 3000 });
  ada.node.freeze();
  await pass(ada.node, 1900);
  assert.equal(lock.held, true);
  await pass(ada.node, 1200);
  assert.deepEqual([lock.held, ada.lost], [false, ['lock_lost']]);
});

test('a page that slept has none, before its timers say so', async () => {
  const [ada] = await pages('Ada');
  const { lock } = await ada.lock('shape', { ttl: 3000 });
  mock.timers.setTime(Date.now() + 60_000);
  assert.equal(lock.held, false);
});

test('a room that is left gives back what it has', async () => {
  const [ada, bob] = await pages('Ada', 'Bob');
  const { lock } = await ada.lock('shape');
  const waiting = await bob.lock('shape', { wait: true });
  ada.room.leave();
  await pass(ada.node, 300);
  assert.deepEqual([lock.held, ada.lost], [false, ['closed']]);
  assert.equal(waiting.lock.held, true);
});

test('what cannot be asked for is refused at once', async () => {
  const [ada] = await pages('Ada');
  await ada.lock('shape');
  const codes = [];
  for (const [name, options] of [['', {}], ['shape', {}], ['x', { ttl: 10 }], ['x'.repeat(200), {}]]) {
    codes.push((await ada.lock(name, options)).error.code);
  }
  assert.deepEqual(codes, ['lock_invalid', 'already_locked', 'lock_invalid', 'field_too_long']);
});

test('hooks hold a lock until they stop, and say why they have none', async () => {
  const [ada, bob] = await pages('Ada', 'Bob');
  const told = { ada: [], bob: [], never: [] };
  const note = (name) => ({ lock, error }) => told[name].push(lock ? 'held' : error.code);
  const stop = hold(ada.room, 'shape', {}, note('ada'));
  await pass(ada.node, 100);
  const stopWaiting = hold(bob.room, 'shape', {}, note('bob'));
  await pass(ada.node, 100);
  assert.deepEqual(told, { ada: ['held'], bob: [], never: [] });
  stop();
  await pass(ada.node, 200);
  assert.deepEqual(told.bob, ['held']);
  hold(ada.room, 'shape', {}, note('never'))();
  stopWaiting();
  await pass(ada.node, 200);
  assert.deepEqual([told.never, ada.shown], [[], []]);
  await ada.lock('other');
  hold(bob.room, 'other', { wait: false }, note('bob'));
  await pass(ada.node, 100);
  assert.deepEqual(told.bob, ['held', 'lock_denied']);
});

test('hooks ask again for a lock that was lost, and for no other one', async () => {
  const [ada] = await pages('Ada');
  const told = [];
  const stop = hold(ada.room, 'shape', { ttl: 3000 }, ({ lock, error }) => told.push(lock?.fencing ?? error.code));
  await pass(ada.node, 100);
  ada.node.freeze();
  await pass(ada.node, 4000);
  ada.node.thaw();
  await pass(ada.node, 3000);
  const [first, lost, second, ...more] = told;
  assert.deepEqual([lost, more], ['lock_lost', []]);
  assert.ok(second > first, told.join());
  stop();
  ada.node.refuse('lock', { code: 'forbidden' });
  hold(ada.room, 'shape', {}, ({ error }) => told.push(error.code));
  await pass(ada.node, 1000);
  assert.deepEqual(told.slice(3), ['forbidden']);
});

test('a hook without the module says what it needs', () => {
  assert.throws(() => hold({}, 'shape', {}, () => {}), /import 'presence-client\/locks'/);
});
