// compose.yaml without Grafana: two people on two nodes, Prometheus, and faults. `.ci/docker` starts this with the
// first faults of the table; PRESENCE_DOCKER_FAULTS=all adds the others (eight minutes).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { both, docker, inspect, until, warnings } from './engine.mjs';
import { People } from './people.mjs';
import { FILES, NODES, PROJECT, address, compose, container, serviceHealthy, serviceLog } from './stack.mjs';

const ALL = process.env.PRESENCE_DOCKER_FAULTS === 'all';
const SERVICES = ['redis', ...NODES, 'haproxy', 'prometheus'];
const SOCKET = 'ws://127.0.0.1:3001/ws';
const PROMETHEUS = 'http://127.0.0.1:9090/api/v1';
const NETWORK = `${PROJECT}_default`;
const ROLLING_UPDATE = fileURLToPath(new URL('../rolling-update', import.meta.url));

// Production constants; docs/protocol/cluster.md has the bounds.
const JOINED_MS = 2_000;
const NODE_DEAD_MS = 10_000;
const CUT_OFF_MS = 12_000;
const HEALED_MS = 8_000;
const WOKEN_MS = 3_000;
const REDIS_EMPTY_MS = 10_000;
const DRAIN_MS = 25_000;
/** Until a node has heard that a connection ended while it was cut off, which TCP repeats after seconds, and its grace is over. */
const GONE_MS = 25_000;
/** Until a client notices that its node is silent: two of its heartbeats, and a new connection. */
const CLIENT_MS = 6_000;

let people;

before(async () => {
  await compose('up', '-d', '--no-build', ...SERVICES);
  for (const service of SERVICES) await serviceHealthy(service);
}, { timeout: 180_000 });

after(async () => {
  people?.close();
  await compose('down', '-v', '-t', '5');
});

/** A client joins and leaves, and all others see it. */
async function turnover() {
  const newcomer = await people.enter();
  const came = await people.exact(JOINED_MS);
  people.leave(newcomer);
  return Math.max(came, await people.exact(JOINED_MS));
}

/** Somebody on this node whose client ends with it. */
function takeAway(node) {
  const [person] = people.on(node);
  person.vanished = true;
  return person;
}

test('two people on two nodes see each other through port 3001', async (t) => {
  people = new People(SOCKET, 'compose');
  await people.populate(NODES, 2);
  await people.exact(JOINED_MS);
  const [ada] = people.on('node-1');
  const [bob] = people.on('node-2');
  const seen = new Promise((resolve) => {
    bob.room.on('cursor', (member) => member.id === ada.room.self.id && resolve({ ...member.cursor }));
  });
  ada.room.cursor(12, 34);
  const { x, y } = await seen;
  assert.deepEqual({ x, y }, { x: 12, y: 34 });
  t.diagnostic(`${people.present.length} people on ${NODES.length} nodes`);
});

test('nodes see the address of the client and not of the balancer', async () => {
  const client = await address('node-3');
  // From a page that may not connect, so that the node logs it.
  const request = ['GET /ws HTTP/1.1', 'Host: haproxy:3001', 'Connection: Upgrade', 'Upgrade: websocket',
    'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Protocol: presence.v1',
    'Origin: https://elsewhere.example', '', ''].join('\\r\\n');
  const answer = await docker('exec', await container('node-3'), 'bash', '-c',
    `exec 3<>/dev/tcp/haproxy/3001 && printf '${request}' >&3 && IFS= read -r line <&3 && echo "$line"`);
  assert.match(answer, /^HTTP\/1.1 403/);
  await until('a line with the address', async () => {
    const logs = await Promise.all(NODES.map(serviceLog));
    return logs.some((text) => new RegExp(` client=${client}:\\d+ origin=https://elsewhere.example`).test(text));
  }, 5_000);
});

test('Prometheus scrapes three nodes and has the rules', async () => {
  const get = async (path) => (await (await fetch(`${PROMETHEUS}${path}`)).json()).data;
  await until('three targets are up', async () => {
    const { activeTargets } = await get('/targets');
    return activeTargets.length === 3 && activeTargets.every(({ health }) => health === 'up');
  });
  const { groups } = await get('/rules');
  const rules = groups.flatMap((group) => group.rules);
  assert.ok(rules.length > 10);
  await until('all rules were evaluated', async () => {
    const all = (await get('/rules')).groups.flatMap((group) => group.rules);
    return all.every(({ health }) => health === 'ok');
  });
});

test('no node has warned', async () => {
  for (const node of NODES) assert.deepEqual(warnings(await serviceLog(node)), [], node);
});

test('docker kill: the members of the node move or leave', async (t) => {
  const node = people.busiest(NODES);
  takeAway(node);
  await docker('kill', await container(node));
  t.diagnostic(`exact after ${await people.exact(NODE_DEAD_MS)} ms`);
  await docker('start', await container(node));
  await serviceHealthy(node);
  await turnover();
});

