import { FARTHEST } from './geometry.js';

/** Most coordinates of a line, so that a shape fits into one signal. */
export const MOST_NUMBERS = 1400;
export const LONGEST_TEXT = 400;
const GREATEST_SIZE = 20_000;
export const GREATEST_HEIGHT = 2 ** 40;

const ID = /^[a-z0-9]{8,16}$/;
const COLOR = /^#[0-9a-f]{6}$/i;

const LINE = ['x', 'y', 'z', 'color', 'points'];
const BOX = ['x', 'y', 'z', 'color', 'w', 'h'];
/** The fields that a shape of each kind needs. */
const NEEDED = new Map([
  ['pen', LINE],
  // From the first point to the second.
  ['arrow', LINE],
  ['rect', BOX],
  ['ellipse', BOX],
  ['note', [...BOX, 'text']],
  ['text', [...BOX, 'text']],
]);

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Rounds to a tenth of a unit: finer than a pointer draws, and short in a signal. */
export const tenth = (value) => Math.round(value * 10) / 10 + 0;

export const isFull = ({ points }) => points.length >= MOST_NUMBERS;

export const isId = (value) => typeof value === 'string' && ID.test(value);

/** Compares which of two shapes lies lower, on every page the same. */
export const byHeight = (a, b) => a.z - b.z || (a.id < b.id ? -1 : 1);

export const isWithin = (value, most) => Number.isFinite(value) && Math.abs(value) <= most;

export const isPlace = (value) => isWithin(value?.x, FARTHEST) && isWithin(value?.y, FARTHEST);

const place = (value) => (isWithin(value, FARTHEST) ? tenth(value) : undefined);

const size = (value) => (isWithin(value, GREATEST_SIZE) && value >= 0 ? tenth(value) : undefined);

/** Returns a copy of these points, rounded; undefined if one is invalid or there are too many. */
export function pointsFrom(value) {
  const valid = Array.isArray(value) && value.length >= 2 && value.length <= MOST_NUMBERS
    && value.length % 2 === 0 && value.every((number) => isWithin(number, GREATEST_SIZE));
  return valid ? value.map(tenth) : undefined;
}

/** What a field may hold: each returns the value, rounded, or undefined if it is invalid. */
const FIELDS = new Map([
  ['kind', (value) => (value === null || NEEDED.has(value) ? value : undefined)],
  ['x', place],
  ['y', place],
  ['z', (value) => (Number.isSafeInteger(value) && value >= 0 && value <= GREATEST_HEIGHT ? value : undefined)],
  ['color', (value) => (typeof value === 'string' && COLOR.test(value) ? value : undefined)],
  ['w', size],
  ['h', size],
  ['text', (value) => (typeof value === 'string' && value.length <= LONGEST_TEXT ? value : undefined)],
  ['points', pointsFrom],
]);

/** All names of fields. `kind` is null in a shape that was deleted. */
export const FIELD_NAMES = [...FIELDS.keys()];

/** Returns the valid value of a field, rounded; undefined for an unknown field or an invalid value. */
export const fieldFrom = (name, value) => FIELDS.get(name)?.(value);

/** Makes a shape of these fields; null if it was deleted or one that its kind needs is missing. */
export function shapeFrom(id, fields) {
  const needed = NEEDED.get(fields.kind);
  if (!needed?.every((name) => fields[name] !== undefined)) return null;
  return Object.fromEntries([['id', id], ['kind', fields.kind], ...needed.map((name) => [name, fields[name]])]);
}
