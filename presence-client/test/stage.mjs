import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock } from 'node:test';
import { connect, Connection } from '../src/presence-client.js';
import { FakeWebSocket, member } from './fake-node.mjs';

export const DAY_MS = 24 * 3600 * 1000;

const opened = [];
// Joins that a test leaves waiting are rejected by the close at its end.
const { join } = Connection.prototype;
Connection.prototype.join = function (...details) {
  const joining = join.apply(this, details);
  joining.catch(() => {});
  return joining;
};
const pending = new Set();
/** How many timers are still to fire. */
export const pendingTimers = () => pending.size;

// In files that import this, time moves only by mock.timers.tick.
beforeEach(() => {
  FakeWebSocket.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  pending.clear();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  globalThis.setTimeout = (action, ms) => {
    const timer = set(() => {
      pending.delete(timer);
      action();
    }, ms);
    pending.add(timer);
    return timer;
  };
  globalThis.clearTimeout = (timer) => {
    pending.delete(timer);
    clear(timer);
  };
});

afterEach(() => {
  // The rooms of a page know of each other.
  for (const connection of opened.splice(0)) connection.close();
  mock.timers.reset();
  mock.restoreAll();
});

export const open = (options) => {
  opened.push(connect('ws://node/ws', { WebSocket: FakeWebSocket, ...options }));
  return opened.at(-1);
};

/** A connection with one complete room: us on slot 1 and, if not told otherwise, no other member. */
export async function enterRoom({ options, join, members = [], ...roster } = {}) {
  const connection = open(options);
  const joining = connection.join('b', { name: 'Ada', ...join });
  const socket = FakeWebSocket.last;
  socket.accepts();
  seat(socket, { members, ...roster });
  const room = await joining;
  socket.sent = [];
  return { connection, socket, room };
}

/** Answers a join as a node does, with the state it was sent, and returns that join. */
export function seat(socket, { me = 1, you = me, members = [], ...roster } = {}) {
  const [join] = socket.took('join');
  const own = member(me, { slot: you, profile: join.profile, status: join.status, state: join.state });
  socket.says({ roster: {
    board: 'b', boardRef: 7, you, resumeKey: new Uint8Array([9]), members: [own, ...members],
    ...roster,
  } });
  return join;
}

/** Everything a room tells from now on, as short lines. */
export function listen(room) {
  const heard = [];
  room.on('join', (m) => heard.push(`join ${m.name}`));
  room.on('leave', (m, reason) => heard.push(`leave ${m.name} ${reason}`.trim()));
  room.on('update', (m) => heard.push(`update ${m.name}`));
  room.on('cursor', (m, age) => heard.push(`cursor ${m.name} ${m.cursor.x},${m.cursor.y} ${age}ms`));
  room.on('members', (all) => heard.push(`members ${all.map((m) => m.name).join(' ')}`));
  room.on('error', (error) => heard.push(`error ${error.code}`));
  room.on('closed', (error) => heard.push(`closed ${error?.code ?? ''}`.trim()));
  return heard;
}

/** Lets time pass until so many sockets were opened; returns how long that took. */
export function tickTo(sockets, limitMs = 20_000) {
  let waited = 0;
  for (; FakeWebSocket.opened.length < sockets; waited++) {
    assert.ok(waited < limitMs, `no socket within ${limitMs} ms`);
    mock.timers.tick(1);
  }
  return waited;
}

/** Keeps strings alone, as a browser's does. */
export const storage = (entries = {}) => new Proxy({ ...entries }, {
  set: (kept, name, value) => Reflect.set(kept, name, String(value)),
});

/** Puts a window around the client; call the result to let something happen to it. */
export function openWindow() {
  const target = new EventTarget();
  globalThis.addEventListener = target.addEventListener.bind(target);
  globalThis.removeEventListener = target.removeEventListener.bind(target);
  globalThis.document = { visibilityState: 'visible' };
  Object.defineProperty(globalThis, 'sessionStorage', { configurable: true, writable: true, value: storage() });
  return (type) => target.dispatchEvent(new Event(type));
}

/** What the browser knows about its network. */
export function network(onLine) {
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { onLine } });
}

const [ownStorage, ownNavigator] = ['sessionStorage', 'navigator'].map((name) =>
  [name, Object.getOwnPropertyDescriptor(globalThis, name)]);

afterEach(() => {
  for (const [name, descriptor] of [ownStorage, ownNavigator]) {
    delete globalThis[name];
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
  }
  delete globalThis.addEventListener;
  delete globalThis.removeEventListener;
  delete globalThis.document;
});
