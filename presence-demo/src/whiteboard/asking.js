import { BUCKETS, sizeIn } from './record-table.js';

/** Many pages that differ from one do not ask it all at once. */
const SPREAD_MS_PER_MEMBER = 8;
const GREATEST_SPREAD_MS = 160;
/** A member is asked again after this time without an answer. */
const AGAIN_MS = 250;
/** An answer has ended if nothing came of it for so long: longer than the pause between two full signals. */
const PAUSE_MS = 150;
/** More records than fit into one signal, or two: for so many, only one member is asked at a time. */
const MANY_RECORDS = 150;

/** Decides when this page asks which member for what differs. Who was heard a moment ago is asked, no other. */
export class Asking {
  #room;
  #random;
  #differing;
  #ask;
  /** @type {WeakMap<object, { digest: string, restsUntil: number, timer: any }>} by member */
  #states = new WeakMap();
  #busyUntil = 0;
  #busyWith = null;

  /**
   * @param differing the numbers of the buckets in which this page differs from a digest
   * @param ask asks a member of that digest for these buckets
   */
  constructor(room, random, differing, ask) {
    this.#room = room;
    this.#random = random;
    this.#differing = differing;
    this.#ask = ask;
  }

  /** Whether a long answer comes in: others need not compare themselves with this page now. */
  get isBusy() {
    return Date.now() < this.#busyUntil;
  }

  /** Asks this member soon, which has told a digest that differs. */
  hear(member, digest) {
    const state = this.#states.get(member) ?? { restsUntil: 0, timer: null };
    this.#states.set(member, Object.assign(state, { digest }));
    const spread = Math.min(GREATEST_SPREAD_MS, SPREAD_MS_PER_MEMBER * this.#room.others.length);
    this.#schedule(member, state, Math.max(state.restsUntil, Date.now() + this.#random() * spread));
  }

  /** Goes on asking when this answer has ended, if it was not all. */
  answered(member) {
    const now = Date.now();
    if (this.isBusy && member === this.#busyWith) this.#busyUntil = now + AGAIN_MS;
    const state = this.#states.get(member);
    if (!state) return;
    clearTimeout(state.timer);
    Object.assign(state, { timer: null, restsUntil: now + PAUSE_MS });
    this.#schedule(member, state, state.restsUntil);
  }

  #schedule(member, state, at) {
    state.timer ??= setTimeout(() => {
      state.timer = null;
      this.#turn(member, state);
    }, at - Date.now());
  }

  #turn(member, state) {
    if (this.#room.closed || !this.#room.members.includes(member)) return;
    const now = Date.now();
    if (this.isBusy && member !== this.#busyWith) return this.#schedule(member, state, this.#busyUntil);
    const numbers = this.#differing(state.digest);
    if (numbers.length === 0) {
      this.#busyUntil = 0;
      return;
    }
    if ((numbers.length / BUCKETS) * sizeIn(state.digest) > MANY_RECORDS) {
      this.#busyUntil = now + AGAIN_MS;
      this.#busyWith = member;
    }
    state.restsUntil = now + AGAIN_MS;
    this.#ask(member, state.digest, numbers);
  }
}
