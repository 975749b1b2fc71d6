// The image presence-service, run as compose.yaml and Kubernetes run it. `.ci/docker` builds it and starts this.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect } from '../../presence-client/src/presence-client.js';
import { ServerFrame } from '../../presence-client/src/presence-wire.js';
import { startPresence } from '../../presence-client/src/testing/presence-server.js';
import { both, docker, healthy, inspect, log, until, warnings } from './engine.mjs';

const { WebSocket } = createRequire(new URL('../../presence-client/package.json', import.meta.url))('ws');

const IMAGE = process.env.PRESENCE_IMAGE ?? 'presence-service';
const HARDENED = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--memory', '512m'];
// A container without tokens warns of that.
const TOKENS = ['-e', 'PRESENCE_AUTH=jwt', '-e', 'PRESENCE_JWT_SECRET=0123456789abcdef0123456789abcdef'];
const GRACE_SECONDS = 35;
const RESTART = 1012;

const started = [];
after(() => started.length && docker('rm', '-f', '-v', ...started));

async function start(...args) {
  const container = await docker('run', '-d', ...args);
  started.push(container);
  return container;
}

function ready(container) {
  return until('ready', async () => / ready node=\S+ .*startMs=(\d+)/.exec(await log(container)));
}

test('runs hardened, from its cache, on epoll, is healthy, and ends with 0', async (t) => {
  const container = await start(...HARDENED, '--tmpfs', '/tmp', ...TOKENS, '--health-interval', '1s',
    '-e', 'JAVA_TOOL_OPTIONS=-Xlog:aot:stdout', IMAGE);
  const [, startMs] = await ready(container);
  const output = await log(container);
  // The JVM's own words: https://openjdk.org/jeps/514
  assert.match(output, /\[aot *\] Using AOT-linked classes: true/, output);
  assert.match(output, /transport=epoll/);
  assert.deepEqual(warnings(output), []);

  const status = await docker('exec', container, 'bash', '-c', 'cat /proc/1/status');
  assert.match(status, /^Uid:\t10001\t/m);
  for (const set of ['CapPrm', 'CapEff', 'CapBnd']) assert.match(status, new RegExp(`^${set}:\t0+$`, 'm'));
  await assert.rejects(docker('exec', container, 'bash', '-c', 'echo > /opt/presence/x'), /Read-only file system/);

  await healthy(container);
  const begun = Date.parse(await inspect(container, '{{.State.StartedAt}}'));
  const first = Date.parse((await both('docker', ['logs', '-t', container])).stdout
    .split('\n').find((line) => line.includes(' ready node=')).split(' ')[0]);
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await docker('exec', container, 'bash', '-c', 'cat /proc/1/status'));
  const bytes = await inspect(IMAGE, '{{.Size}}');
  t.diagnostic(`image ${Math.round(bytes / 1e6)} MB, ready ${first - begun} ms after the container's start`
    + ` (${startMs} ms in the service), ${Math.round(kilobytes / 1024)} MB resident`);

  await docker('stop', '--time', String(GRACE_SECONDS), container);
  assert.equal(await inspect(container, '{{.State.ExitCode}}'), '0');
  assert.match(await log(container), / stopped node=/);
});

test('needs no /tmp', async () => {
  const container = await start(...HARDENED, ...TOKENS, IMAGE);
  await ready(container);
  const output = await log(container);
  assert.match(output, /transport=epoll/);
  assert.deepEqual(warnings(output), []);
});

test('says why it runs on NIO where it has no native library and must not unpack one', async () => {
  const container = await start(...HARDENED, '--tmpfs', '/tmp:noexec', ...TOKENS, '--entrypoint', 'java', IMAGE,
    '@/opt/presence/jvm.options', '-jar', '/opt/presence/presence-service.jar');
  await ready(container);
  const output = await log(container);
  assert.match(output, /WARN .*epoll is not available, using NIO.* reason=.*failed to map segment from shared object/);
  assert.match(output, /transport=nio/);
});

test('drains: clients are asked to leave, those that stay are closed, and it ends with 0', async (t) => {
  const container = await start(...HARDENED, '--tmpfs', '/tmp', '--publish', '127.0.0.1::3001', IMAGE);
  await ready(container);
  const port = (await docker('port', container, '3001/tcp')).split(':').at(-1);
  const url = `ws://127.0.0.1:${port}/ws`;
  const codes = [];
  class Watched extends WebSocket {
    close(code) {
      codes.push(code);
      super.close(code);
    }
  }
  const connection = connect(url, { WebSocket: Watched });
  t.after(() => connection.close());
  await connection.join('board', { name: 'Ada' });
  const stubborn = new WebSocket(url, 'presence.v1');
  t.after(() => stubborn.terminate());
  const asked = new Promise((resolve) => {
    stubborn.on('message', (bytes) => {
      const { goingAway } = ServerFrame.decode(new Uint8Array(bytes));
      if (goingAway) resolve(goingAway.reconnectAfterMs);
    });
  });
  const closed = once(stubborn, 'close');
  await once(stubborn, 'open');

  await docker('stop', '--time', String(GRACE_SECONDS), container);
  assert.equal(await inspect(container, '{{.State.ExitCode}}'), '0');
  assert.ok(await asked > 0, 'it has time to leave');
  assert.equal((await closed)[0], RESTART);
  assert.ok(codes[0] >= 3000, `the client closed with ${codes}`);
  assert.equal(connection.state, 'reconnecting');
});

test('startPresence leaves no container of a node that is not ready in time', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'presence-'));
  t.after(() => rm(folder, { recursive: true }));
  const names = join(folder, 'names');
  // Docker's client as it is when it has created the container and not started it yet.
  const slow = join(folder, 'docker');
  await writeFile(slow, `#!/bin/sh
    if [ "$1" != run ]; then exec docker "$@"; fi
    shift
    id=$(docker create "$@") && echo "$id" >> '${names}' && exec sleep 600
  `, { mode: 0o755 });
  await assert.rejects(startPresence({ image: IMAGE, docker: slow, startTimeoutMs: 5_000 }), /was not ready within/);
  const [created] = (await readFile(names, 'utf8')).split('\n');
  t.after(() => docker('rm', '-f', created).catch(() => {}));
  await assert.rejects(inspect(created, '{{.State.Status}}'), /No such object/i);
});
