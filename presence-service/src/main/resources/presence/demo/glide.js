/** A gap this long means the cursor rested; it did not creep across all that time. */
const REST_MS = 160;
/** What a cursor's spacing is taken for until it is known. */
const TYPICAL_GAP_MS = 34;
const LEAST_DELAY_MS = 20;
const GREATEST_DELAY_MS = 250;
/** How slowly the delay follows what the network needs: unseen, yet there in half a second. */
const DELAY_EASE_MS = 160;
/** A tab in the background gets positions but draws none. */
const MOST_SAMPLES = 64;

/**
 * Plays one cursor back a little late, so that the next position is already known when it is
 * needed: even motion whatever the ticks and the network did, and exactly to where it stopped.
 * All times are of one clock, handed in.
 */
export class Glide {
  #samples;
  #delay = TYPICAL_GAP_MS;
  #neededDelay = TYPICAL_GAP_MS;
  #drawnAt = -Infinity;

  constructor(x, y, now) {
    this.#samples = [{ x, y, at: now }];
  }

  /** The latest position, however far the playback has come. */
  get target() {
    return this.#samples.at(-1);
  }

  /** @param {number} ageMs how long ago the cursor was there */
  moveTo(x, y, ageMs, now) {
    const last = this.target;
    const at = Math.max(now - ageMs, last.at + 1);
    if (at - last.at > REST_MS) {
      this.#push({ x: last.x, y: last.y, at: at - TYPICAL_GAP_MS });
    } else {
      // Had we drawn any closer to the present, the last position would have run out by now.
      const needed = now - last.at;
      const ease = needed > this.#neededDelay ? 0.5 : 0.05;
      this.#neededDelay += (needed - this.#neededDelay) * ease;
    }
    this.#push({ x, y, at });
  }

  /** Where to draw the cursor now, and whether it will stay there. */
  at(now) {
    this.#easeDelay(now);
    const moment = now - this.#delay;
    const samples = this.#samples;
    while (samples.length > 1 && samples[1].at <= moment) samples.shift();
    const [from, to] = samples;
    if (!to) return { x: from.x, y: from.y, settled: true };
    const part = Math.max(0, (moment - from.at) / (to.at - from.at));
    return {
      x: from.x + (to.x - from.x) * part,
      y: from.y + (to.y - from.y) * part,
      settled: false,
    };
  }

  #easeDelay(now) {
    const wanted = Math.min(GREATEST_DELAY_MS, Math.max(LEAST_DELAY_MS, this.#neededDelay));
    const ease = 1 - Math.exp(-(now - this.#drawnAt) / DELAY_EASE_MS);
    this.#delay += (wanted - this.#delay) * ease;
    this.#drawnAt = now;
  }

  #push(sample) {
    this.#samples.push(sample);
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }
}
