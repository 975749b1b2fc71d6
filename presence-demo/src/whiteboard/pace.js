/** A node takes 128 KiB and 50 signals a second of a client, and twice as much at once; the rest is for other signals. */
const BYTES_PER_SECOND = 110_000;
const SIGNALS_PER_SECOND = 30;
/** More waits in the node for a reader that is slow, which then misses signals. */
const BYTES_AT_ONCE = 48_000;
const SIGNALS_AT_ONCE = 40;

/** How much may be sent now, so that the node refuses nothing. */
export class Pace {
  #bytes = BYTES_AT_ONCE;
  #signals = SIGNALS_AT_ONCE;
  #at = Date.now();

  /** Whether a signal of this many bytes may be sent; then it counts as sent. */
  take(bytes) {
    this.#refill();
    if (this.#signals < 1 || this.#bytes < 0) return false;
    this.#signals -= 1;
    this.#bytes -= bytes;
    return true;
  }

  #refill() {
    const now = Date.now();
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    this.#bytes = Math.min(BYTES_AT_ONCE, this.#bytes + seconds * BYTES_PER_SECOND);
    this.#signals = Math.min(SIGNALS_AT_ONCE, this.#signals + seconds * SIGNALS_PER_SECOND);
  }
}
