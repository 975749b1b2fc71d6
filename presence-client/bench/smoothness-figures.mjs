// What was drawn, compared with where the pointer really was.
import { FRAME_MS } from './drawing-methods.mjs';

const MOST_DELAY_MS = 1500;
const LATELY_MS = 700;
const LINE_STEP_MS = 5;

const square = (a, b) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rms = (values) => Math.sqrt(mean(values.map((value) => value * value)));
function percentile(values, part) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** All frames of one run: `{ now, drawn }`. */
export function play(method, arrivals, durationMs) {
  const [first, ...rest] = arrivals;
  const drawing = method(first);
  const frames = [];
  let next = 0;
  for (let now = Math.ceil(first.at / FRAME_MS) * FRAME_MS; now < durationMs; now += FRAME_MS) {
    for (; next < rest.length && rest[next].at <= now; next++) drawing.arrive(rest[next]);
    frames.push({ now, drawn: drawing.frame(now) });
  }
  return frames;
}

/** The constant delay at which all runs of a method together are closest to the true paths. */
export function fitDelay(runs) {
  const errorAt = (delay, stride) => {
    let sum = 0;
    for (const { path, frames } of runs) {
      for (let i = 0; i < frames.length; i += stride) sum += square(frames[i].drawn, path.at(frames[i].now - delay));
    }
    return sum;
  };
  const best = (from, to, step, stride) => {
    let [bestDelay, bestError] = [from, Infinity];
    for (let delay = from; delay <= to; delay += step) {
      const error = errorAt(delay, stride);
      if (error < bestError) [bestDelay, bestError] = [delay, error];
    }
    return bestDelay;
  };
  const rough = best(0, MOST_DELAY_MS, 10, 7);
  return best(rough - 12, rough + 12, 1, 1);
}

export function figures(runs) {
  const delay = fitDelay(runs);
  const errors = [], lineErrors = [], stepErrors = [], trueSteps = [];
  let stalled = 0, moving = 0;
  for (const { path, frames } of runs) {
    const line = Array.from({ length: Math.ceil(path.durationMs / LINE_STEP_MS) + 1 }, (_, i) => path.at(i * LINE_STEP_MS));
    frames.forEach(({ now, drawn }, i) => {
      const truth = path.at(now - delay);
      errors.push(Math.sqrt(square(drawn, truth)));
      lineErrors.push(distanceToLine(drawn, line, now));
      if (i === 0) return;
      const before = frames[i - 1].drawn;
      const trueBefore = path.at(now - delay - FRAME_MS);
      const step = [drawn[0] - before[0], drawn[1] - before[1]];
      const trueStep = [truth[0] - trueBefore[0], truth[1] - trueBefore[1]];
      stepErrors.push(Math.sqrt(square(step, trueStep)));
      trueSteps.push(Math.hypot(...trueStep));
      if (Math.hypot(...trueStep) < 1) return;
      moving++;
      if (Math.hypot(...step) < 0.05) stalled++;
    });
  }
  return {
    delay,
    rms: rms(errors),
    p95: percentile(errors, 0.95),
    lineRms: rms(lineErrors),
    lineP95: percentile(lineErrors, 0.95),
    unevenness: rms(stepErrors) / rms(trueSteps),
    stalls: stalled / moving,
  };
}

/** To any place the pointer had been at by then; what is far from where it was lately is looked for further back. */
function distanceToLine(point, line, now) {
  const last = Math.min(line.length - 1, Math.ceil(now / LINE_STEP_MS));
  const lately = Math.max(1, last - LATELY_MS / LINE_STEP_MS);
  let nearest = Infinity;
  for (let i = last; i >= 1; i--) {
    if (i < lately && nearest < 1) break;
    nearest = Math.min(nearest, squareToSegment(point, line[i - 1], line[i]));
  }
  return Math.sqrt(nearest);
}

function squareToSegment(point, from, to) {
  const length = square(from, to);
  if (length === 0) return square(point, from);
  const dot = (point[0] - from[0]) * (to[0] - from[0]) + (point[1] - from[1]) * (to[1] - from[1]);
  const part = Math.min(1, Math.max(0, dot / length));
  return square(point, [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]);
}

/** On a path that only goes right: how far anything was drawn beyond all places where the pointer had been. */
export function worstOvershoot(runs) {
  return Math.max(0, ...runs.flatMap(({ path, frames }) => frames.map(({ now, drawn }) => drawn[0] - path.at(now)[0])));
}
