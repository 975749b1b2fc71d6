import assert from 'node:assert/strict';
import test from 'node:test';
import { sharePointer } from '../src/presence-pointer.js';

/** An element on a page, and a room that writes down what it is told. */
function setUp({ joining, ...options } = {}) {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible', defaultView: new EventTarget() });
  const element = Object.assign(new EventTarget(), {
    ownerDocument: page, clientLeft: 2, clientTop: 3, scrollLeft: 0, scrollTop: 0,
    getBoundingClientRect: () => ({ left: 100, top: 50 }),
  });
  const told = [];
  const closing = new Set();
  const room = {
    cursor: (x, y) => told.push([x, y]),
    hideCursor: () => told.push('hidden'),
    on: (event, listener) => { assert.equal(event, 'closed'); closing.add(listener); },
    off: (event, listener) => closing.delete(listener),
  };
  const happens = (type, details, target = element) =>
    target.dispatchEvent(Object.assign(new Event(type), { isPrimary: true, pointerType: 'mouse', ...details }));
  const stop = sharePointer(joining?.(room) ?? room, element, options);
  return { page, element, told, happens, stop, closing, close: () => { for (const listener of closing) listener(); } };
}

test('tells where the pointer is in the element, scrolled or not', () => {
  const { element, told, happens } = setUp();
  happens('pointermove', { clientX: 112, clientY: 63.5 });
  Object.assign(element, { scrollLeft: 1000, scrollTop: 20 });
  happens('pointerdown', { clientX: 112, clientY: 63.5 });
  assert.deepEqual(told, [[10, 10.5], [1010, 30.5]]);
});

test('asks the page what that is on its board', () => {
  const { told, happens } = setUp({ toBoard: ({ clientX, clientY }) => [clientX / 2, -clientY] });
  happens('pointermove', { clientX: 100, clientY: 7 });
  assert.deepEqual(told, [[50, -7]]);
});

test('a pointer that moved while the room was being joined is told when it is joined', async () => {
  let enter;
  const { told, happens, close, closing } = setUp({ joining: (room) => new Promise((resolve) => { enter = () => resolve(room); }) });
  happens('pointermove', { clientX: 112, clientY: 63 });
  happens('pointermove', { clientX: 113, clientY: 63 });
  assert.deepEqual(told, []);
  await enter();
  await null;
  assert.deepEqual(told, [[11, 10]]);
  happens('pointermove', { clientX: 114, clientY: 63 });
  assert.deepEqual(told.at(-1), [12, 10]);
  close();
  assert.equal(closing.size, 0);
});

test('a pointer that has left before the room was joined is not told, and a join that fails ends it', async () => {
  let enter;
  let fail;
  const { told, happens } = setUp({ joining: (room) => new Promise((resolve) => { enter = () => resolve(room); }) });
  happens('pointermove', { clientX: 112, clientY: 63 });
  happens('pointerleave');
  await enter();
  await null;
  assert.deepEqual(told, []);
  const other = setUp({ joining: () => new Promise((_, reject) => { fail = () => reject(new Error('full')); }) });
  await fail();
  await null;
  other.happens('pointermove', { clientX: 112, clientY: 63 });
  other.stop();
  assert.deepEqual([other.told, other.closing.size], [[], 0]);
});

test('a pointer that is not shared any more when the room is joined stays so', async () => {
  let enter;
  const { told, happens, stop, closing } = setUp({ joining: (room) => new Promise((resolve) => { enter = () => resolve(room); }) });
  happens('pointermove', { clientX: 112, clientY: 63 });
  stop();
  await enter();
  await null;
  assert.deepEqual([told, closing.size], [[], 0]);
});

test('finds its place again when the board moves under a resting pointer', () => {
  let zoom = 1;
  const { told, happens, stop } = setUp({ toBoard: ({ clientX, clientY }) => [clientX / zoom, clientY / zoom] });
  stop.refresh();
  assert.deepEqual(told, [], 'there is no pointer yet');
  happens('pointermove', { clientX: 100, clientY: 40 });
  zoom = 2;
  stop.refresh();
  stop.refresh();
  assert.deepEqual(told, [[100, 40], [50, 20]], 'once, for nothing has changed since');
});

for (const [what, happensOn] of [['page scrolls', 'page'], ['window is resized', 'window']]) {
  test(`finds its place again when the ${what}`, () => {
    const { page, element, told, happens } = setUp();
    happens('pointermove', { clientX: 112, clientY: 63 });
    element.getBoundingClientRect = () => ({ left: 100, top: 20 });
    if (happensOn === 'page') happens('scroll', {}, page);
    else happens('resize', {}, page.defaultView);
    assert.deepEqual(told, [[10, 10], [10, 40]]);
  });
}

for (const hide of ['pointerleave', 'pointercancel']) {
  test(`does not come back by a refresh after ${hide}`, () => {
    const { element, told, happens, stop } = setUp();
    happens('pointermove', { clientX: 112, clientY: 63 });
    happens(hide);
    element.scrollTop = 100;
    stop.refresh();
    assert.deepEqual(told, [[10, 10], 'hidden']);
  });
}

test('a second finger is no second cursor', () => {
  const { told, happens } = setUp();
  for (const type of ['pointermove', 'pointerdown', 'pointerup', 'pointerleave', 'pointercancel']) {
    happens(type, { isPrimary: false, pointerType: 'touch', clientX: 1, clientY: 1 });
  }
  assert.deepEqual(told, []);
});

for (const type of ['pointerleave', 'pointercancel']) {
  test(`hides the cursor on ${type}, and shows it with the next move`, () => {
    const { told, happens } = setUp();
    happens(type);
    happens('pointermove', { clientX: 102, clientY: 53 });
    assert.deepEqual(told, ['hidden', [0, 0]]);
  });
}

test('a lifted finger hides the cursor, a mouse button does not', () => {
  const { told, happens } = setUp();
  happens('pointerup', { pointerType: 'mouse' });
  happens('pointerup', { pointerType: 'pen' });
  assert.deepEqual(told, []);
  happens('pointerup', { pointerType: 'touch' });
  assert.deepEqual(told, ['hidden']);
});

test('hides the cursor of a window without focus and of a hidden page', () => {
  const { page, told, happens } = setUp();
  happens('visibilitychange', {}, page);
  assert.deepEqual(told, []);
  page.visibilityState = 'hidden';
  happens('visibilitychange', {}, page);
  happens('blur', {}, page.defaultView);
  assert.deepEqual(told, ['hidden', 'hidden']);
});

for (const end of ['stop', 'close']) {
  test(`after ${end}: hidden once, and no longer listening`, () => {
    const all = setUp();
    all[end]();
    assert.deepEqual(all.told, ['hidden']);
    assert.equal(all.closing.size, 0);
    all.stop();
    all.happens('pointermove', { clientX: 1, clientY: 1 });
    all.happens('pointerleave');
    all.happens('blur', {}, all.page.defaultView);
    all.happens('scroll', {}, all.page);
    all.stop.refresh();
    assert.deepEqual(all.told, ['hidden']);
  });
}

test('an element outside any window does not matter', () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible', defaultView: null });
  const element = Object.assign(new EventTarget(), { ownerDocument: page });
  sharePointer({ on() {}, off() {}, hideCursor() {} }, element)();
});
