import { PALETTE } from '../ui/colors.js';

const ADJECTIVES = [
  'Amber', 'Brave', 'Calm', 'Clever', 'Curious', 'Gentle', 'Happy', 'Lively',
  'Lucky', 'Merry', 'Nimble', 'Quick', 'Quiet', 'Sunny', 'Swift', 'Witty',
];
const ANIMALS = [
  'Badger', 'Crane', 'Dolphin', 'Falcon', 'Fox', 'Hare', 'Heron', 'Koala',
  'Lynx', 'Marten', 'Otter', 'Panda', 'Puffin', 'Robin', 'Seal', 'Wren',
];

/** The limit of the name field; at most 120 bytes, and a node allows 128. */
const LONGEST_NAME = 40;

const pick = (list) => list[Math.floor(Math.random() * list.length)];

export const friendlyName = () => `${pick(ADJECTIVES)} ${pick(ANIMALS)}`;

/** Whether the colour was chosen at random in this visit. */
let isNew = false;

/**
 * Who this visitor is: the name and user id belong to the browser, the colour to the tab, so that
 * two tabs of one person can be told apart.
 */
export const identity = {
  /** A name from the address counts for this visit and is not remembered. */
  name: new URLSearchParams(location.search).get('name')?.trim().slice(0, LONGEST_NAME)
    || recall(() => localStorage, 'presence.name', friendlyName),
  userId: recall(() => localStorage, 'presence.user', randomId),
  color: recall(() => sessionStorage, 'presence.color', () => {
    isNew = true;
    return pick(PALETTE);
  }),

  /** What this visitor draws with: their own colour until they choose one. */
  get ink() {
    return this.chosenInk ?? this.color;
  },

  rename(name) {
    this.name = name;
    remember(() => localStorage, 'presence.name', name);
  },

  /** Changes a colour that was chosen at random if another member has the same. */
  differFrom(taken) {
    const free = PALETTE.filter((color) => !taken.includes(color));
    if (!isNew || free.length === 0 || free.includes(this.color)) return;
    this.color = pick(free);
    remember(() => sessionStorage, 'presence.color', this.color);
  },

  recolor() {
    isNew = false;
    this.color = PALETTE[(PALETTE.indexOf(this.color) + 1) % PALETTE.length];
    remember(() => sessionStorage, 'presence.color', this.color);
  },
};

/** `crypto.randomUUID` is missing on plain http, where a demo is often first tried. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function recall(storage, key, create) {
  try {
    const known = storage().getItem(key);
    if (known) return known;
  } catch {
    // Storage is not available: everything lasts for one visit.
  }
  const value = create();
  remember(storage, key, value);
  return value;
}

function remember(storage, key, value) {
  try {
    storage().setItem(key, value);
  } catch {
    // As above.
  }
}
