// Which people beyond the edges of the view a density tells of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowdsBeyond, shortCount } from '../src/people/crowds.js';

const view = { x: 0, y: 0, w: 1000, h: 600 };
/** A grid of cells of 100 that begins at -1000, -1000, with the people at these places. */
function density(...people) {
  const counts = Array(32 * 18).fill(0);
  for (const [x, y, count] of people) counts[Math.floor((y + 1000) / 100) * 32 + Math.floor((x + 1000) / 100)] += count;
  return { x: -1000, y: -1000, cell: 100, columns: 32, counts };
}

test('people in view are no crowd beyond it, nor those of a cell that the view touches', () => {
  assert.deepEqual(crowdsBeyond(density([0, 0, 5], [950, 550, 7]), view), []);
  assert.deepEqual(crowdsBeyond(density([-60, 50, 3]), { ...view, x: -10 }), []);
});

test('people of one direction are one crowd, at their middle, and it names the fullest cell', () => {
  assert.deepEqual(crowdsBeyond(density([1500, 250, 1], [1700, 250, 3]), view),
    [{ direction: 0, count: 4, x: 1700, y: 300 - 50, densest: [1750, 250] }]);
});

test('each direction has its own, the largest first', () => {
  const crowds = crowdsBeyond(density([1500, 250, 1], [450, -900, 20], [-900, 250, 3], [450, 790, 4]), view);
  assert.deepEqual(crowds.map(({ direction, count }) => [direction, count]), [[6, 20], [2, 4], [4, 3], [0, 1]]);
});

test('an empty density has none', () => {
  assert.deepEqual(crowdsBeyond({ x: 0, y: 0, cell: 1, columns: 1, counts: [0] }, view), []);
});

test('counts take four characters', () => {
  assert.deepEqual([1, 999, 1000, 9949, 9950, 12_345].map(shortCount), ['1', '999', '1.0k', '9.9k', '10k', '12k']);
});
