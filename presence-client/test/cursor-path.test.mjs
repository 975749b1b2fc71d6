import assert from 'node:assert/strict';
import test from 'node:test';
import { randomFrom } from './random.mjs';
import { CursorPath } from '../src/presence-cursors.js';

const FRAME_MS = 16;

/** Draws frame by frame from `from` to `to` and returns every x. */
function draw(path, from, to) {
  const drawn = [];
  for (let now = from; now <= to; now += FRAME_MS) drawn.push(path.at(now).x);
  return drawn;
}

test('stays where it is', () => {
  assert.deepEqual(new CursorPath(3, 4, 0).at(1000), { x: 3, y: 4, settled: true });
});

test('arrives exactly where the cursor stopped, and says so', () => {
  const path = new CursorPath(0, 0, 0);
  for (let now = 1000; now < 1300; now += 33) path.moveTo(now / 7, 1, 5, now);
  path.moveTo(123.4375, 56.0625, 5, 1300);
  assert.deepEqual(path.target, { x: 123.4375, y: 56.0625 });
  assert.equal(path.at(1301).settled, false);
  draw(path, 1302, 1800);
  assert.deepEqual(path.at(1800), { x: 123.4375, y: 56.0625, settled: true });
});

test('moves evenly although the network does not', () => {
  const path = new CursorPath(0, 0, 0);
  const steps = [];
  // One unit per ms, sent every 50 ms, up to 39 ms late.
  for (let now = 1000, sent = 1000, drawn = 0; now < 6000; now += FRAME_MS) {
    for (; sent + late(sent) <= now; sent += 50) path.moveTo(sent, 0, 0, sent + late(sent));
    const { x } = path.at(now);
    if (now > 3000) steps.push(x - drawn);
    drawn = x;
  }
  for (const step of steps) {
    assert.ok(step > 0.5 * FRAME_MS && step < 1.6 * FRAME_MS, `a frame moved it by ${step}`);
  }

  function late(at) {
    return ((at / 50) * 13) % 40;
  }
});

test('a position is as old as its age says', () => {
  const places = [0, 30].map((age) => {
    const path = new CursorPath(0, 0, 0);
    path.moveTo(100, 0, age, 1000);
    return draw(path, 1000, 1200);
  });
  assert.ok(places[1].findIndex((x) => x > 0) < places[0].findIndex((x) => x > 0));
});

test('its delay follows the jitter both ways', () => {
  const path = new CursorPath(0, 0, 0);
  const play = (from, to, lateness) => {
    for (let sent = from, i = 0; sent < to; sent += 50, i++) path.moveTo(sent, 0, 0, sent + lateness(i));
    return path.delayMs;
  };
  const calm = play(1000, 8000, () => 0);
  const rough = play(8000, 16_000, (i) => (i % 3) * 40);
  const calmAgain = play(16_000, 28_000, () => 0);
  assert.ok(calm < 65, `${calm} ms for positions every 50 ms`);
  assert.ok(rough > calm + 30, `${rough} ms in jitter, ${calm} ms without`);
  assert.ok(calmAgain < calm + 10, `still ${calmAgain} ms`);
});

test('never waits more than a quarter of a second', () => {
  const path = new CursorPath(0, 0, 0);
  for (let now = 1000; now < 100_000; now += 199) path.moveTo(now, 0, now % 600, now);
  draw(path, 100_000, 100_400);
  assert.ok(path.delayMs <= 250, `${path.delayMs} ms`);
  assert.equal(path.at(100_400).settled, true);
});

test('does not creep across a rest', () => {
  const path = new CursorPath(0, 0, 0);
  path.at(0);
  path.moveTo(100, 0, 0, 10_000);
  const drawn = draw(path, 10_000, 10_160);
  assert.equal(drawn[0], 0);
  assert.equal(drawn.at(-1), 100);
  assert.ok(drawn.filter((x) => x > 0 && x < 100).length <= 4);
});

test('rests do not slow it down, however many there were', () => {
  const path = new CursorPath(0, 0, 0);
  for (let now = 3000; now < 600_000; now += 3000) path.moveTo(now, 0, 0, now);
  path.moveTo(0, 0, 0, 600_000);
  assert.equal(draw(path, 600_000, 600_160).at(-1), 0);
});

