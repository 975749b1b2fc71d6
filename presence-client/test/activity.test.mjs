import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { watchActivity } from '../src/presence-activity.js';
import { enterRoom, pendingTimers } from './stage.mjs';

let page;
let happens;
beforeEach(() => {
  const view = new EventTarget();
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  globalThis.addEventListener = view.addEventListener.bind(view);
  globalThis.document = page;
  happens = (type) => view.dispatchEvent(new Event(type));
});
afterEach(() => {
  delete globalThis.addEventListener;
  delete globalThis.document;
});

function show(visibilityState) {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
}

async function watched(options, join) {
  const stage = await enterRoom({ join });
  const update = mock.method(stage.room, 'update');
  const stop = watchActivity(stage.room, options);
  return { ...stage, stop, told: () => update.mock.calls.splice(0).map(({ arguments: [{ status }] }) => status) };
}

test('a member is active while there are signs of life, and idle after a minute without', async () => {
  const { room, told } = await watched();
  assert.deepEqual([room.self.status, told()], ['active', []], 'what is so already is not told');
  mock.timers.tick(59_999);
  happens('pointermove');
  mock.timers.tick(59_999);
  assert.equal(room.self.status, 'active');
  mock.timers.tick(1);
  assert.equal(room.self.status, 'idle');
  for (const sign of ['keydown', 'keydown', 'wheel', 'pointerdown']) happens(sign);
  assert.deepEqual([room.self.status, told()], ['active', ['idle', 'active']]);
});

test('a member is away while the page is hidden, whatever else happens', async () => {
  const { room } = await watched({ idleMs: 1000 });
  show('hidden');
  assert.equal(room.self.status, 'away');
  happens('pointermove');
  mock.timers.tick(5000);
  assert.equal(room.self.status, 'away');
  show('visible');
  assert.equal(room.self.status, 'active');
  mock.timers.tick(1000);
  assert.equal(room.self.status, 'idle');
});

test('one who joined busy is active at the first look', async () => {
  const { room } = await watched({}, { status: 'busy' });
  assert.equal(room.self.status, 'active');
});

test('it stops when told to, and with the room', async () => {
  const first = await watched();
  first.stop();
  first.told();
  show('hidden');
  happens('keydown');
  mock.timers.tick(100_000);
  assert.deepEqual(first.told(), []);
  first.connection.close();

  show('visible');
  const second = await watched();
  second.connection.close();
  second.told();
  happens('keydown');
  assert.deepEqual([second.told(), pendingTimers()], [[], 0]);
});
