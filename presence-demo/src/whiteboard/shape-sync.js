import { Asking } from './asking.js';
import { HASH_DIGITS, slotOf } from './hash.js';
import { Outbox } from './outbox.js';
import { Recent } from './recent.js';
import { BUCKETS, isBehind, isDigest } from './record-table.js';

/** How often a page tells its digest: for a minute after each change, and later. */
const LIVELY_MS = [200, 400];
const CALM_MS = [2000, 4000];
const LIVELY_FOR_MS = 60_000;
/** A page that finds a difference tells its digest after this time at most. */
const SOON_MS = 120;
/** A list is no longer than this, so that the answer is not, either; the next one follows when it has come. */
const LIST_BYTES = 4000;
/** A shape that changed this recently may differ because the change is on its way. */
const MOVING_MS = 200;
const MOVING = '.'.repeat(HASH_DIGITS);
/** A bucket with such a shape is compared this seldom. */
const COMPARE_MOVING_MS = 1000;
/** Most entries of a signal that are read; a page sends fewer. */
const MOST_ENTRIES = 1000;

/**
 * Brings all pages of a board to the same shapes, with signals; the service stores none.
 *
 * A page tells its changes as they happen (`shapes.new`). What gets lost is found and handed on by any page that has
 * it: again and again, and when a member joins, a page tells a digest of all that it knows (`shapes.digest`), unless
 * another has just told the same one. A page that knows less or other things asks the teller, which is sure to be
 * alive, with a list of what it knows where they differ (`shapes.list`). The teller hands on what is missing there
 * (`shapes.give`). Then the asker knows at least as much, and is asked in turn.
 */
export class ShapeSync {
  #room;
  #shapes;
  #records;
  #random;
  #isHidden;
  #outbox;
  #telling = null;
  #tellAt = Infinity;
  #toldAt = 0;
  #livelyUntil = 0;
  /** The digest that another page told last, since this one did. */
  #heard = null;
  #asking;
  /** @type {WeakMap<object, string>} the digest that a member told last */
  #digests = new WeakMap();
  #moving = new Recent(MOVING_MS);
  #compareMovingAt = 0;
  /** Whether a change is one that was missed, not one that is being made. */
  #taking = false;

