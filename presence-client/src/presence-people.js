// How people are shown: once each, however many tabs they have. No part of the API.
import { safeColor } from './presence-safe.js';

const COLORS = ['#4f46e5', '#be123c', '#047857', '#b45309', '#0369a1', '#a21caf', '#4d7c0f', '#0e7490'];
/** The one that shows most presence first. */
const STATUSES = ['active', 'busy', 'idle', 'away'];

/** What of a member is shown; the rest of it may change without being drawn anew. */
export function faceOf({ id, userId, name, color, avatarUrl, status, joinedAt, isSelf }) {
  return { id, userId, name, color, avatarUrl, status, joinedAt, isSelf };
}

/** One person for all members of one user; oneself first, then who has been here longest. */
export function peopleOf(faces) {
  const byUser = new Map();
  for (const face of [...faces].sort((a, b) => a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1))) {
    const key = face.userId || face.id;
    const person = byUser.get(key) ?? {
      id: key, name: '', color: colorOf(face), avatarUrl: '', status: 'away', isSelf: false, memberIds: [],
    };
    byUser.set(key, person);
    person.name ||= face.name;
    person.avatarUrl ||= face.avatarUrl;
    person.isSelf ||= face.isSelf;
    person.status = STATUSES[Math.min(rankOf(person.status), rankOf(face.status))];
    person.memberIds.push(face.id);
  }
  return [...byUser.values()].sort((a, b) => b.isSelf - a.isSelf);
}

const rankOf = (status) => Math.max(0, STATUSES.indexOf(status));

/** The member's color if it is nothing but a color, else one that stays the same for this user. */
export function colorOf({ id, userId, color }) {
  let hash = 0;
  for (const letter of userId || id) hash = (hash * 31 + letter.codePointAt(0)) | 0;
  const own = COLORS[Math.abs(hash % COLORS.length)];
  const safe = safeColor(color, own);
  // A word that is no color would leave nothing to be seen.
  return globalThis.CSS?.supports?.('color', safe) ?? true ? safe : own;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const firstOf = (text) => graphemes.segment(text)[Symbol.iterator]().next().value?.segment ?? '';

/** One or two letters as a reader sees them: an emoji or a letter with its accents is one. */
export function initialsOf(name) {
  const words = name.trim().split(/\s+/u);
  const initials = words.length > 1 ? [words[0], words.at(-1)] : words;
  return initials.map(firstOf).join('').toLocaleUpperCase() || '?';
}
