import { utf8Encoder } from '../presence-wire.js';

// The defaults of a node, as in docs/protocol/client.md; the contract test compares them with a real one's.
export const LIMITS = {
  maxFrameBytes: 65_536,
  maxBoardIdBytes: 128,
  maxNameBytes: 128,
  maxStateBytes: 4096,
  maxStateKeys: 32,
  maxSignalBytes: 16_384,
  maxBoards: 16,
};
export const MAX_WATCHED_BOARDS = 200;
/** Per second and client, but `boardSignalBytes`, which is per board; 0 is no limit. */
export const RATES = {
  frames: 2000,
  bytes: 1_048_576,
  joins: 20,
  resumes: 50,
  signals: 50,
  states: 50,
  watches: 5,
  eventBytes: 131_072,
  boardSignalBytes: 524_288,
  reactions: 10,
  viewports: 20,
  rosterPages: 10,
  locks: 20,
};
const MAX_URL_BYTES = 2048;
const MAX_REACTION_BYTES = 32;
const MAX_FOLLOWED = 16;
const MAX_ROSTER_LIMIT = 1000;
const BURST_MS = 2000;

/** Allows so many a second on average, with a burst of two seconds' worth. */
export class RateLimit {
  #msEach;
  #paidUntil = -Infinity;

  constructor(perSecond) {
    this.#msEach = perSecond && 1000 / perSecond;
  }

  /** Takes all or none; returns 0, or after how many milliseconds they will be available. */
  take(count = 1, now = Date.now()) {
    const paid = Math.max(this.#paidUntil, now) + count * this.#msEach;
    const tooMuch = paid - now - BURST_MS;
    // Sums of fractions are not exact.
    if (tooMuch > 1e-6) return Math.ceil(tooMuch);
    this.#paidUntil = paid;
    return 0;
  }
}

export const sizeOf = (text) => utf8Encoder.encode(text).length;

/** Returns the reason why a join, state or signal is refused, `{ code, message }`; undefined if it is not. */
export function problemWith(kind, body, limits) {
  const { profile } = body;
  if (kind === 'join') {
    const problem = problemWithBoard(body.board, limits);
    if (problem) return { code: 'board_id_invalid', message: `board id ${problem}` };
    const large = problemWithRosterLimit('roster_limit', body.rosterLimit);
    if (large) return large;
  }
  if (kind === 'rosterPage') return problemWithRosterLimit('limit', body.limit);
  if (kind === 'watch') {
    for (const board of body.board) {
      const problem = problemWithBoard(board, limits);
      if (problem) return { code: 'board_id_invalid', message: `board id ${problem}` };
    }
    const count = new Set(body.board).size;
    if (count > MAX_WATCHED_BOARDS) {
      return { code: 'too_many_watched', message: `${count} boards to watch, the limit is ${MAX_WATCHED_BOARDS}` };
    }
  }
  if (kind === 'viewport') {
    const count = body.follow.length;
    if (count > MAX_FOLLOWED) {
      return { code: 'viewport_invalid', message: `viewport follows ${count} members, the limit is ${MAX_FOLLOWED}` };
    }
    return undefined;
  }
  if (kind === 'lock' || kind === 'unlock') {
    return body.name ? longField([['lock name', body.name]], limits.maxNameBytes)
      : { code: 'lock_invalid', message: 'the lock has no name' };
  }
  if (kind === 'react') return longField([['reaction type', body.type]], MAX_REACTION_BYTES);
  if (kind === 'signal') {
    const size = body.payload.length;
    if (size > limits.maxSignalBytes) {
      return { code: 'signal_too_large', message: `signal payload has ${size} bytes, the limit is ${limits.maxSignalBytes}` };
    }
  }
  const state = body.state ?? body.set ?? new Map();
  const long = longField([
    ...[...state.keys(), ...body.unset ?? []].map((name) => ['state name', name]),
    ['profile.user_id', profile?.userId], ['profile.name', profile?.name], ['profile.color', profile?.color],
    ['profile.device', profile?.device], ['signal type', body.type],
  ], limits.maxNameBytes) ?? longField([['profile.avatar_url', profile?.avatarUrl]], MAX_URL_BYTES);
  return long ?? problemWithState(state, limits);
}

function problemWithRosterLimit(field, count) {
  if (count > MAX_ROSTER_LIMIT) {
    return { code: 'roster_page_invalid', message: `${field} is ${count}, the limit is ${MAX_ROSTER_LIMIT}` };
  }
}

export function problemWithState(state, { maxStateKeys, maxStateBytes }) {
  const code = 'state_too_large';
  if (state.size > maxStateKeys) return { code, message: `state has ${state.size} keys, the limit is ${maxStateKeys}` };
  let bytes = 0;
  for (const [name, value] of state) bytes += sizeOf(name) + value.length;
  if (bytes > maxStateBytes) return { code, message: `state has ${bytes} bytes, the limit is ${maxStateBytes}` };
}

function longField(fields, limit) {
  for (const [what, text = ''] of fields) {
    const size = sizeOf(text);
    if (size > limit) return { code: 'field_too_long', message: `${what} has ${size} bytes, the limit is ${limit}` };
  }
}

function problemWithBoard(board, { maxBoardIdBytes }) {
  if (!board) return 'is empty';
  if (sizeOf(board) > maxBoardIdBytes) return `is longer than ${maxBoardIdBytes} bytes`;
  const at = board.search(/[{}*?[\]\\]/);
  if (at >= 0) return `contains '${board[at]}' at ${at}`;
  // Almost the table of a node, which does not depend on the version of Unicode.
  const unseen = board.search(/[\p{Cc}\p{Cf}\p{Z}\p{Cs}\p{Noncharacter_Code_Point}]/u);
  if (unseen >= 0) {
    const code = board.codePointAt(unseen).toString(16).toUpperCase().padStart(4, '0');
    return `contains U+${code} at ${unseen}`;
  }
}