test('docker stop: no leave and no join is seen, and the node ends with 0', async (t) => {
  await people.populate(NODES, 1);
  const node = people.busiest(NODES);
  const moved = people.on(node);
  await people.exact(JOINED_MS);
  people.seen.length = 0;
  await docker('stop', '--time', '35', await container(node));
  assert.equal(await inspect(await container(node), '{{.State.ExitCode}}'), '0');
  t.diagnostic(`exact ${await people.exact(DRAIN_MS)} ms after the end of ${node}, which had ${moved.length} people`);
  assert.deepEqual(people.seen, []);
  await docker('start', await container(node));
  await serviceHealthy(node);
  await turnover();
});

const more = (name, body) => test(name, { skip: ALL ? false : 'NOT RUN: needs PRESENCE_DOCKER_FAULTS=all' }, body);

more('docker pause for longer than the lease: no ghost, then or later', async (t) => {
  await people.populate(NODES, 2);
  const node = people.busiest(NODES);
  takeAway(node).socket.terminate();
  await docker('pause', await container(node));
  t.diagnostic(`exact ${await people.exact(NODE_DEAD_MS + CLIENT_MS)} ms after the pause began`);
  await docker('unpause', await container(node));
  t.diagnostic(`exact ${await people.exact(WOKEN_MS)} ms after it ended`);
  await serviceHealthy(node);
  t.diagnostic(`a client gets there ${await people.reach(node)} ms after it is healthy`);
  t.diagnostic(`a change is seen everywhere after ${await turnover()} ms`);
});

more('a node without its network, and with it again', async (t) => {
  await people.populate(NODES, 2);
  const node = people.busiest(NODES);
  takeAway(node);
  const id = await container(node);
  await docker('network', 'disconnect', NETWORK, id);
  t.diagnostic(`exact ${await people.exact(CUT_OFF_MS + CLIENT_MS)} ms after the cut`);
  await docker('network', 'connect', '--alias', node, NETWORK, id);
  const healed = performance.now();
  t.diagnostic(`a client gets there ${await people.reach(node)} ms after the network came back`);
  // It still has the connection of a client that is gone.
  t.diagnostic(`exact ${await people.exact(HEALED_MS + GONE_MS, healed)} ms after that`);
  t.diagnostic(`a change is seen everywhere after ${await turnover()} ms`);
});

more('Redis restarted empty', async (t) => {
  await people.populate(NODES, 2);
  people.seen.length = 0;
  await docker('restart', '--time', '1', await container('redis'));
  const begun = performance.now();
  await until('a change is seen everywhere', () => turnover().then(() => true), REDIS_EMPTY_MS);
  t.diagnostic(`exact, with a change of then, ${Math.round(performance.now() - begun)} ms after Redis was back`);
  assert.deepEqual(people.seen.filter((line) => people.present.some(({ name }) => line.includes(`saw ${name} leave`))), []);
});

more('a node recreated with another address gets clients again', async (t) => {
  await people.populate(NODES, 1);
  const node = people.busiest(NODES);
  const before = await address(node);
  await docker('rm', '-f', await container(node));
  // Takes the address that is free now.
  const other = await docker('run', '-d', '--network', NETWORK, 'redis:8.2-alpine');
  try {
    await compose('up', '-d', '--no-deps', '--no-build', node);
    await serviceHealthy(node);
    assert.notEqual(await address(node), before);
    t.diagnostic(`a client gets there ${await people.reach(node)} ms after it is healthy`);
    await people.exact(JOINED_MS);
    await turnover();
  } finally {
    await docker('rm', '-f', '-v', other);
  }
});

more('docker/rolling-update: no leave and no join is seen', async (t) => {
  await people.populate(NODES, 2);
  // Another image of the same content.
  const context = await docker('create', 'presence-service');
  await docker('commit', '--change', `LABEL changed=${Date.now()}`, context, 'presence-service');
  await docker('rm', context);
  people.seen.length = 0;
  const outage = watch();
  const { stdout } = await both('bash', [ROLLING_UPDATE, '--no-build', ...FILES.flatMap((file) => ['-f', file])]);
  t.diagnostic(stdout.trim().replaceAll('\n', '; '));
  t.diagnostic(`longest time without an answer through port 3001: ${await outage.stop()} ms`);
  await people.exact(DRAIN_MS);
  assert.deepEqual(people.seen, []);
  const image = await inspect('presence-service', '{{.Id}}');
  for (const node of NODES) assert.equal(await inspect(await container(node), '{{.Image}}'), image);
});

/** Asks port 3001 for its health over and over; `stop` returns the longest time between two good answers. */
function watch() {
  let longest = 0;
  let last = performance.now();
  let watching = true;
  const asking = (async () => {
    while (watching) {
      const answer = await fetch('http://127.0.0.1:3001/healthz', { signal: AbortSignal.timeout(5_000) }).catch(() => null);
      if (answer?.ok) {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  })();
  return {
    async stop() {
      watching = false;
      await asking;
      return Math.round(Math.max(longest, performance.now() - last));
    },
  };
}
