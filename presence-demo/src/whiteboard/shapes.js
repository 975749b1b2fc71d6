import { Emitter } from '../ui/emitter.js';
import { around, boundsOf, hits } from './geometry.js';
import { arePoints, byHeight, GREATEST_HEIGHT, shapeFrom } from './shape.js';

const MOST_SHAPES = 500;
/** Enough to keep recently deleted shapes from being added again by late signals. */
const MOST_TOMBSTONES = 1000;

/**
 * The shapes on this page. Of two versions of a shape the one with the higher revision wins, and a deletion wins
 * over a change of the same revision: on every page the same.
 *
 * Events: `put` (shape) and `remove` (id) for every change; for a change by this visitor also `before` (id, shape
 * or undefined) and `own` (id, fields or null).
 */
export class Shapes extends Emitter {
  /** @type {Map<string, object>} */
  #shapes = new Map();
  /** @type {Map<string, number>} revisions of deleted shapes */
  #tombstones = new Map();
  /** Shapes of which a part came from another page: until it sends the whole, they may mix two versions. */
  #partial = new Set();

  /** From the lowest to the topmost. */
  get all() {
    return [...this.#shapes.values()].sort(byHeight);
  }

  /** The shapes that are complete and can be sent to other pages. */
  get whole() {
    return this.all.filter(({ id }) => !this.#partial.has(id));
  }

  isWhole(id) {
    return !this.#partial.has(id);
  }

  get tombstones() {
    return [...this.#tombstones];
  }

  get size() {
    return this.#shapes.size;
  }

  get full() {
    return this.size >= MOST_SHAPES;
  }

  /** The rectangle around them all, or null. */
  get extent() {
    return around(this.all.map(boundsOf));
  }

  get(id) {
    return this.#shapes.get(id);
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
  add(shape) {
    if (this.full) return false;
    this.emit('before', shape.id, undefined);
    const z = Math.min(GREATEST_HEIGHT, (this.all.at(-1)?.z ?? 0) + 1);
    this.#make({ ...shape, z, rev: 1 }, null);
    return true;
  }

  change(id, fields) {
    const known = this.get(id);
    if (!known) return;
    this.emit('before', id, known);
    this.#make({ ...known, ...fields, rev: known.rev + 1 }, Object.keys(fields));
  }

  remove(id) {
    const known = this.get(id);
    if (!known) return;
    this.emit('before', id, known);
    this.#markDeleted(id, known.rev + 1);
    this.emit('own', id, null);
  }

  /** Sets a shape to an earlier version, or removes it if that is undefined. */
  restore(id, shape) {
    if (!shape) return this.remove(id);
    const known = this.get(id);
    if (!known && this.full) return;
    this.#make({ ...shape, rev: (known?.rev ?? this.#tombstones.get(id) ?? shape.rev) + 1 }, null);
  }

  /** Merges what another page sent: a whole shape, some of its fields, or more points of its line. */
  merge(news) {
    const known = this.get(news?.id);
    const isPart = known && news.kind === undefined;
    const shape = shapeFrom(isPart ? { ...known, ...news, ...longer(known, news), kind: known.kind } : news);
    if (!shape || (!known && this.full)) return;
    if (shape.rev <= (this.#tombstones.get(shape.id) ?? 0)) return;
    if (known && !this.#supersedes(shape, known, isPart)) return;
    this.#put(shape);
    if (isPart) this.#partial.add(shape.id);
  }

  /** Merges a deletion by another page. */
  mergeRemoval(id, rev) {
    const known = this.get(id);
    if (!known || rev >= known.rev) this.#markDeleted(id, rev);
  }

  /** Two pages may have made the same revision at once: then the text decides, on every page the same. */
  #supersedes(shape, known, isPart) {
    if (shape.rev !== known.rev) return shape.rev > known.rev;
    return !isPart && (this.#partial.has(known.id) || JSON.stringify(shape) > JSON.stringify(known));
  }

  /** Stores a version by this visitor, unless other pages would refuse it. */
  #make(shape, fields) {
    const made = shapeFrom(shape);
    if (!made) return;
    this.#put(made);
    this.emit('own', made.id, fields);
  }

  #put(shape) {
    this.#tombstones.delete(shape.id);
    this.#partial.delete(shape.id);
    this.#shapes.set(shape.id, shape);
    this.emit('put', shape);
  }

  #markDeleted(id, rev) {
    this.#tombstones.set(id, Math.max(rev, this.#tombstones.get(id) ?? 0));
    if (this.#tombstones.size > MOST_TOMBSTONES) this.#tombstones.delete(this.#tombstones.keys().next().value);
    this.#partial.delete(id);
    if (this.#shapes.delete(id)) this.emit('remove', id);
  }
}

/** The points with more appended, if the line ends here where the sender's did; else nothing. */
function longer({ points }, { from, more }) {
  return arePoints(more) && points?.length === from ? { points: [...points, ...more] } : {};
}
