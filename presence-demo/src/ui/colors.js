/**
 * Colours and their names. They were searched for, so that no two look alike, to colour-blind eyes either, and lines in
 * all of them are seen on a light board and on a dark one; `test/colors.test.mjs` holds the figures.
 */
const NAMES = new Map([
  ['#c90000', 'red'], ['#0047ff', 'blue'], ['#d67805', 'orange'], ['#338b87', 'teal'], ['#b702ab', 'magenta'],
  ['#07742f', 'green'], ['#8a5861', 'brown'], ['#0092fe', 'sky blue'], ['#969164', 'olive'], ['#9289b9', 'lavender'],
]);

export const PALETTE = [...NAMES.keys()];

/** Dark enough that this or white is readable (4.5:1) on any colour. */
const DARK_INK = '#050507';
const LIGHT_INK = '#ffffff';

/** The member's colour, or one of the palette if it is not #rrggbb: it is text that another client sent. */
export function colorOf(member) {
  if (/^#[0-9a-f]{6}$/i.test(member.color)) return member.color;
  return PALETTE[parseInt(member.id.slice(0, 6), 16) % PALETTE.length];
}

/** A word for a colour of the palette, or its code if it is another. */
export const colorName = (color) => NAMES.get(color) ?? color;

/** Colours an element through custom properties, which a strict CSP allows. */
export function paint(element, color) {
  element.style.setProperty('--color', color);
  element.style.setProperty('--ink', inkOn(color));
}

/** Dark or white, whichever is easier to read on this colour (WCAG contrast). */
export function inkOn(color) {
  const background = luminance(color);
  const withLight = 1.05 / (background + 0.05);
  const withDark = (background + 0.05) / (luminance(DARK_INK) + 0.05);
  return withLight >= withDark ? LIGHT_INK : DARK_INK;
}

function luminance(color) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
