/** Runs what is due now in a microtask, everything else by the `setTimeout` of the moment, which may be a fake one. */
export class Clock {
  latencyMs = 0;
  /** How many microtasks are under way. */
  immediate = 0;

  at(dueMs, action) {
    const wait = dueMs - Date.now();
    if (wait > 0) return void setTimeout(action, wait);
    this.immediate++;
    Promise.resolve().then(() => {
      this.immediate--;
      action();
    });
  }

  /** Like `setTimeout`, for what may be long; it keeps no process alive. */
  after(ms, action) {
    const timer = setTimeout(action, ms);
    timer.unref?.();
    return timer;
  }

  /** Resolves when no microtask of this clock is left. */
  async settled() {
    for (let quiet = 0; quiet < 20; quiet++) {
      await null;
      if (this.immediate) quiet = 0;
    }
  }
}
