import { combined, HASH_DIGITS, slotOf } from './hash.js';

export const BUCKETS = 64;
/** Most deletions that are remembered in a bucket, the latest: 4,096 in all. */
const TOMBSTONES = 64;

/**
 * All records of a page, in buckets, so that two pages find out with one short text where they differ.
 *
 * A bucket keeps its latest deletions. `floor` is the clock of the latest one that it has forgotten: a record that is
 * not later than the floor and that a page with this floor lacks may have been deleted, and is not taken from a page
 * that has not seen as much. So a page that was cut off for long brings nothing back, however long it was.
 */
export class RecordTable {
  #buckets = Array.from({ length: BUCKETS }, () => ({ floor: 0, records: new Map(), summary: null }));
  #tombstones;

  constructor(tombstones = TOMBSTONES) {
    this.#tombstones = tombstones;
  }

  get(id) {
    return this.#bucketOf(id).records.get(id);
  }

  get all() {
    return this.#buckets.flatMap(({ records }) => [...records.values()]);
  }

  /** The records of the bucket that this id falls into. */
  beside(id) {
    return [...this.#bucketOf(id).records.values()];
  }

  floorFor(id) {
    return this.#bucketOf(id).floor;
  }

  /** @param {import('./record.js').Record} record */
  put(record) {
    const bucket = this.#bucketOf(record.id);
    bucket.records.set(record.id, record);
    bucket.summary = null;
    if (record.isGone) this.#forget(bucket);
  }

  drop(id) {
    const bucket = this.#bucketOf(id);
    bucket.records.delete(id);
    bucket.summary = null;
  }

  /** A text that is the same on all pages that know the same: of each bucket a hash, then how much that is. */
  get digest() {
    const summaries = this.#buckets.map(summaryOf);
    const size = summaries.reduce((sum, each) => sum + each.size, 0);
    const latest = Math.max(...summaries.map((each) => each.latest));
    return `${summaries.map(({ hash }) => hash).join('')} ${size} ${latest}`;
  }

  /** The numbers of the buckets that are others on the page of this digest. */
  differing(digest) {
    const isOther = (i) => digest.slice(i * HASH_DIGITS, (i + 1) * HASH_DIGITS) !== summaryOf(this.#buckets[i]).hash;
    return [...this.#buckets.keys()].filter(isOther);
  }

  /** @returns {{ floor: number, records: Map<string, import('./record.js').Record> }} */
  bucket(number) {
    return this.#buckets[number];
  }

  /**
   * Raises the floor to that of another page, which has seen more deletions.
   *
   * @param has whether that page has a record of this id
   * @returns the records that were dropped
   */
  raiseFloor(number, floor, has) {
    const bucket = this.#buckets[number];
    const dropped = [];
    for (const [id, record] of bucket.records) {
      if (record.latest > floor || (!record.isGone && has(id))) continue;
      bucket.records.delete(id);
      dropped.push(record);
    }
    bucket.floor = floor;
    bucket.summary = null;
    return dropped;
  }

  #bucketOf(id) {
    return this.#buckets[slotOf(id, BUCKETS)];
  }

  #forget(bucket) {
    const gone = [...bucket.records.values()].filter(({ isGone }) => isGone).sort((a, b) => b.latest - a.latest);
    bucket.floor = Math.max(bucket.floor, gone[this.#tombstones]?.latest ?? 0);
    for (const { id, latest } of gone) if (latest <= bucket.floor) bucket.records.delete(id);
  }
}

const DIGEST = new RegExp(`^[0-9a-z]{${BUCKETS * HASH_DIGITS}} \\d{1,6} \\d{1,16}$`);

export const isDigest = (value) => typeof value === 'string' && DIGEST.test(value);

/** Whether a page of this digest has fewer records than one of that, or as many and none as late. */
export function isBehind(digest, other) {
  const [size, latest] = amountIn(digest);
  const [otherSize, otherLatest] = amountIn(other);
  return size !== otherSize ? size < otherSize : latest < otherLatest;
}

/** How many records a page of this digest has. */
export const sizeIn = (digest) => amountIn(digest)[0];

const amountIn = (digest) => digest.split(' ').slice(1).map(Number);

function summaryOf(bucket) {
  if (bucket.summary) return bucket.summary;
  const records = [...bucket.records.values()];
  bucket.summary = {
    hash: combined([...records.map(({ id, hash }) => id + hash), String(bucket.floor)]),
    size: records.length,
    latest: Math.max(0, ...records.map(({ latest }) => latest)),
  };
  return bucket.summary;
}
