// How evenly and how truly cursors are drawn that came through a jittery network:
//
//     node bench/smoothness.mjs [--seeds 101-106] [--hz 20]
//
// Simulated time and seeded randomness: the same figures on every machine. SMOOTHNESS.md explains them.
import { parseArgs } from 'node:util';
import { METHODS } from './drawing-methods.mjs';
import { randomFrom } from '../test/random.mjs';
import { advances, PATHS } from './pointer-paths.mjs';
import { deliver, NETWORKS } from './simulated-network.mjs';
import { figures, play, worstOvershoot } from './smoothness-figures.mjs';

const RUN_MS = 20_000;
const COLUMNS = [
  'method', 'added delay', 'path error', 'p95', 'off the line', 'p95', 'unevenness', 'stalls', 'overshoot',
];

const { values: options } = parseArgs({ options: {
  seeds: { type: 'string', default: '101-106' },
  hz: { type: 'string', default: '20' },
} });
const hz = Number(options.hz);
const [firstSeed, lastSeed = firstSeed] = options.seeds.split('-').map(Number);
const seeds = Array.from({ length: lastSeed - firstSeed + 1 }, (_, i) => firstSeed + i);

for (const [networkName, network] of Object.entries(NETWORKS)) {
  const trip = (seed, makePath) => {
    const path = makePath(randomFrom(seed), RUN_MS);
    return { path, arrivals: deliver(path, network, randomFrom(1000 + seed), hz) };
  };
  const trips = seeds.flatMap((seed) => Object.values(PATHS).map((makePath) => trip(seed, makePath)));
  const straightTrips = seeds.map((seed) => trip(seed, advances));
  const ways = trips.flatMap(({ arrivals }) => arrivals.map(({ at, movedAt }) => at - movedAt));
  const wayMs = ways.reduce((sum, ms) => sum + ms, 0) / ways.length;

  console.log(`\n### ${networkName}, ${hz} positions a second, ${wayMs.toFixed(0)} ms old on arrival\n`);
  console.log(`| ${COLUMNS.join(' | ')} |\n|---${'|--:'.repeat(COLUMNS.length - 1)}|`);
  for (const [name, method] of Object.entries(METHODS)) {
    const draw = ({ path, arrivals }) => ({ path, frames: play(method, arrivals, path.durationMs) });
    const { delay, rms, p95, lineRms, lineP95, unevenness, stalls } = figures(trips.map(draw));
    const cells = [
      name, `${(delay - wayMs).toFixed(0)} ms`, px(rms), px(p95), px(lineRms), px(lineP95),
      percent(unevenness), percent(stalls), px(worstOvershoot(straightTrips.map(draw))),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function px(length) {
  return `${length.toFixed(1)} px`;
}

function percent(part) {
  return `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
}
