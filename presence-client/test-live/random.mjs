import { randomFrom } from '../test/random.mjs';

/** Random numbers that can be had again. */
export class Random {
  constructor(seed) {
    this.next = randomFrom(seed);
  }

  /** From `min` up to, without, `max`. */
  between(min, max) {
    return min + this.next() * (max - min);
  }

  below(max) {
    return Math.floor(this.next() * max);
  }

  of(list) {
    return list[this.below(list.length)];
  }

  /** One of the names, as often as its weight says. */
  weighted(weights) {
    const entries = Object.entries(weights);
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    return entries.find(([, weight]) => (left -= weight) < 0)[0];
  }
}
