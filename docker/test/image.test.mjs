// The image presence-service, run as compose.yaml and Kubernetes run it. `.ci/docker` builds it and starts this.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { both, docker, healthy, inspect, log, until, warnings } from './engine.mjs';

const IMAGE = process.env.PRESENCE_IMAGE ?? 'presence-service';
const HARDENED = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--memory', '512m'];
// A container without tokens warns of that.
const TOKENS = ['-e', 'PRESENCE_AUTH=jwt', '-e', 'PRESENCE_JWT_SECRET=0123456789abcdef0123456789abcdef'];
const GRACE_SECONDS = 35;

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
  const container = await start(...HARDENED, '--tmpfs', '/tmp', ...TOKENS,
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
