// The benchmark's claims, on a small scale; simulated time, so the same everywhere.
import assert from 'node:assert/strict';
import test from 'node:test';
import { METHODS } from '../bench/drawing-methods.mjs';
import { PATHS } from '../bench/pointer-paths.mjs';
import { randomFrom } from './random.mjs';
import { deliver, NETWORKS } from '../bench/simulated-network.mjs';
import { figures, play } from '../bench/smoothness-figures.mjs';

// In a few seconds a burst more or less would decide.
const trips = (network) => [1, 2, 3].flatMap((seed) => Object.values(PATHS).map((makePath) => {
  const path = makePath(randomFrom(seed), 20_000);
  return { path, arrivals: deliver(path, network, randomFrom(1000 + seed), 20) };
}));
const drawnBy = (name, all) =>
  figures(all.map(({ path, arrivals }) => ({ path, frames: play(METHODS[name], arrivals, path.durationMs) })));

for (const [name, most] of [['uniform', 0.76], ['bursty', 0.9]]) {
  test(`through ${name} jitter it is nearer to the true path than a CSS transition, and not later`, (t) => {
    const all = trips(NETWORKS[name]);
    const [css, ours] = ['CSS transition 100 ms', 'presence-cursors'].map((method) => drawnBy(method, all));
    t.diagnostic(`${ours.rms.toFixed(1)} px, ${css.rms.toFixed(1)} px with CSS`);
    assert.ok(ours.rms < most * css.rms, `${ours.rms} px, ${css.rms} px with CSS`);
    assert.ok(ours.lineRms < css.lineRms / 3);
    assert.ok(ours.delay <= css.delay, `${ours.delay} ms, ${css.delay} ms with CSS`);
  });
}
