// The helper that starts a real node for tests of other projects, with the real jar; with PRESENCE_IMAGE, as `.ci/docker` sets
// it, with that image.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { startPresence } from '../src/testing/presence-server.js';
import { until } from './until.mjs';

const PATIENCE_MS = 30_000;
const jar = process.env.PRESENCE_JAR;
const java = process.env.JAVA;
const image = process.env.PRESENCE_IMAGE;
const source = image ? { image } : { jar, java };
const noProgram = { [image ? 'docker' : 'java']: 'no-such-program' };
// Inside a container the node cannot bind loopback, and warns of what that means.
const warnings = image ? /^(\S+ WARN .*no authentication: .*\n){2}$/ : /^$/;
const required = process.env.PRESENCE_TEST_REQUIRE_TOOLS === 'true';
const options = {
  timeout: 4 * PATIENCE_MS,
  skip: jar || image || required ? false : 'NOT RUN: neither PRESENCE_JAR nor PRESENCE_IMAGE is set',
};

async function start(t, more = {}) {
  const server = await startPresence({ ...source, ...more });
  t.after(() => server.kill());
  return server;
}

test('two clients meet, and find the node again after a restart', options, async (t) => {
  const server = await start(t, { settings: { SERVER_ID: 'blue' } });
  const rooms = [];
  for (const name of ['Ada', 'Bob']) {
    const connection = connect(server.webSocketUrl, { WebSocket });
    t.after(() => connection.close());
    rooms.push(await connection.join('board-42', { name }));
  }
  const [ada] = rooms;
  await until(() => ada.others.map(({ name }) => name).join() === 'Bob', PATIENCE_MS);
  assert.equal((await fetch(`${server.httpUrl}/presence-client.js`)).status, 200);
  assert.equal((await fetch(`${server.opsUrl}/health/ready`)).status, 200);

  const { webSocketUrl, nodeId } = server;
  await server.restart();
  assert.equal(server.webSocketUrl, webSocketUrl);
  assert.notEqual(server.nodeId, nodeId);
  await until(() => ada.connection.state === 'open' && ada.others.map(({ name }) => name).join() === 'Bob', PATIENCE_MS);
  assert.match(server.log, warnings);

  await server.kill();
  assert.equal(server.running, false);
  await server.start();
  assert.equal(server.running, true);
  await assert.rejects(server.start(), /the node runs: stop it first/);
  await server.stop();
  await server.stop();
  assert.equal(server.running, false);
});

test('a node that does not start is told with its log', options, async () => {
  await assert.rejects(startPresence({ ...source, settings: { PRESENCE_TICK_HZ: 0 } }), {
    message: 'the node ended at its start; its log:\npresence-service: PRESENCE_TICK_HZ=0 must be a whole number from 1 to 120\n',
  });
  await assert.rejects(startPresence({ ...source, startTimeoutMs: 1 }), /the node was not ready within 1 ms/);
  await assert.rejects(startPresence({ ...source, ...noProgram }), /no-such-program/);
  await assert.rejects(startPresence({}), /name either a jar or an image/);
});

test('the node ends with the process that started it, whose variables it ignores', options, async (t) => {
  const helper = new URL('../src/testing/presence-server.js', import.meta.url);
  const script = `
    import { startPresence } from ${JSON.stringify(helper.href)};
    const server = await startPresence(${JSON.stringify(source)});
    console.log(server.opsUrl);
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, REDIS_URL: 'redis://192.0.2.1', PRESENCE_TICK_HZ: '0' }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [opsUrl] = await once(createInterface({ input: child.stdout }), 'line');
  await until(() => fetch(`${opsUrl}/health/live`).then(() => false, () => true), PATIENCE_MS);
});

test('a process that forgets to stop the node ends all the same', options, async (t) => {
  const helper = new URL('../src/testing/presence-server.js', import.meta.url);
  const script = `
    import { startPresence } from ${JSON.stringify(helper.href)};
    await startPresence(${JSON.stringify(source)});`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  t.after(() => child.kill('SIGKILL'));
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(PATIENCE_MS) });
  assert.equal(code, 0);
});