  /**
   * @param options.random numbers from 0 to below 1
   * @param options.isHidden whether this page's timers are late
   */
  constructor(room, shapes, { random = Math.random, isHidden = () => false } = {}) {
    this.#isHidden = isHidden;
    this.#room = room;
    this.#shapes = shapes;
    this.#records = shapes.records;
    this.#random = random;
    this.#outbox = new Outbox(room, shapes.records, isHidden);
    this.#asking = new Asking(room, random, (digest) => this.#differing(digest), (...question) => this.#ask(...question));
    shapes.on('own', (id, writes) => {
      this.#outbox.tell(id, writes.keys());
      this.#noteChange(id);
    });
    shapes.on('put', ({ id }) => this.#noteChange(id));
    shapes.on('remove', (id) => this.#noteChange(id));
    const reads = new Map(Object.entries({
      'shapes.digest': this.#compare, 'shapes.list': this.#answer, 'shapes.give': this.#take,
    }));
    room.on('signal', ({ member, type, payload }) => {
      if (type === 'shapes.new') this.#merge(payload);
      // An operator has no page.
      else if (member) reads.get(type)?.call(this, member, payload);
    });
    room.on('join', () => this.#tellSoon());
    room.connection.on('state', (state) => state === 'open' && this.#tellSoon());
    // Drawn before the board was joined.
    for (const { id, fields } of this.#records.all) this.#outbox.tell(id, fields.keys());
    this.#tellSoon();
  }

  #noteChange(id) {
    if (!this.#taking) this.#moving.add(id);
    this.#beLively();
  }

  #beLively() {
    this.#livelyUntil = Date.now() + LIVELY_FOR_MS;
    this.#tellIn(this.#between(LIVELY_MS));
  }

  #tellSoon() {
    this.#heard = null;
    this.#beLively();
    this.#tellInAMoment();
  }

  #tellInAMoment() {
    if (this.#isHidden() && Date.now() - this.#toldAt > LIVELY_MS[0]) this.#tell();
    else this.#tellIn(this.#random() * SOON_MS);
  }

  /** Tells the digest after this time, unless that is due sooner. */
  #tellIn(ms) {
    const at = Date.now() + ms;
    if (at >= this.#tellAt) return;
    clearTimeout(this.#telling);
    this.#tellAt = at;
    this.#telling = setTimeout(() => this.#tell(), ms);
  }

  #tell() {
    clearTimeout(this.#telling);
    this.#tellAt = Infinity;
    if (this.#room.closed) return;
    const { digest } = this.#records;
    const isWorthTelling = this.#heard !== digest && this.#room.others.length > 0 && !this.#asking.isBusy;
    if (isWorthTelling && this.#outbox.send('shapes.digest', digest)) this.#toldAt = Date.now();
    this.#heard = null;
    this.#tellIn(this.#between(Date.now() < this.#livelyUntil ? LIVELY_MS : CALM_MS));
  }

  #between([least, most]) {
    return least + this.#random() * (most - least);
  }

  #compare(member, digest) {
    if (!isDigest(digest)) return;
    this.#heard = digest;
    if (this.#differing(digest).length === 0) return;
    this.#beLively();
    this.#tellInAMoment();
    // A page that knows less asks this one, and then knows at least as much; unless it has no room for that.
    const isStuck = this.#digests.get(member) === digest;
    this.#digests.set(member, digest);
    if (isStuck || !isBehind(digest, this.#records.digest)) this.#asking.hear(member, digest);
  }

  #ask(member, digest, numbers) {
    if (numbers.some((number) => this.#isMoving(number))) this.#compareMovingAt = Date.now() + COMPARE_MOVING_MS;
    // All who ask begin with the same, so that they get one answer; now and then with any, in case that does not help.
    const first = this.#random() < 0.75 ? slotOf(digest, numbers.length) : Math.floor(this.#random() * numbers.length);
    this.#list(member, [...numbers.slice(first), ...numbers.slice(0, first)]);
  }

  /** The buckets that differ although none of their shapes moves; once in a while one more. */
  #differing(digest) {
    const all = this.#records.differing(digest);
    const moving = all.filter((number) => this.#isMoving(number));
    const still = all.filter((number) => !moving.includes(number));
    if (moving.length === 0 || Date.now() < this.#compareMovingAt) return still;
    return [...still, moving[Math.floor(this.#random() * moving.length)]];
  }

  #isMoving(number) {
    return [...this.#records.bucket(number).records.keys()].some((id) => this.#moving.has(id));
  }

  /** Sends the member a list of what this page knows in these buckets, as many as fit. */
  #list(member, numbers) {
    const list = [];
    let room = Math.min(LIST_BYTES, this.#outbox.packetBytes);
    for (const number of numbers) {
      const { floor, records } = this.#records.bucket(number);
      const entries = [...records.values()].map(({ id, hash }) => (this.#moving.has(id) ? MOVING : hash) + id);
      const part = [number, floor, entries.join(' ')];
      room -= JSON.stringify(part).length + 1;
      if (room < 0 && list.length > 0) break;
      list.push(part);
    }
    if (list.length > 0) this.#outbox.send('shapes.list', list, [member]);
  }

  #answer(member, list) {
    const behind = [];
    for (const part of listOf(list).slice(0, BUCKETS)) {
      const [number, floor, text] = listOf(part);
      if (!isBucket(number) || !Number.isSafeInteger(floor) || typeof text !== 'string') continue;
      const theirs = new Map(text.split(' ').map((entry) => [entry.slice(HASH_DIGITS), entry.slice(0, HASH_DIGITS)]));
      this.#shapes.raiseFloor(number, floor, (id) => theirs.has(id));
      const bucket = this.#records.bucket(number);
      // That page first has to drop what was deleted here and forgotten.
      if (floor < bucket.floor) behind.push(number);
      else this.#handOn(member, bucket.records, theirs);
    }
    if (behind.length > 0) this.#list(member, behind);
  }

  #handOn(member, records, theirs) {
    for (const { id, hash } of records.values()) {
      const known = theirs.get(id);
      if (known !== hash && known !== MOVING) this.#outbox.give(id, member);
    }
  }

  #take(member, gifts) {
    this.#asking.answered(member);
    this.#taking = true;
    for (const [floor, wire] of listOf(gifts).map(listOf)) {
      if (Number.isSafeInteger(floor)) this.#shapes.merge(wire, floor);
    }
    this.#taking = false;
  }

  #merge(changes) {
    for (const wire of listOf(changes)) if (this.#shapes.merge(wire)) this.#tellSoon();
  }
}

const isBucket = (number) => Number.isInteger(number) && number >= 0 && number < BUCKETS;

function listOf(value) {
  return Array.isArray(value) ? value.slice(0, MOST_ENTRIES) : [];
}
