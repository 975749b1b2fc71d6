// Where a hand moves a pointer: made from seeds, so every run sees the same.

const WIDTH = 1600, HEIGHT = 900;

/** Movements one after the other; `at(ms)` is where the pointer is. */
class PointerPath {
  #parts = [];
  #end = 0;
  #place;

  constructor(place) {
    this.#place = place;
  }

  get place() {
    return this.#place;
  }

  get durationMs() {
    return this.#end;
  }

  /** @param move from 0…1 of its time to a place */
  move(ms, move) {
    this.#parts.push({ from: this.#end, ms, move });
    this.#end += ms;
    this.#place = move(1);
  }

  rest(ms) {
    const place = this.#place;
    this.move(ms, () => place);
  }

  at(ms) {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#parts[middle].from <= ms) low = middle;
      else high = middle - 1;
    }
    const { from, ms: length, move } = this.#parts[low];
    return move(Math.min(1, Math.max(0, (ms - from) / length)));
  }
}

const between = (random, least, most) => least + (most - least) * random();
const somewhere = (random) => [between(random, 0, WIDTH), between(random, 0, HEIGHT)];

/** Point to point with the bell-shaped speed of an arm (minimum jerk), a little bent, with rests. */
function reaches(random, durationMs) {
  const path = new PointerPath(somewhere(random));
  while (path.durationMs < durationMs) {
    const from = path.place;
    const to = somewhere(random);
    const distance = Math.hypot(to[0] - from[0], to[1] - from[1]);
    // Fitts: longer ways take longer, but not in proportion.
    const ms = between(random, 0.8, 1.25) * (150 + 120 * Math.log2(1 + distance / 40));
    const bend = between(random, -0.12, 0.12);
    path.move(ms, (part) => {
      const way = soft(part);
      const aside = bend * Math.sin(Math.PI * way);
      return [
        from[0] + (to[0] - from[0]) * way - (to[1] - from[1]) * aside,
        from[1] + (to[1] - from[1]) * way + (to[0] - from[0]) * aside,
      ];
    });
    path.rest(between(random, 60, 700));
  }
  return path;
}

/** Circles and ellipses, begun and ended gently. */
function circles(random, durationMs) {
  const path = new PointerPath(somewhere(random));
  while (path.durationMs < durationMs) {
    const [x, y] = path.place;
    const [wide, high] = [between(random, 40, 220), between(random, 40, 220)];
    const turns = Math.round(between(random, 2, 5)) * (random() < 0.5 ? -1 : 1);
    const ms = Math.abs(turns) * between(random, 500, 1400);
    path.move(ms, (part) => {
      const angle = 2 * Math.PI * turns * eased(part, 0.1);
      return [x + wide * (1 - Math.cos(angle)), y + high * Math.sin(angle)];
    });
    path.rest(between(random, 100, 500));
    reach(path, somewhere(random), random);
  }
  return path;
}

/** Letters: loops of 3 to 5 strokes a second that drift to the right, and a jump to the next line. */
function handwriting(random, durationMs) {
  const path = new PointerPath([50, 100]);
  while (path.durationMs < durationMs) {
    const [x, y] = path.place;
    const letters = Math.round(between(random, 4, 9));
    const [wide, high, phase] = [between(random, 8, 22), between(random, 20, 60), between(random, 0, 6)];
    const slow = between(random, 0.3, 0.7);
    const ms = letters * between(random, 220, 380);
    path.move(ms, (part) => {
      const angle = 2 * Math.PI * letters * eased(part, 0.05);
      return [
        x + (angle / 6.3) * 34 + wide * (Math.sin(angle + phase) - Math.sin(phase)),
        y - high * (0.5 - 0.5 * Math.cos(angle)) * (0.7 + 0.3 * Math.sin(slow * angle)),
      ];
    });
    path.rest(between(random, 80, 300));
    reach(path, [between(random, 50, WIDTH / 2), between(random, 100, HEIGHT)], random);
  }
  return path;
}

/** Straight drags at even speed with hard corners and dead stops, as along guides and edges. */
function drags(random, durationMs) {
  const path = new PointerPath(somewhere(random));
  while (path.durationMs < durationMs) {
    for (let corners = Math.round(between(random, 0, 3)); corners >= 0; corners--) {
      const [from, to] = [path.place, somewhere(random)];
      const ms = Math.hypot(to[0] - from[0], to[1] - from[1]) / between(random, 0.5, 1.6);
      path.move(ms, (part) => [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]);
    }
    path.rest(between(random, 150, 900));
  }
  return path;
}

/** Only ever to the right: drags and reaches that stop, dead or softly. */
export function advances(random, durationMs) {
  const path = new PointerPath([0, 0]);
  while (path.durationMs < durationMs) {
    const [x] = path.place;
    const way = between(random, 50, 900);
    const ms = way / between(random, 0.4, 2);
    path.move(ms, random() < 0.5 ? (part) => [x + way * part, 0] : (part) => [x + way * soft(part), 0]);
    path.rest(between(random, 30, 900));
  }
  return path;
}

function reach(path, to, random) {
  const from = path.place;
  const ms = 250 + 0.5 * Math.hypot(to[0] - from[0], to[1] - from[1]);
  path.move(ms, (part) => {
    const way = soft(part);
    return [from[0] + (to[0] - from[0]) * way, from[1] + (to[1] - from[1]) * way];
  });
  path.rest(between(random, 60, 300));
}

/** 0…1 with minimum jerk. */
function soft(part) {
  return part ** 3 * (10 - 15 * part + 6 * part * part);
}

/** 0…1 at even speed but for the ends, where it takes `ramp` to start and to stop. */
function eased(part, ramp) {
  const whole = 1 - ramp;
  if (part < ramp) return part ** 2 / (2 * ramp) / whole;
  if (part > 1 - ramp) return 1 - (1 - part) ** 2 / (2 * ramp) / whole;
  return (part - ramp / 2) / whole;
}

export const PATHS = { reaches, circles, handwriting, drags };
