/** Characters that set the direction of the text behind them. */
const EMBEDDING = /[\u202a-\u202e\u2066-\u2069]/gu;
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Code points; the longest emoji, a family with skin tones, has 11. */
const LONGEST_INITIAL = 12;

const graphemes = globalThis.Intl?.Segmenter && new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The member's name as its client sent it, or a word instead of one that shows nothing. */
export function nameOf({ name }) {
  const shown = name.replace(EMBEDDING, '').trim();
  return VISIBLE.test(shown) ? shown : 'Somebody';
}

/** Whether the member is an agent, which a backend moves; nodes give no other member this device. */
export const isAgent = ({ device }) => device === 'agent';

/** The member's name for a sentence; one written from right to left is isolated, so that it turns no other words. */
export function nameInText(member) {
  const name = nameOf(member);
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

/** First letters of the first and the last word, as they are seen: an emoji or a letter with its accents is one. */
export function initials(member) {
  const words = nameOf(member).split(/\s+/).filter((word) => VISIBLE.test(word));
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => capital(firstLetter(word))).join('');
}

function firstLetter(word) {
  const letters = lettersOf(word);
  const letter = letters.find((one) => !/^\p{P}/u.test(one)) ?? letters[0];
  const points = [...letter];
  return points.length > LONGEST_INITIAL ? points[0] : letter;
}

/** In browsers without segmenter, each code point is a letter. */
function lettersOf(word) {
  return graphemes ? Array.from(graphemes.segment(word), ({ segment }) => segment) : [...word];
}

/** In capitals, unless that makes two letters of one, as of ß. */
function capital(letter) {
  const upper = letter.toUpperCase();
  return lettersOf(upper).length === 1 ? upper : letter;
}
