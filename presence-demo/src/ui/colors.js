/** Colours that can be told apart at a glance, on light and on dark. */
export const PALETTE = [
  '#e11d48', '#4f46e5', '#f59e0b', '#0d9488', '#d946ef',
  '#166534', '#9a3412', '#7e22ce', '#84cc16', '#0284c7',
];

const DARK_INK = '#16171d';
const LIGHT_INK = '#ffffff';

/** The member's colour, or one of the palette if it is not #rrggbb: it is text that another client sent. */
export function colorOf(member) {
  if (/^#[0-9a-f]{6}$/i.test(member.color)) return member.color;
  return PALETTE[parseInt(member.id.slice(0, 6), 16) % PALETTE.length];
}

/** The member's name as its client sent it, or a word instead of an empty one. */
export const nameOf = ({ name }) => name.trim() || 'Somebody';

const graphemes = Intl.Segmenter ? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : null;

/** What is seen as one letter: an emoji may be of several code points. */
const firstLetter = (word) => (graphemes ? graphemes.segment(word)[Symbol.iterator]().next().value?.segment : [...word][0]);

/** First letters of the first and the last word. */
export function initials(member) {
  const words = nameOf(member).split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => firstLetter(word) ?? '?').join('').toUpperCase();
}

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
