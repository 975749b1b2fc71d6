// What of a pointer's path reaches another page, and when: the client's throttle, the way up, the node's
// tick with its ages, the way down. In order on both ways, as TCP delivers.

const POINTER_EVENT_MS = 1000 / 60;
const TIMER_LATENESS_MS = 4;
const TICK_MS = 33;
const WAY_MS = 20;
const STEPS = 16;

/** Delays of one way, each 0 to 50 ms. */
function uniform(random) {
  return () => WAY_MS + 50 * random();
}

/** Hardly any delay, but now and then nothing comes for 50 to 150 ms, and then all at once. */
function bursty(random) {
  let from = 0;
  let until = 0;
  return (now) => {
    while (until < now) {
      from = until - 600 * Math.log(1 - random());
      until = from + 50 + 100 * random();
    }
    return WAY_MS + 5 * random() + (now >= from ? until - now : 0);
  };
}

/** Nothing but the way: what remains is the throttle and the tick. */
function steady() {
  return () => WAY_MS;
}

export const NETWORKS = { uniform, bursty, steady };

/**
 * @returns {{ at: number, x: number, y: number, ageMs: number, movedAt: number }[]} what arrives; `movedAt`
 *   is when the pointer was there, which no method is told
 */
export function deliver(path, network, random, inputHz) {
  const up = inOrder(network(random));
  const down = inOrder(network(random));
  const reached = throttled(pointerEvents(path), 1000 / inputHz, random).map(({ sentAt, ...position }) => (
    { ...position, reachedAt: up(sentAt) }
  ));
  return ticked(reached).map(({ tickAt, reachedAt, ...position }) => (
    { ...position, ageMs: Math.floor(tickAt - reachedAt), at: down(tickAt) }
  ));
}

function inOrder(delay) {
  let last = 0;
  return (now) => (last = Math.max(last, now + delay(now)));
}

/** Where the browser says the pointer moved. */
function pointerEvents(path) {
  const events = [];
  let lastX, lastY;
  for (let movedAt = 0; movedAt <= path.durationMs; movedAt += POINTER_EVENT_MS) {
    const [x, y] = path.at(movedAt).map((units) => Math.round(units * STEPS) / STEPS);
    // A mouse has no finer steps than half a pixel.
    if (Math.abs(x - lastX) < 0.5 && Math.abs(y - lastY) < 0.5) continue;
    [lastX, lastY] = [x, y];
    events.push({ x, y, movedAt });
  }
  return events;
}

/** As Room.cursor does it: the first goes at once, then the latest of every interval, by timers that are late. */
function throttled(events, intervalMs, random) {
  const sent = [];
  let freeAt = 0;
  events.forEach((event, i) => {
    const due = Math.max(event.movedAt, freeAt);
    const next = events[i + 1];
    if (next && next.movedAt <= due) return;
    sent.push({ ...event, sentAt: due });
    freeAt = due + intervalMs + TIMER_LATENESS_MS * random();
  });
  return sent;
}

/** As CursorTicker does it: the first after quiet goes at once, then the latest of every tick. */
function ticked(reached) {
  const out = [];
  let lastTickAt = -Infinity;
  reached.forEach((position, i) => {
    const tickAt = Math.max(position.reachedAt, lastTickAt + TICK_MS);
    const next = reached[i + 1];
    if (next && next.reachedAt <= tickAt) return;
    out.push({ ...position, tickAt });
    lastTickAt = tickAt;
  });
  return out;
}
