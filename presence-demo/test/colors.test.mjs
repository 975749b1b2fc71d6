// Colours and initials by which people are told apart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initials, PALETTE } from '../src/ui/colors.js';

/** Less than this looks alike in small dots; black and white are 1 apart. */
const LEAST_DIFFERENCE = 0.1;

/** The coordinates of a colour in OKLab, where distances are those that are seen. */
function oklab(color) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

test('no two colours of the palette look alike', () => {
  for (const [i, one] of PALETTE.entries()) {
    for (const other of PALETTE.slice(i + 1)) {
      const difference = Math.hypot(...oklab(one).map((value, axis) => value - oklab(other)[axis]));
      assert.ok(difference > LEAST_DIFFERENCE, `${one} and ${other}: ${difference.toFixed(3)}`);
    }
  }
});

test('initials are whole letters, also where they are emoji, flags or marked', () => {
  for (const [name, expected] of [
    ['Ada Lovelace', 'AL'], ['ada', 'A'], ['王小明', '王'], ['👩‍🚀 Sally Ride', '👩‍🚀R'], ['🇨🇭', '🇨🇭'], ['e\u0301lodie', 'E\u0301'],
    ['  ', 'S'],
  ]) {
    assert.equal(initials({ name }), expected, name);
  }
});
