// Hints at the edge of a view: none over another, and none over a panel.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrangeHints } from '../src/people/hint-layout.js';

const SIZE = 44;
const PHONE = { left: 30, top: 92, right: 330, bottom: 552 };
const DOCK = { left: 20, top: 530, right: 340, bottom: 630 };
const BADGE = { left: 10, top: 66, right: 150, bottom: 102 };

const at = (item, x, y) => ({ item, x, y });

function closest(hints) {
  const gap = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
  return Math.min(...hints.flatMap((one, i) => hints.slice(0, i).map((other) => gap(one, other))));
}

const isOnEdge = ({ x, y }, { left, top, right, bottom }) =>
  (x === left || x === right || y === top || y === bottom) && x >= left && x <= right && y >= top && y <= bottom;

function overlaps({ x, y }, { left, top, right, bottom }) {
  return Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom)) < SIZE / 2;
}

/** Mulberry32. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('a hint with room is where it points', () => {
  const wanted = [at('a', 30, 300), at('b', 330, 300), at('c', 200, 92), at('d', 100, 552)];
  assert.deepEqual(arrangeHints(wanted, PHONE, { size: SIZE }),
    wanted.map(({ item, x, y }) => ({ items: [item], x, y })));
});

test('hints in the same direction lie beside each other, the first where it points', () => {
  const hints = arrangeHints(['a', 'b', 'c', 'd', 'e'].map((item) => at(item, 330, 300)), PHONE, { size: SIZE });
  assert.deepEqual(hints.map(({ items }) => items), [['a'], ['b'], ['c'], ['d'], ['e']]);
  assert.deepEqual(hints[0], { items: ['a'], x: 330, y: 300 });
  assert.ok(closest(hints) >= SIZE, `${closest(hints)}`);
  assert.ok(hints.every((hint) => isOnEdge(hint, PHONE)));
});

test('hints around a corner do not overlap', () => {
  for (const [x, y] of [[30, 92], [330, 92], [330, 552], [30, 552]]) {
    const hints = arrangeHints(['a', 'b', 'c'].map((item) => at(item, x, y)), PHONE, { size: SIZE });
    assert.equal(hints.length, 3);
    assert.ok(closest(hints) >= SIZE, `${closest(hints)} at ${x},${y}`);
  }
});

test('a hint gives way to panels', () => {
  const [hint] = arrangeHints([at('a', 40, 92)], PHONE, { size: SIZE, panels: [BADGE] });
  assert.ok(!overlaps(hint, BADGE));
  assert.ok(isOnEdge(hint, PHONE));
});

test('a hint without room joins the nearest', () => {
  const wanted = [at('a', 30, 300), ...Array.from({ length: 30 }, (_, i) => at(`b${i}`, 330, 300))];
  const hints = arrangeHints(wanted, PHONE, { size: SIZE });
  assert.deepEqual(hints.flatMap(({ items }) => items).sort(), wanted.map(({ item }) => item).sort());
  assert.ok(closest(hints) >= SIZE);
  assert.deepEqual(hints.find(({ items }) => items[0] === 'a').items, ['a'], 'on the other side');
});

test('there are so many hints at most, and everybody is in one', () => {
  const wanted = Array.from({ length: 1000 }, (_, i) => at(i, 330, 92 + (i * 7) % 460));
  const hints = arrangeHints(wanted, PHONE, { size: SIZE, most: 5 });
  assert.equal(hints.length, 5);
  assert.equal(hints.reduce((sum, { items }) => sum + items.length, 0), 1000);
});

test('random hints on views of all sizes keep their distance from each other and from panels', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const next = random(seed);
    const edge = { left: 30, top: 92, right: 60 + Math.floor(next() * 1200), bottom: 120 + Math.floor(next() * 700) };
    const panels = next() < 0.5 ? [BADGE, DOCK] : [];
    const wanted = Array.from({ length: 1 + Math.floor(next() * 40) }, (_, i) => {
      const [x, y] = [edge.left + next() * (edge.right - edge.left), edge.top + next() * (edge.bottom - edge.top)];
      const [nearX, nearY] = [next() < 0.5 ? edge.left : edge.right, next() < 0.5 ? edge.top : edge.bottom];
      return next() < 0.5 ? at(i, nearX, y) : at(i, x, nearY);
    });
    const hints = arrangeHints(wanted, edge, { size: SIZE, panels });
    assert.equal(hints.reduce((sum, { items }) => sum + items.length, 0), wanted.length, `seed ${seed}`);
    if (hints.length > 1) assert.ok(closest(hints) >= SIZE - 1e-9, `seed ${seed}: ${closest(hints)}`);
    assert.ok(hints.length === 1 || hints.slice(1).every((hint) => !panels.some((panel) => overlaps(hint, panel))),
      `seed ${seed}: over a panel`);
  }
});
