// How a page could draw what arrives. Each is made from a first position and has `arrive(position)`, called
// at `position.at`, and `frame(now)`, which returns what is drawn in that frame.
import { createRequire } from 'node:module';
import { CursorPath } from '../src/presence-cursors.js';

const require = createRequire(import.meta.url);

export const FRAME_MS = 1000 / 60;

/** Draws the latest position. */
class Jump {
  constructor({ x, y }) {
    this.drawn = [x, y];
  }

  arrive({ x, y }) {
    this.drawn = [x, y];
  }

  frame() {
    return this.drawn;
  }
}

/**
 * `transition: transform … linear`, with the transform set on every arrival. As CSS Transitions has it, a
 * style that changed is seen when the next frame is made; the transition then starts there, from what is
 * drawn now, and takes its full time; one still running is dropped.
 */
class CssTransition {
  #durationMs;
  #from;
  #to;
  #startedAt = -Infinity;
  #set = null;

  constructor({ x, y }, durationMs) {
    this.#durationMs = durationMs;
    this.#from = this.#to = [x, y];
  }

  arrive({ x, y }) {
    this.#set = [x, y];
  }

  frame(now) {
    const part = Math.min(1, (now - this.#startedAt) / this.#durationMs);
    const drawn = this.#from.map((from, i) => from + (this.#to[i] - from) * part);
    if (this.#set) {
      [this.#from, this.#to, this.#startedAt, this.#set] = [drawn, this.#set, now, null];
    }
    return drawn;
  }
}

/** The package itself, with its timers, frames and clock run by hand. */
class PerfectCursors {
  #clock = new HandClock();
  #cursor;
  #drawn;

  constructor({ x, y, at }) {
    // Only here: the unit tests do without installed packages.
    const { PerfectCursor } = require('perfect-cursors');
    this.#clock.advanceTo(at, () => {
      this.#cursor = new PerfectCursor((point) => { this.#drawn = point; });
      this.#cursor.addPoint([x, y]);
    });
  }

  arrive({ x, y, at }) {
    this.#clock.advanceTo(at, () => this.#cursor.addPoint([x, y]));
  }

  frame(now) {
    this.#clock.advanceTo(now, () => this.#clock.drawFrame());
    return this.#drawn;
  }
}

/** Stands in for the globals of a page while code runs in it. */
class HandClock {
  #now = 0;
  #frames = [];
  #timers = new Map();
  #lastTimer = 0;
  #globals = {
    performance: { now: () => this.#now },
    requestAnimationFrame: (draw) => this.#frames.push(draw),
    setTimeout: (action, ms) => {
      this.#timers.set(++this.#lastTimer, { action, at: this.#now + ms });
      return this.#lastTimer;
    },
    clearTimeout: (timer) => this.#timers.delete(timer),
  };

  advanceTo(now, action) {
    const real = {};
    for (const [name, value] of Object.entries(this.#globals)) {
      real[name] = Object.getOwnPropertyDescriptor(globalThis, name);
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    try {
      for (const [timer, { action: late, at }] of this.#timers) {
        if (at > now) continue;
        this.#timers.delete(timer);
        this.#now = at;
        late();
      }
      this.#now = now;
      action();
    } finally {
      for (const [name, descriptor] of Object.entries(real)) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        else delete globalThis[name];
      }
    }
  }

  drawFrame() {
    const frames = this.#frames;
    this.#frames = [];
    for (const draw of frames) draw(this.#now);
  }
}

class Playout {
  #path;

  constructor({ x, y, at }) {
    this.#path = new CursorPath(x, y, at);
  }

  arrive({ x, y, ageMs, at }) {
    this.#path.moveTo(x, y, ageMs, at);
  }

  frame(now) {
    const { x, y } = this.#path.at(now);
    return [x, y];
  }
}

export const METHODS = {
  'no smoothing': (first) => new Jump(first),
  'CSS transition 50 ms': (first) => new CssTransition(first, 50),
  'CSS transition 100 ms': (first) => new CssTransition(first, 100),
  'CSS transition 120 ms': (first) => new CssTransition(first, 120),
  'perfect-cursors 1.0.5': (first) => new PerfectCursors(first),
  'presence-cursors': (first) => new Playout(first),
};
