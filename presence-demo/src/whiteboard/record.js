import { FIELD_NAMES, fieldFrom, MOST_NUMBERS, pointsFrom, shapeFrom } from './shape.js';
import { hashOf } from './hash.js';
import { isLater, isSame } from './version.js';

/**
 * What a page knows of a shape: its fields, each with the version that wrote it. Records and fields do not change;
 * a merge makes new ones. Of a deleted shape only `kind`, which is null, is kept.
 *
 * @typedef {{ value: any, version: import('./version.js').Version }} Field
 */
export class Record {
  /** @type {string | null} */
  #hash = null;

  /**
   * @param {string} id
   * @param {Map<string, Field>} fields
   */
  constructor(id, fields) {
    this.id = id;
    const kind = fields.get('kind');
    this.isGone = kind?.value === null;
    this.fields = this.isGone ? new Map([['kind', kind]]) : fields;
  }

  /** The clock of the latest version in it. */
  get latest() {
    return Math.max(...[...this.fields.values()].map(({ version }) => version[0]));
  }

  /** The same text on all pages that know the same of the shape. */
  get hash() {
    this.#hash ??= hashOf(JSON.stringify(FIELD_NAMES.map((name) => this.fields.get(name) ?? 0)));
    return this.#hash;
  }

  /** The shape as it is drawn; null if it was deleted or is incomplete. */
  get shape() {
    return shapeFrom(this.id, Object.fromEntries([...this.fields].map(([name, { value }]) => [name, value])));
  }

  /**
   * Takes the later of each field.
   *
   * @param {Map<string, Field>} news
   * @returns this record if there is nothing new
   */
  merge(news) {
    const fields = new Map(this.fields);
    let changed = false;
    for (const [name, field] of news) {
      const known = fields.get(name);
      if (known && !supersedes(field, known)) continue;
      fields.set(name, field);
      changed = true;
    }
    if (!changed) return this;
    const merged = new Record(this.id, fields);
    // Fields of a deleted shape are not kept.
    return merged.isGone && this.isGone && merged.hash === this.hash ? this : merged;
  }
}

/** Two values of one version are from no sound page; the text decides, on every page the same. */
function supersedes(field, known) {
  if (!isSame(field.version, known.version)) return isLater(field.version, known.version);
  return field.value !== known.value && JSON.stringify(field.value) > JSON.stringify(known.value);
}

/**
 * What of a record goes into a signal: `[id, [clock, author, fields], …]`, fields of one version together.
 *
 * @param names which fields; all by default
 * @param {Field} [told] points that the others have: if the line only grew since, the new ones are sent
 */
export function toWire({ id, fields }, names = new Set(FIELD_NAMES), told = undefined) {
  const writes = new Map();
  // In one order on all pages, so that they can compare the text.
  for (const name of FIELD_NAMES) {
    const field = names.has(name) && fields.get(name);
    if (!field) continue;
    const [clock, author] = field.version;
    const key = `${clock} ${author}`;
    if (!writes.has(key)) writes.set(key, [clock, author, {}]);
    const more = name === 'points' && told ? grownBy(field.value, told.value) : null;
    Object.assign(writes.get(key)[2], more ? { after: told.version, more } : { [name]: field.value });
  }
  return [id, ...writes.values()];
}

function grownBy(points, before) {
  const grew = points.length > before.length && before.every((number, i) => number === points[i]);
  return grew ? points.slice(before.length) : null;
}

/**
 * Reads what {@link toWire} made; what is invalid is left out.
 *
 * @param {Record | undefined} known what this page knows of the shape, for lines that grew
 * @param {import('./version.js').Clock} clock
 * @returns {{ news: Map<string, Field>, missed: boolean }} `missed`: the line did not grow from what this page knows
 */
export function fromWire(writes, known, clock) {
  const news = new Map();
  let missed = false;
  for (const write of writes.slice(0, FIELD_NAMES.length)) {
    if (!Array.isArray(write)) continue;
    const [at, author, fields] = write;
    const version = clock.read(at, author);
    if (!version || typeof fields !== 'object' || fields === null) continue;
    for (const name of FIELD_NAMES) {
      const value = Object.hasOwn(fields, name) ? fieldFrom(name, fields[name]) : undefined;
      if (value !== undefined) keep(news, name, { value, version });
    }
    if (fields.more === undefined) continue;
    const points = known?.fields.get('points');
    const value = points && Array.isArray(fields.after) && isSame(points.version, fields.after)
      ? pointsFrom(longer(points.value, fields.more)) : undefined;
    if (value) keep(news, 'points', { value, version });
    else missed ||= !points || isLater(version, points.version);
  }
  return { news, missed };
}

function keep(news, name, field) {
  const other = news.get(name);
  if (!other || supersedes(field, other)) news.set(name, field);
}

function longer(points, more) {
  return Array.isArray(more) && more.length <= MOST_NUMBERS ? [...points, ...more] : null;
}
