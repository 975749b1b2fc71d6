// presence-cursors.d.ts documents the API.
export class CursorPath {
  #samples;
  #delay = 70;
  #playedAt;
  #reachedAt;
  #spacing = 34;
  // When the next position comes, and how much that varies.
  #lag = 50;
  #jitter = 15;
  #gain = 0.2;

  constructor(x, y, now) {
    this.#samples = [{ x, y, at: now, vx: 0, vy: 0 }];
    this.#playedAt = this.#reachedAt = now;
  }

  get target() {
    const { x, y } = this.#samples.at(-1);
    return { x, y };
  }

  get delayMs() {
    return this.#delay;
  }

  at(now) {
    const { x, y } = this.#play(now);
    return { x, y, settled: !this.#samples[1] };
  }

  moveTo(x, y, ageMs, now) {
    const samples = this.#samples;
    const drawn = this.#play(now);
    const last = samples.at(-1);
    const reachedAt = now - ageMs;
    const spacing = this.#spacing +=
      (clamp(reachedAt - this.#reachedAt, this.#spacing / 2, Math.min(this.#spacing * 1.5, 100)) - this.#spacing) / 10;
    this.#reachedAt = reachedAt;
    let at = reachedAt;
    if (at - last.at > Math.max(200, 3 * spacing)) {
      samples.push({ ...last, at: at - spacing });
    } else {
      const lag = now - last.at;
      const gain = this.#gain = Math.max(this.#gain * 0.9, 0.02);
      this.#jitter += gain * (Math.abs(lag - this.#lag) - this.#jitter);
      this.#lag += gain * (lag - this.#lag);
      // Clients send evenly, however the network jitters.
      const due = last.at + spacing;
      at = due + (at - due) / (1 + this.#jitter / 20);
    }
    samples.push({ x, y, at: Math.max(at, drawn.at + 16, samples.at(-1).at + 1) });
    if (samples[0].at < drawn.at) samples[0] = drawn;
    // Whose successor comes early was late.
    for (let i = samples.length - 2; i > 0; i--) {
      const latest = Math.max(samples[i + 1].at - spacing, drawn.at + (samples[i].at - drawn.at) / 5);
      samples[i].at = Math.min(samples[i].at, latest);
    }
    if (samples.length > 64) this.#samples = [drawn, { x, y, at: drawn.at + 16 }];
  }

  #play(now) {
    const samples = this.#samples;
    const passed = Math.max(0, now - this.#playedAt);
    this.#playedAt = now;
    const change = clamp(this.#lag + 2 * this.#jitter, 20, 250) - this.#delay;
    // Never back in time.
    this.#delay += samples[1] ? Math.min(change * passed / (passed + 300), passed) : change;
    const at = now - this.#delay;
    while (samples[1]?.at <= at) {
      for (const axis of 'xy') samples[1]['v' + axis] = speedAt(axis, ...samples);
      samples.shift();
    }
    const [from, to] = samples;
    if (!to) return { ...from, at, vx: 0, vy: 0 };
    if (at <= from.at) return { ...from, at };
    const drawn = { at };
    const length = to.at - from.at;
    const part = (at - from.at) / length;
    for (const axis of 'xy') {
      const mean = slope(axis, from, to);
      // Retiming may leave a start too fast.
      const start = mean && mean * clamp(from['v' + axis] / mean, 0, 3);
      const end = speedAt(axis, ...samples);
      const bend = start + end - 2 * mean;
      const turn = mean - start - bend;
      drawn[axis] = from[axis] + length * part * (start + part * (turn + part * bend));
      drawn['v' + axis] = start + part * (2 * turn + 3 * part * bend);
    }
    return drawn;
  }
}

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
const slope = (axis, from, to) => (to[axis] - from[axis]) / (to.at - from.at);

// Harmonic, so that nothing overshoots.
function speedAt(axis, before, here, after = here) {
  const into = slope(axis, before, here);
  const out = after === here ? into : slope(axis, here, after);
  return into * out > 0 ? 2 * into * out / (into + out) : 0;
}

export function smoothCursors(room, { show, hide }, {
  now = () => performance.now(),
  requestFrame = globalThis.requestAnimationFrame ?? ((draw) => setTimeout(draw, 16)),
} = {}) {
  const calm = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)');
  const cursors = new Map();
  const moving = new Set();
  let awaited = false;

  function move(member, ageMs) {
    const { x, y, hidden } = member.cursor;
    if (hidden) return conceal(member);
    const path = cursors.get(member)?.path;
    if (path) path.moveTo(x, y, ageMs, now());
    else cursors.set(member, { path: new CursorPath(x, y, now()) });
    moving.add(member);
    awaitFrame();
  }

  function conceal(member) {
    const shown = cursors.get(member)?.drawn;
    cursors.delete(member);
    moving.delete(member);
    if (shown) hide(member);
  }

  function reconcile() {
    const others = new Set(room.others);
    for (const member of [...cursors.keys()]) if (!others.has(member)) conceal(member);
    for (const member of others) if (member.cursor && !cursors.has(member)) move(member, 0);
  }

  function awaitFrame() {
    if (!awaited) requestFrame(draw);
    awaited = true;
  }

  function draw(time = now()) {
    awaited = false;
    const changed = [];
    for (const member of moving) {
      const cursor = cursors.get(member);
      const { x, y, settled = true } = calm?.matches ? cursor.path.target : cursor.path.at(time);
      if (settled) moving.delete(member);
      if (cursor.drawn?.x !== x || cursor.drawn.y !== y) changed.push(member);
      cursor.drawn = { x, y };
    }
    if (moving.size) awaitFrame();
    for (const member of changed) {
      const drawn = cursors.get(member)?.drawn;
      if (drawn) show(member, drawn.x, drawn.y);
    }
  }

  function stop() {
    for (const off of listening.splice(0)) off();
    for (const member of [...cursors.keys()]) conceal(member);
  }

  const listening = [
    room.on('cursor', move),
    room.on('members', reconcile),
    room.on('closed', stop),
  ];
  if (!room.closed) reconcile();
  return stop;
}
