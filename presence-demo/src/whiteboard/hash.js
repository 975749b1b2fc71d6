const DIGITS = 5;
const VALUES = 36 ** DIGITS;

/** A text of five letters and digits that differs where the text does, but once in 60 million times. */
export const hashOf = (text) => written(mix(text));

/** One hash of many, in any order. */
export function combined(hashes) {
  let sum = 0;
  for (const hash of hashes) sum = (sum + mix(hash)) % 2 ** 32;
  return written(sum);
}

/** A number below `count`, the same for the same text. */
export const slotOf = (text, count) => mix(text) % count;

export const HASH_DIGITS = DIGITS;

function written(number) {
  return (number % VALUES).toString(36).padStart(DIGITS, '0');
}

/** 32 bits of a text (FNV-1a, with MurmurHash's last step). */
function mix(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
