// What a page that lists boards is told, and what it sends.
import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import { connect } from '../src/presence-client.js';
import { watch } from '../src/presence-watch.js';
import { testNode } from '../src/testing/presence-testing.js';

before(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_700_000_000_000 }));
after(() => mock.timers.reset());

class Page {
  node = testNode();
  sent = [];
  errors = [];

  constructor() {
    const { sent } = this;
    const WebSocket = class extends this.node.WebSocket {
      send(bytes) {
        if (bytes[0] === 0x52 || (bytes[0] === 0x08 && bytes.includes(0x52))) sent.push(bytes);
        super.send(bytes);
      }
    };
    this.connection = connect(this.node.url, { WebSocket });
    this.connection.on('error', (error) => this.errors.push(error.code));
  }

  watch(boards, options) {
    const calls = [];
    const stop = watch(this.connection, boards, options, (shown) => calls.push(shown));
    return { calls, stop, last: () => Object.fromEntries(calls.at(-1).map(({ board, members }) => [board, members])) };
  }

  async pass(ms) {
    for (let passed = 0; passed < ms; passed += 50) {
      mock.timers.tick(50);
      await this.node.settled();
    }
  }
}

async function page() {
  const made = new Page();
  await made.node.settled();
  return made;
}

test('a watch is told what is known, and then what changes', async () => {
  const list = await page();
  const ada = await list.node.enter('b1', { name: 'Ada', userId: 'u1' });
  const { calls, last } = list.watch(['b2', 'b1']);
  await list.pass(100);
  assert.deepEqual(calls.at(-1), [
    { board: 'b2', members: 0, observers: 0, users: 0, first: [], error: '' },
    {
      board: 'b1', members: 1, observers: 0, users: 1, error: '',
      first: [{ userId: 'u1', name: 'Ada', color: '', avatarUrl: '' }],
    },
  ]);
  const before = calls.at(-1);
  ada.leave();
  await list.pass(1100);
  assert.deepEqual(last(), { b2: 0, b1: 0 });
  assert.equal(calls.at(-1)[0], before[0], 'what has not changed is the same object');
  assert.ok(Object.isFrozen(calls.at(-1)) && Object.isFrozen(calls.at(-1)[1].first));
});

test('watches of one connection are one frame, each with its own boards and avatars', async () => {
  const list = await page();
  for (const name of ['Ada', 'Bob', 'Cid']) await list.node.enter('b1', { name });
  const one = list.watch(['b1', 'b2'], { avatars: 1 });
  const other = list.watch(['b3', 'b1'], { avatars: 2 });
  await list.pass(100);
  assert.equal(list.sent.length, 1);
  assert.deepEqual(one.last(), { b1: 3, b2: 0 });
  assert.deepEqual(other.last(), { b3: 0, b1: 3 });
  assert.equal(one.calls.at(-1)[0].first.length, 1);
  assert.equal(other.calls.at(-1)[1].first.length, 2);
  one.stop();
  other.stop();
  await list.pass(100);
  assert.equal(list.sent.length, 2, 'the last one ends it');
  await list.node.enter('b1', { name: 'Dan' });
  await list.pass(2000);
  assert.deepEqual(one.last(), { b1: 3, b2: 0 });
});

test('a watch goes on after a reconnect, and another connection has its own', async () => {
  const list = await page();
  const { calls, last } = list.watch(['b1']);
  await list.pass(100);
  list.node.cut(list.connection);
  await list.pass(1000);
  await list.node.enter('b1', { name: 'Ada' });
  await list.pass(1100);
  assert.deepEqual(last(), { b1: 1 });
  assert.equal(list.connection.state, 'open');
  const told = calls.length;
  list.connection.close();
  await list.node.enter('b1', { name: 'Bob' });
  await list.pass(2000);
  assert.equal(calls.length, told);
});

test('a watch beside a room disturbs neither', async () => {
  const list = await page();
  const room = await list.connection.join('b1', { name: 'Me' });
  const { last } = list.watch(['b1', 'b2']);
  await list.node.enter('b1', { name: 'Ada' });
  await list.pass(1100);
  assert.deepEqual(last(), { b1: 2, b2: 0 });
  assert.equal(room.members.length, 2);
  room.leave();
  await list.pass(2000);
  assert.deepEqual(last(), { b1: 1, b2: 0 });
});

test('a watch that came too often is sent again, and one that is refused for good is an error', async () => {
  const list = await page();
  list.node.refuse('watch', { code: 'rate_limited', retryAfterMs: 300 });
  const { calls, last } = list.watch(['b1']);
  await list.pass(200);
  assert.deepEqual(calls, []);
  await list.pass(300);
  assert.deepEqual(last(), { b1: 0 });
  assert.deepEqual(list.errors, []);
  list.watch(Array.from({ length: 201 }, (_, n) => `many-${n}`));
  await list.pass(200);
  assert.deepEqual(list.errors, ['too_many_watched']);
});

test('a callback that throws is reported, and the others are called', async () => {
  const list = await page();
  const failures = [];
  globalThis.reportError = (error) => failures.push(error.message);
  watch(list.connection, ['b1'], {}, () => { throw new Error('of the page'); });
  const { last } = list.watch(['b1']);
  await list.pass(100);
  delete globalThis.reportError;
  assert.deepEqual(failures, ['of the page']);
  assert.deepEqual(last(), { b1: 0 });
});
