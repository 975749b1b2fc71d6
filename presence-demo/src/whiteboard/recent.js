/** What happened in the last moments. */
export class Recent {
  #forMs;
  /** @type {Map<any, number>} when it happened last, the longest ago first */
  #at = new Map();

  constructor(forMs) {
    this.#forMs = forMs;
  }

  add(key) {
    this.#at.delete(key);
    this.#at.set(key, Date.now());
    for (const [oldest, at] of this.#at) {
      if (Date.now() - at < this.#forMs) break;
      this.#at.delete(oldest);
    }
  }

  has(key) {
    return Date.now() - (this.#at.get(key) ?? -Infinity) < this.#forMs;
  }
}
