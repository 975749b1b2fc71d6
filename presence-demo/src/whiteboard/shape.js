import { FARTHEST } from './geometry.js';

/** Most coordinates of a line, so that a shape fits into one signal. */
const MOST_NUMBERS = 1400;
export const LONGEST_TEXT = 400;
const GREATEST_SIZE = 20_000;
const LATEST_REVISION = 2 ** 40;
export const GREATEST_HEIGHT = 2 ** 40;

const ID = /^[a-z0-9]{8,16}$/;
const COLOR = /^#[0-9a-f]{6}$/i;

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Rounds to a tenth of a unit: finer than a pointer draws, and short in a signal. */
export const tenth = (value) => Math.round(value * 10) / 10;

export const isFull = ({ points }) => points.length >= MOST_NUMBERS;

export const isId = (value) => typeof value === 'string' && ID.test(value);

const isColor = (value) => typeof value === 'string' && COLOR.test(value);

export const isRevision = (value) => Number.isSafeInteger(value) && value > 0 && value <= LATEST_REVISION;

const isHeight = (value) => Number.isSafeInteger(value) && value >= 0 && value <= GREATEST_HEIGHT;

/** Compares which of two shapes lies lower, on every page the same. */
export const byHeight = (a, b) => a.z - b.z || (a.id < b.id ? -1 : 1);

export const isWithin = (value, most) => Number.isFinite(value) && Math.abs(value) <= most;

export const isPlace = (value) => isWithin(value?.x, FARTHEST) && isWithin(value?.y, FARTHEST);

/**
 * Checks a shape that another page sent and copies its known fields; null if one of them is invalid.
 */
export function shapeFrom(value) {
  const { id, kind, x, y, z, color, rev } = value ?? {};
  if (!isId(id) || !isPlace(value) || !isRevision(rev) || !isHeight(z) || !isColor(color)) return null;
  const common = { id, kind, x, y, z, color, rev };
  switch (kind) {
    case 'pen': return arePoints(value.points) ? { ...common, points: value.points.slice() } : null;
    case 'rect':
    case 'ellipse': return isSize(value) ? { ...common, w: value.w, h: value.h } : null;
    case 'note': return isSize(value) && isText(value.text)
      ? { ...common, w: value.w, h: value.h, text: value.text } : null;
    default: return null;
  }
}

function isSize({ w, h }) {
  return isWithin(w, GREATEST_SIZE) && isWithin(h, GREATEST_SIZE) && w >= 0 && h >= 0;
}

function isText(text) {
  return typeof text === 'string' && text.length <= LONGEST_TEXT;
}

export function arePoints(points) {
  return Array.isArray(points) && points.length >= 2 && points.length <= MOST_NUMBERS
    && points.length % 2 === 0 && points.every((number) => isWithin(number, GREATEST_SIZE));
}
