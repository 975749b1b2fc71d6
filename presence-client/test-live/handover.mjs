// How long a lock stays with a holder that is lost: from the loss until the next page has it.
//
//     PRESENCE_JAR=../presence-service/target/presence-service.jar REDIS_URL=redis://127.0.0.1:6379 \
//       node test-live/handover.mjs --rounds 10
//
// All kinds of loss at a time, each on a board of its own, with default settings of the nodes and with the default time to live
// of the client and a longer one. Fails where the next page has a lock that the one before still counts on, with the default one.
import { setTimeout as pass } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import '../src/presence-locks.js';
import { startNode } from '../test-browser/service.mjs';
import { startProxy } from './tcp-proxy.mjs';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '10' } } });
/** Up to the first, no two pages count on a lock at a time. */
const TTLS = [6000, 30_000];
/** The client renews every third of the time to live; losses come anywhere between two renewals. */
const RENEWALS = 3;

const settings = {
  REDIS_URL: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379',
  PRESENCE_PREFIX: `handover-${process.pid}-${Date.now()}`,
};

/** What is lost; each is given the holder, its proxy and its node. */
const LOSSES = {
  'it is given back': ({ lock }) => lock.release(),
  'its page is closed': ({ connection }) => connection.close(),
  'its socket breaks, and it does not come back': ({ proxy }) => {
    proxy.refusing = true;
    proxy.cut();
  },
  'its client or its network stops': ({ proxy }) => proxy.freeze(),
  'kill -9 of its node, and it does not come back': ({ proxy, node }) => {
    proxy.refusing = true;
    node.kill();
  },
  'its node stops (SIGSTOP)': ({ node }) => node.freeze(),
};

const measured = new Map();
const overlaps = Object.fromEntries(TTLS.map((ttl) => [ttl, 0]));
for (let round = 0; round < Number(options.rounds); round++) await measure(round);
for (const [what, times] of measured) {
  times.sort((a, b) => a - b);
  const seconds = [times[0], times[Math.floor(times.length / 2)], times.at(-1)].map((ms) => (ms / 1000).toFixed(2));
  console.log(`${what}: least ${seconds[0]} s, median ${seconds[1]} s, most ${seconds[2]} s of ${times.length}`);
}
for (const ttl of TTLS) console.log(`${ttl / 1000} s: ${overlaps[ttl]} were granted while another page counted on them`);
process.exit(overlaps[TTLS[0]] > 0 ? 1 : 0);

async function measure(round) {
  const cases = Object.entries(LOSSES).flatMap(([what, lose]) => TTLS.map((ttl) => ({ what, lose, ttl })));
  const [elsewhere, alive] = await Promise.all([startNode(settings), startNode(settings)]);
  const nodes = [elsewhere, alive];
  // A node that is lost is lost for one case alone.
  for (const one of cases) {
    one.node = one.what.includes('node') ? await startNode(settings) : alive;
    if (one.node !== alive) nodes.push(one.node);
  }
  try {
    await Promise.all(cases.map((one, i) => handOver({ ...one, elsewhere, board: `board-${round}-${i}` })));
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
  }
}

async function handOver({ what, lose, ttl, node, elsewhere, board }) {
  const proxy = await startProxy(() => node.port);
  const connection = connect(proxy.ws, { WebSocket });
  const next = connect(elsewhere.ws, { WebSocket });
  const [holder, waiter] = await Promise.all([
    connection.join(board, { name: 'Holder', locks: true }), next.join(board, { name: 'Waiter', locks: true }),
  ]);
  const lock = await holder.lock('shape', { ttl });
  const asked = waiter.lock('shape', { ttl, wait: true });
  await pass(Math.random() * ttl / RENEWALS);
  const lostAt = performance.now();
  lose({ lock, connection, proxy, node });
  await asked;
  const took = performance.now() - lostAt;
  if (lock.held) overlaps[ttl]++;
  const key = `${what}, ${ttl / 1000} s`;
  measured.set(key, [...(measured.get(key) ?? []), took]);
  connection.close();
  next.close();
  await proxy.close();
}
