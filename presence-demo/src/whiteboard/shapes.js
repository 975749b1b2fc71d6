import { Emitter } from '../ui/emitter.js';
import { around, boundsOf, hits } from './geometry.js';
import { fromWire, Record } from './record.js';
import { RecordTable } from './record-table.js';
import { byHeight, fieldFrom, GREATEST_HEIGHT, isId, newId } from './shape.js';
import { Clock, isLater } from './version.js';

const MOST_SHAPES = 1000;
/**
 * Most shapes in one bucket of the records, so that a page can list what it has there in one signal. A board of random
 * ids has 16 there, and never so many; a page that seeks ids of one bucket has no room for more of them.
 */
const MOST_IN_BUCKET = 100;

/**
 * The shapes on this page. Of each field the latest version wins, on every page the same; so does a deletion, which
 * is a version of the field `kind`.
 *
 * Events: `put` (shape) and `remove` (id) for every change; for a change by this visitor also `own`
 * (id, writes: a map of field names to `{ from, to }`, each a field or undefined).
 */
export class Shapes extends Emitter {
  /** For {@link ShapeSync}. */
  records;
  #most;
  #mostInBucket;
  #clock;
  /** @type {Map<string, object>} what is drawn */
  #shown = new Map();
  #sorted = null;
  /** How many records are of shapes that were not deleted. */
  #live = 0;
  /** The one of them that was added last; null if it is to be looked for. */
  #newest = null;

  /**
   * @param options.author what no other page of the board has
   * @param options.now the node's clock in milliseconds
   * @param options.most how many shapes there may be
   * @param options.mostInBucket how many there may be in one bucket
   * @param options.tombstones how many deletions are remembered in a bucket
   */
  constructor({ author = newId(), now = Date.now, most = MOST_SHAPES, mostInBucket = MOST_IN_BUCKET, tombstones } = {}) {
    super();
    this.#clock = new Clock(author, now);
    this.#most = most;
    this.#mostInBucket = mostInBucket;
    this.records = new RecordTable(tombstones);
  }

  /** From the lowest to the topmost. */
  get all() {
    this.#sorted ??= [...this.#shown.values()].sort(byHeight);
    return [...this.#sorted];
  }

  get size() {
    return this.#shown.size;
  }

  get full() {
    return this.#live >= this.#most;
  }

  /** The rectangle around them all, or null. */
  get extent() {
    return around(this.all.map(boundsOf));
  }

  get(id) {
    return this.#shown.get(id);
  }

  /** The topmost shape at this point, or undefined. */
  at(point, zoom) {
    return this.all.findLast((shape) => hits(shape, point, zoom));
  }

  /**
   * Adds a shape on top of all others.
   *
   * @returns false if there is no room for it
   */
  add({ id, ...fields }) {
    if (this.#isFullFor(id)) return false;
    const z = Math.min(GREATEST_HEIGHT, (this.all.at(-1)?.z ?? 0) + 1);
    this.write(id, { ...fields, z });
    return true;
  }

  change(id, fields) {
    if (this.get(id)) this.write(id, fields);
  }

  remove(id) {
    if (this.get(id)) this.write(id, { kind: null });
  }

  /** Sets fields, if all are valid: a new version of each that differs. Adds the shape if it is unknown or deleted. */
  write(id, fields) {
    const known = this.records.get(id);
    const version = this.#clock.next();
    const news = new Map();
    for (const [name, given] of Object.entries(fields)) {
      const value = fieldFrom(name, given);
      if (value === undefined) return;
      if (known?.fields.get(name)?.value !== value) news.set(name, { value, version });
    }
    const record = known?.merge(news) ?? new Record(id, news);
    const isNew = !record.isGone && (known?.isGone ?? true);
    if (record === known || !record.fields.has('kind') || (isNew && this.#isFullFor(id))) return;
    this.#take(record);
    const names = new Set([...news.keys(), ...(record.isGone ? known.fields.keys() : [])]);
    this.emit('own', id, new Map([...names].map((name) =>
      [name, { from: known?.fields.get(name), to: record.fields.get(name) }])));
  }

  /**
   * Merges what another page sent of a shape.
   *
   * @param wire from {@link toWire}
   * @param floor that of the page that sent it; a change by its author needs none
   * @returns whether this page now lacks something of it
   */
  merge(wire, floor = Infinity) {
    if (!Array.isArray(wire) || !isId(wire[0])) return false;
    const [id, ...writes] = wire;
    const known = this.records.get(id);
    const { news, missed } = fromWire(writes, known, this.#clock);
    for (const { version } of news.values()) this.#clock.see(version[0]);
    if (!known && !news.has('kind')) return missed || news.size > 0;
    const record = known?.merge(news) ?? new Record(id, news);
    const own = this.records.floorFor(id);
    if (!known && record.latest <= own && (record.isGone || floor < own)) return false;
    if (!this.#hasRoomFor(record, known)) return false;
    if (record !== known) this.#take(record);
    return missed;
  }

  /**
   * Takes over the floor of another page's bucket, with all that it says of deletions.
   *
   * @param has whether that page has a record of this id
   */
  raiseFloor(number, floor, has) {
    if (!this.#clock.accepts(floor) || floor <= this.records.bucket(number).floor) return;
    this.#clock.see(floor);
    for (const { id, isGone } of this.records.raiseFloor(number, floor, has)) {
      if (!isGone) this.#countLive(-1);
      this.#hide(id);
    }
  }

  #take(record) {
    const known = this.records.get(record.id);
    this.#countLive(Number(!record.isGone) - Number(known?.isGone === false));
    if (record.fields.get('kind') !== known?.fields.get('kind')) this.#newest = null;
    this.records.put(record);
    this.#show(record);
    if (this.#live > this.#most) this.#drop(this.#newestLive());
    const crowd = this.#liveBeside(record.id);
    if (crowd.length > this.#mostInBucket) this.#drop(newestOf(crowd));
  }

  #show(record) {
    const { shape } = record;
    if (!shape) return this.#hide(record.id);
    this.#shown.set(record.id, shape);
    this.#sorted = null;
    this.emit('put', shape);
  }

  #hide(id) {
    if (!this.#shown.delete(id)) return;
    this.#sorted = null;
    this.emit('remove', id);
  }

  #countLive(change) {
    this.#live += change;
    if (change) this.#newest = null;
  }

  #isFullFor(id) {
    return this.full || this.#liveBeside(id).length >= this.#mostInBucket;
  }

  /** When pages add the last shape at the same time, the one that was added later has no room, on every page. */
  #hasRoomFor(record, known) {
    if (record.isGone || known?.isGone === false) return true;
    if (this.full && wasAddedLater(record, this.#newestLive())) return false;
    const crowd = this.#liveBeside(record.id);
    return crowd.length < this.#mostInBucket || !wasAddedLater(record, newestOf(crowd));
  }

  #liveBeside(id) {
    return this.records.beside(id).filter(isLive);
  }

  #drop({ id }) {
    this.records.drop(id);
    this.#countLive(-1);
    this.#hide(id);
  }

  #newestLive() {
    this.#newest ??= newestOf(this.records.all.filter(isLive));
    return this.#newest;
  }
}

const isLive = ({ isGone }) => !isGone;

const newestOf = (records) => records.reduce((newest, record) => (wasAddedLater(record, newest) ? record : newest));

function wasAddedLater(a, b) {
  const [one, other] = [a.fields.get('kind').version, b.fields.get('kind').version];
  return isLater(one, other) || (!isLater(other, one) && a.id > b.id);
}