test('never runs past what is known or back', () => {
  const path = new CursorPath(0, 0, 0);
  const drawn = [];
  for (let now = 1000, x = 0; now < 4000; now += FRAME_MS) {
    // The network stalls for 400 ms every second.
    if (now % 1000 < 600 && now % 32 < FRAME_MS) path.moveTo((x += 10), 0, 4, now);
    drawn.push(path.at(now).x);
  }
  const target = path.target.x;
  assert.ok(drawn.every((x, i) => x <= target && (i === 0 || x >= drawn[i - 1])));
});

test('a dead stop and a sharp turn stay within the positions', () => {
  const path = new CursorPath(0, 0, 0);
  const drawn = [];
  const positions = [[0, 0], [90, 0], [180, 0], [180, 0], [180, 90], [180, 91], [0, 91], [0, 91]];
  for (let now = 1000; now < 2500; now += 10) {
    const position = positions[(now - 1000) / 50];
    if (position) path.moveTo(...position, 0, now);
    drawn.push(path.at(now));
  }
  assert.ok(drawn.every(({ x, y }) => x >= 0 && x <= 180 && y >= 0 && y <= 91), JSON.stringify(drawn));
});

test('rounds a circle off where straight lines would cut it', () => {
  const path = new CursorPath(100, 0, 0);
  const nearest = [];
  for (let now = 1000; now < 4000; now += 10) {
    const angle = (now - 1000) / 200;
    if (now % 50 === 0) path.moveTo(100 * Math.cos(angle), 100 * Math.sin(angle), 0, now);
    const { x, y } = path.at(now);
    if (now > 1500) nearest.push(Math.hypot(x, y));
  }
  // Straight lines between positions 1/4 radian apart come as near as 100 cos(1/8) = 99.2.
  const mean = nearest.reduce((sum, radius) => sum + radius, 0) / nearest.length;
  assert.ok(mean > 99.6 && mean < 100.1, `${mean}`);
});

test('survives minutes without drawing, and floods', () => {
  const path = new CursorPath(0, 0, 0);
  for (let now = 1000; now < 301_000; now += 33) path.moveTo(now, 0, 0, now);
  const [first] = draw(path, 301_000, 301_000);
  assert.ok(first > 300_500, 'it goes on from where it would be');
  for (let i = 0; i < 100_000; i++) path.moveTo(i, 0, 0, 301_000);
  draw(path, 301_000, 302_000);
  assert.deepEqual(path.at(302_000), { x: 99_999, y: 0, settled: true });
});

test('a clock that steps back moves nothing back', () => {
  const path = new CursorPath(0, 0, 0);
  path.moveTo(50, 0, 0, 1000);
  path.moveTo(100, 0, 0, 1050);
  const { x } = path.at(1100);
  assert.ok(x > 0 && x < 100);
  path.moveTo(150, 0, 0, 1110);
  assert.ok(path.at(1105).x >= x);
});

for (let seed = 1; seed <= 20; seed++) {
  test(`whatever the network does, it goes forward, within what is known, without jumps (${seed})`, () => {
    const random = randomFrom(seed);
    const path = new CursorPath(0, 0, 0);
    let drawn = 0;
    let arrival = 0;
    let worst = 0;
    for (let now = 1000, x = 0, sent = 1000; now < 10_000; now += FRAME_MS * (0.5 + random())) {
      for (;;) {
        arrival = Math.max(arrival, sent + 60 * random() * (sent % 7 < 3 ? 1 : 0.1));
        if (arrival > now) break;
        path.moveTo((x += 50 * random()), 0, 0, arrival);
        sent += 50;
      }
      const next = path.at(now).x;
      assert.ok(next >= drawn && next <= path.target.x, `from ${drawn} to ${next} of ${path.target.x}`);
      worst = Math.max(worst, next - drawn);
      drawn = next;
    }
    // A position is up to 50 from the last, and they come every 50 ms.
    assert.ok(worst < 75, `a frame moved it by ${worst}`);
  });
}
