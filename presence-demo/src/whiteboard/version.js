const AUTHOR = /^[a-z0-9]{1,16}$/;

/**
 * How far a version may be ahead of the node's clock. Versions beyond are refused, so that a hostile page cannot use
 * up the numbers; they are taken later, if the clock gets there.
 */
export const AHEAD_MS = 3_600_000;

/**
 * @typedef {readonly [clock: number, author: string]} Version
 * When a field was written, in milliseconds of the node's clock or a little more, and by which page.
 */

/** Whether `a` is the later version; of two of the same clock the author decides, on every page the same. */
export function isLater(a, b) {
  return a[0] !== b[0] ? a[0] > b[0] : a[1] > b[1];
}

export function isSame(a, b) {
  return a[0] === b[0] && a[1] === b[1];
}

/** Hands out versions that are later than all that this page has seen (a hybrid logical clock). */
export class Clock {
  #author;
  #now;
  #latest = 0;

  /**
   * @param author what no other page of the board has
   * @param now the node's clock in milliseconds
   */
  constructor(author, now) {
    this.#author = author;
    this.#now = now;
  }

  /** @returns {Version} */
  next() {
    this.#latest = Math.max(this.#latest + 1, Math.floor(this.#now()));
    return [this.#latest, this.#author];
  }

  /** Whether a value that another page sent is a clock that can be taken. */
  accepts(clock) {
    return Number.isSafeInteger(clock) && clock > 0 && clock <= this.#now() + AHEAD_MS;
  }

  /** Takes a version that another page sent; null if it is invalid. */
  read(clock, author) {
    return this.accepts(clock) && typeof author === 'string' && AUTHOR.test(author) ? [clock, author] : null;
  }

  /** Makes all versions from now on later than this clock. */
  see(clock) {
    this.#latest = Math.max(this.#latest, clock);
  }
}
