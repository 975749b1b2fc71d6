import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

// Nodes of tests live for seconds: small, and without the JVM's optimizations for long runs.
const JAVA_OPTIONS = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
// Those of the environment must not change the node.
const VARIABLES = /^(PRESENCE_.*|REDIS_URL(_FILE)?|WS_PORT|OPS_PORT|SERVER_ID|LOG_LEVEL|LOG_FORMAT)$/;
const DEV = ['--dev', '--exit-on-stdin-close'];
const IN_IMAGE = { WS_PORT: 3001, OPS_PORT: 9464 };
const MOST_LINES = 1_000;
const CREATED_MS = 3_000;

/** PRESENCE_GRACE_MS is --grace-ms. */
const option = (variable) => `--${variable.replace(/^PRESENCE_/, '').toLowerCase().replaceAll('_', '-')}`;
const options = (settings) => Object.entries(settings).flatMap(([variable, value]) => [option(variable), String(value)]);

export async function startPresence({
  jar, image, settings = {}, java = 'java', javaOptions = JAVA_OPTIONS, docker = 'docker', startTimeoutMs = 60_000,
} = {}) {
  if (!jar === !image) throw new TypeError('name either a jar or an image: startPresence({ jar }) or startPresence({ image })');
  const server = new PresenceServer(jar
    ? (ports) => ({ program: java, parameters: [...javaOptions, '-jar', jar, ...DEV, ...options({ ...settings, ...ports })] })
    : (ports) => inContainer(docker, image, settings, ports), startTimeoutMs);
  await server.start();
  return server;
}

/** The ports inside a container are fixed; those outside are chosen by Docker, the first time. */
function inContainer(docker, image, settings, ports) {
  const name = `presence-${randomUUID()}`;
  const published = Object.entries(IN_IMAGE).flatMap(([variable, inside]) =>
    ['--publish', `127.0.0.1:${ports[variable] ?? ''}:${inside}`]);
  const bound = { PRESENCE_BIND: '0.0.0.0', PRESENCE_OPS_BIND: '0.0.0.0' };
  return {
    program: docker,
    parameters: ['run', '--rm', '--interactive', '--name', name, ...published, image, ...DEV,
      ...options({ ...bound, ...settings, ...IN_IMAGE })],
    kill: () => spawnSync(docker, ['kill', name], { stdio: 'ignore' }).status === 0,
    /** For a container that was not started: --rm leaves it, and the engine may still be creating it. */
    async remove() {
      for (const end = Date.now() + CREATED_MS; Date.now() < end; await setTimeout(100)) {
        if (spawnSync(docker, ['rm', '--force', name], { encoding: 'utf8' }).stdout) return;
      }
    },
    outside(inside) {
      const { stdout, stderr, error } = spawnSync(docker, ['port', name, `${inside}/tcp`], { encoding: 'utf8' });
      const port = /:(\d+)$/m.exec(stdout ?? '')?.[1];
      if (!port) throw error ?? new Error(`docker port ${name} ${inside}: ${stdout}${stderr}`);
      return port;
    },
  };
}

class PresenceServer {
  #command;
  #startTimeoutMs;
  #child = null;
  #exited = null;
  #kill = null;
  #log = [];
  #ports = {};

  webSocketUrl = '';
  httpUrl = '';
  opsUrl = '';
  nodeId = '';

  constructor(command, startTimeoutMs) {
    this.#command = command;
    this.#startTimeoutMs = startTimeoutMs;
  }

  get running() {
    return this.#child !== null;
  }

  get log() {
    return this.#log.map((line) => `${line}\n`).join('');
  }

  async start() {
    if (this.#child) throw new Error('the node runs: stop it first');
    const { program, parameters, kill, remove, outside } = this.#command(this.#ports);
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !VARIABLES.test(name)));
    // Its standard input closes with this process, however that ends.
    const child = spawn(program, parameters, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#kill = async () => {
      const killed = kill?.() ?? true;
      // Also Docker's client: it may be pulling the image, or about to start the container.
      child.kill('SIGKILL');
      if (!killed) await remove();
    };
    // The process may end before what it was told is written.
    child.stdin.on('error', () => {});
    let failed = null;
    child.on('error', (error) => { failed = error; });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#log.push(line);
      if (this.#log.length > MOST_LINES) this.#log.shift();
    });
    this.#exited = new Promise((resolve) => child.on('close', () => {
      if (this.#child === child) this.#child = null;
      resolve();
    }));
    const line = await this.#firstLine(child);
    if (line === null) {
      const ended = this.#child === null;
      await this.kill();
      if (failed) throw failed;
      const how = ended ? 'ended at its start' : `was not ready within ${this.#startTimeoutMs} ms`;
      throw new Error(`the node ${how}; its log:\n${this.log}`);
    }
    this.#take(JSON.parse(line), outside);
    // A test that forgets to stop the node ends all the same, and the node with it.
    for (const held of [child, child.stdin, child.stdout, child.stderr]) held.unref();
  }

  /** Null if the process ends without one, or takes too long. */
  async #firstLine(child) {
    const timer = new AbortController();
    const late = setTimeout(this.#startTimeoutMs, null, { signal: timer.signal }).catch(() => null);
    const line = new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    const first = await Promise.race([line, this.#exited.then(() => null), late]);
    timer.abort();
    return first;
  }

  #take({ webSocketUrl, httpUrl, opsUrl, nodeId }, outside) {
    const seen = (url) => outside ? url.replace(/:(\d+)/, (_, inside) => `:${outside(inside)}`) : url;
    this.webSocketUrl = seen(webSocketUrl);
    this.httpUrl = seen(httpUrl);
    this.opsUrl = seen(opsUrl);
    this.nodeId = nodeId;
    this.#ports = { WS_PORT: new URL(this.httpUrl).port, OPS_PORT: new URL(this.opsUrl).port };
  }

  stop() {
    this.#child?.ref();
    this.#child?.kill('SIGTERM');
    return this.#exited;
  }

  async kill() {
    this.#child?.ref();
    if (this.#child) await this.#kill();
    await this.#exited;
  }

  async restart() {
    await this.stop();
    await this.start();
  }
}
