// The colours that members and drawings have: told apart by everybody, and readable.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PALETTE, colorName, colorOf, inkOn } from '../src/ui/colors.js';
import { EYES, contrast, difference, labOf } from './color-difference.mjs';

/** CIEDE2000 between any two colours of the palette, for eyes with three kinds of cones and with two. */
const LEAST_DIFFERENCE = { trichromat: 20, protanope: 10, deuteranope: 10, tritanope: 10 };
/** WCAG 1.4.11 for what is drawn, 1.4.3 for text. */
const LEAST_CONTRAST = { line: 3, text: 4.5 };
/** `--surface` of theme.css. */
const SURFACES = ['#f7f7fb', '#101116'];

/** The two colours that look most alike. */
function mostAlike(palette, eyes) {
  const labs = palette.map((color) => labOf(color, eyes));
  return palette.flatMap((one, i) => palette.slice(0, i).map((other, j) => ({
    pair: [one, other], difference: difference(labs[i], labs[j]),
  }))).reduce((least, pair) => (pair.difference < least.difference ? pair : least));
}

test('the difference of colours is that of the published examples of CIEDE2000', () => {
  for (const [one, other, expected] of [
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 2.5, 0], [50, 3.2592, 0.335], 1],
    [[50, 2.5, 0], [61, -5, 29], 22.8977],
    [[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
    [[50, 0, 0], [50, 0, 0], 0],
  ]) {
    assert.ok(Math.abs(difference(one, other) - expected) < 1e-4, `${difference(one, other)} and not ${expected}`);
    assert.ok(Math.abs(difference(other, one) - expected) < 1e-4, 'the other way around');
  }
});

for (const [name, eyes] of Object.entries(EYES)) {
  test(`a ${name} can tell any two colours of the palette apart`, () => {
    const { pair, difference: least } = mostAlike(PALETTE, eyes);
    assert.ok(least >= LEAST_DIFFERENCE[name], `${pair.map(colorName).join(' and ')}: ${least}`);
  });
}

test('two colours that look alike are found', () => {
  const { pair, difference: least } = mostAlike(['#4f46e5', '#f59e0b', '#7c3aed'], EYES.trichromat);
  assert.deepEqual(pair, ['#7c3aed', '#4f46e5']);
  assert.ok(least < LEAST_DIFFERENCE.trichromat);
});

test('a line in any colour of the palette is seen on a light board and on a dark one', () => {
  for (const color of PALETTE) {
    for (const surface of SURFACES) {
      assert.ok(contrast(color, surface) >= LEAST_CONTRAST.line, `${colorName(color)} on ${surface}`);
    }
  }
});

test('words are readable on any colour that a member may have', () => {
  const channel = (value) => value.toString(16).padStart(2, '0');
  for (let r = 0; r < 256; r += 15) {
    for (let g = 0; g < 256; g += 5) {
      for (let b = 0; b < 256; b += 15) {
        const color = `#${channel(r)}${channel(g)}${channel(b)}`;
        assert.ok(contrast(color, inkOn(color)) >= LEAST_CONTRAST.text, `${inkOn(color)} on ${color}`);
      }
    }
  }
});

test('each colour of the palette has a name of its own', () => {
  const names = PALETTE.map(colorName);
  assert.equal(new Set(names).size, PALETTE.length);
  assert.ok(names.every((name) => /^[a-z ]+$/.test(name)));
  assert.equal(colorName('#123456'), '#123456');
});

test('what is no colour becomes one of the palette', () => {
  const member = { id: 'ffffff00-0000-0000-0000-000000000000' };
  for (const color of ['url(https://example.com)', '', 'red', '#12345', undefined]) {
    assert.ok(PALETTE.includes(colorOf({ ...member, color })), color);
  }
  assert.equal(colorOf({ ...member, color: '#ABCDEF' }), '#ABCDEF');
});
