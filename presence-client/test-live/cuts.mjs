// Clients on a bad network against two real nodes and Redis: whatever is cut, frozen or delayed at random, in
// every quiet moment all clients and both nodes tell the same.
//
//     PRESENCE_JAR=../presence-service/target/presence-service.jar REDIS_URL=redis://127.0.0.1:6379 \
//       node test-live/cuts.mjs --seconds 600 [--seed 4711] [--clients 12]
//
// Every second client has the WebSocket of `ws`, the others Node's own (before Node 22 with
// --experimental-websocket only).
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as pass } from 'node:timers/promises';
import { WebSocket as WsWebSocket } from 'ws';
import { startNode } from '../test-browser/service.mjs';
import { spoil } from './faults.mjs';
import { Participant } from './participant.mjs';
import { Random } from './random.mjs';
import { compareRosters } from './rosters.mjs';
import { startProxy } from './tcp-proxy.mjs';
import { Witness } from './witness.mjs';

const { values: options } = parseArgs({ options: {
  seconds: { type: 'string', default: '20' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  clients: { type: 'string', default: '12' },
} });
const SECONDS = Number(options.seconds);
const QUIET_EVERY_MS = 30_000;
const ACT_EVERY_MS = 5;
const GRACE_MS = 10_000;
// A ghost of a roster that got lost stays for the grace, then the nodes tell each other.
const SETTLE_MS = 3 * GRACE_MS;
const BOARDS = ['red', 'green', 'blue'];
const API_TOKEN = 'a-token-for-this-run-only';
const HEAP_LIMIT = 32 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const random = new Random(Number(options.seed));
const witness = new Witness(GRACE_MS);
console.log(`seed ${options.seed}`);

const settings = {
  REDIS_URL: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379',
  PRESENCE_PREFIX: `cuts-${process.pid}-${Date.now()}`,
  PRESENCE_API_TOKEN: API_TOKEN,
  PRESENCE_GRACE_MS: String(GRACE_MS),
  PRESENCE_HEARTBEAT_MS: '1000',
};
const nodes = [];
const proxies = [];
const participants = [];

try {
  await open();
  let memory;
  const end = performance.now() + SECONDS * 1000;
  for (let left = SECONDS * 1000; left > 0 && witness.complaints.length === 0; left = end - performance.now()) {
    await rage(Math.min(QUIET_EVERY_MS, left));
    await settle();
    // The first round fills caches.
    memory ??= heap();
  }
  witness.count('connections', proxies.reduce((sum, proxy) => sum + proxy.accepted, 0));
  const after = heap();
  console.log(`heap and buffers after the first round ${mib(memory)} MiB, at the end ${mib(after)} MiB`);
  if (after - memory > HEAP_LIMIT) witness.wrong(`heap and buffers grew by ${mib(after - memory)} MiB`);
} catch (error) {
  witness.wrong(error.stack);
} finally {
  for (const participant of participants) participant.close();
  await Promise.all([...proxies.map((proxy) => proxy.close()), ...nodes.map((node) => node.kill())]);
}
for (const [what, times] of Object.entries(witness.counts)) console.log(`${what}: ${times}`);
const own = globalThis.WebSocket ? 'ws and Node itself' : 'ws alone';
console.log(`${participants.length} clients, WebSocket of ${own}, Node ${process.version}`);
for (const complaint of witness.complaints) console.error(`WRONG: ${complaint}`);
process.exitCode = witness.complaints.length ? 1 : 0;

async function open() {
  for (let i = 0; i < 2; i++) nodes.push(await startNode(settings));
  for (let i = 0; i < Number(options.clients); i++) {
    const proxy = await startProxy(() => random.of(nodes).port);
    proxies.push(proxy);
    participants.push(new Participant({
      name: `client ${i}`,
      WebSocket: i % 2 === 0 || !globalThis.WebSocket ? WsWebSocket : globalThis.WebSocket,
      boards: BOARDS,
      proxy,
      random,
      witness,
    }));
  }
}

/** Everybody does something while the network fails. */
async function rage(ms) {
  const quiet = new AbortController();
  const acting = setInterval(() => random.of(participants).act(), ACT_EVERY_MS);
  spoil(proxies, random, quiet.signal, (fault) => witness.count(`fault ${fault}`));
  await pass(ms);
  clearInterval(acting);
  quiet.abort();
}

/** Waits until all tell the same. */
async function settle() {
  const start = performance.now();
  for (;;) {
    const { differences, compared } = await compareRosters(participants, BOARDS, nodes, API_TOKEN);
    if (differences.length === 0) {
      witness.count('quiet moments');
      witness.count('members compared', compared);
      console.log(`the same everywhere ${((performance.now() - start) / 1000).toFixed(1)} s after the last fault, `
        + `${compared} members compared`);
      return witness.reviewLeaves();
    }
    if (performance.now() - start > SETTLE_MS) {
      for (const difference of differences.slice(0, 20)) witness.wrong(difference);
      return;
    }
    await pass(100);
  }
}

function heap() {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function mib(bytes) {
  return (bytes / 2 ** 20).toFixed(1);
}
