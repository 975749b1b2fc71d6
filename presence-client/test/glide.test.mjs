// The demo has no build of its own, so its one piece of arithmetic is tested here.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';

const source = await readFile(
  new URL('../../presence-service/src/main/resources/presence/demo/glide.js', import.meta.url),
);
const { Glide } = await import(`data:text/javascript;base64,${source.toString('base64')}`);

const FRAME_MS = 16;

/** Draws frame by frame from `from` to `to` and returns every x. */
function draw(glide, from, to) {
  const drawn = [];
  for (let now = from; now <= to; now += FRAME_MS) drawn.push(glide.at(now).x);
  return drawn;
}

test('stays where it is', () => {
  assert.deepEqual(new Glide(3, 4, 0).at(1000), { x: 3, y: 4, settled: true });
});

test('arrives exactly where the cursor stopped, and says so', () => {
  const glide = new Glide(0, 0, 0);
  for (let now = 1000; now < 1300; now += 33) glide.moveTo(now / 7, 1, 5, now);
  glide.moveTo(123.4375, 56.0625, 5, 1300);
  assert.deepEqual(glide.target.x, 123.4375);
  assert.equal(glide.at(1301).settled, false);
  draw(glide, 1302, 1700);
  assert.deepEqual(glide.at(1700), { x: 123.4375, y: 56.0625, settled: true });
});

test('moves evenly although ticks and ages do not', () => {
  const glide = new Glide(0, 0, 0);
  // A cursor at one unit per ms, seen through a 33 ms tick, with up to 25 ms of age and 8 of jitter.
  const steps = [];
  let drawn = 0;
  let tick = 1000;
  for (let now = 1000, i = 0; now < 3000; now += FRAME_MS) {
    for (; tick <= now; tick += 33, i++) {
      const age = (i * 7) % 26;
      glide.moveTo(tick - age, 0, age, tick + (i * 5) % 9);
    }
    const { x } = glide.at(now);
    if (now > 2000) steps.push(x - drawn);
    drawn = x;
  }
  for (const step of steps) {
    assert.ok(step > 0.4 * FRAME_MS && step < 1.6 * FRAME_MS, `a frame moved it by ${step}`);
  }
});

test('follows within a fraction of a second', () => {
  const glide = new Glide(0, 0, 0);
  for (let now = 1000; now <= 2000; now += 33) {
    glide.moveTo(now, 0, 3, now);
    glide.at(now);
  }
  const behind = 2000 - glide.at(2000).x;
  assert.ok(behind > 0 && behind < 80, `${behind} ms behind`);
});

test('does not creep across a rest', () => {
  const glide = new Glide(0, 0, 0);
  glide.at(0);
  glide.moveTo(100, 0, 0, 10_000);
  const drawn = draw(glide, 10_000, 10_096);
  assert.equal(drawn[0], 0);
  assert.equal(drawn.at(-1), 100);
});

test('never runs past what is known or back', () => {
  const glide = new Glide(0, 0, 0);
  const drawn = [];
  for (let now = 1000, x = 0; now < 4000; now += FRAME_MS) {
    // The network stalls for 400 ms every second.
    if (now % 1000 < 600 && now % 32 < FRAME_MS) glide.moveTo((x += 10), 0, 4, now);
    drawn.push(glide.at(now).x);
  }
  const target = glide.target.x;
  assert.ok(drawn.every((x, i) => x <= target && (i === 0 || x >= drawn[i - 1])));
});
