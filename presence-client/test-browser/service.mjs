// Nodes for the browser tests: the real jar in processes of their own.
//
// BrowserIT sets PRESENCE_JAR, PRESENCE_JAR_OPTIONS, JAVA and REDIS_URL; by hand:
//
//     PRESENCE_JAR=../presence-service/target/presence-service.jar node --test test-browser/NAME.test.mjs
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

// A node that lives for seconds is not worth what a JVM does for one that lives for weeks.
const JAVA_OPTIONS = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const READY = /ready node=(\S+) wsPort=(\d+) opsPort=(\d+)/;
const running = new Map();
process.on('exit', () => { for (const child of running.keys()) child.kill('SIGKILL'); });

/** Kills every node of this process that still runs, and waits until they are gone. */
export function killNodes() {
  for (const child of running.keys()) child.kill('SIGKILL');
  return Promise.all(running.values());
}

/**
 * Starts a node and waits until it is ready.
 *
 * @param settings environment variables; without REDIS_URL it is alone
 */
export async function startNode(settings = {}) {
  const jar = process.env.PRESENCE_JAR;
  if (!jar) throw new Error('PRESENCE_JAR is not set');
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (/^(PRESENCE_|REDIS_URL)/.test(name)) delete env[name];
  Object.assign(env, {
    WS_PORT: '0', OPS_PORT: '0', PRESENCE_BIND: '127.0.0.1', PRESENCE_DRAIN_MS: '0', ...settings,
  });
  const more = process.env.PRESENCE_JAR_OPTIONS?.split(' ').filter(Boolean) ?? [];
  const child = spawn(process.env.JAVA ?? 'java', [...JAVA_OPTIONS, ...more, '-jar', jar], {
    env, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(() => running.delete(child));
  running.set(child, exited);
  const log = [];
  const ready = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.push(line);
        const match = READY.exec(line);
        if (match) resolve(match);
      });
    }
    exited.then(() => reject(new Error(`the node ended:\n${log.join('\n')}`)));
  });
  const [, id, port, opsPort] = ready;
  const stop = (signal) => {
    child.kill(signal);
    return exited;
  };
  return {
    id,
    port: Number(port),
    opsPort: Number(opsPort),
    page: `http://127.0.0.1:${port}/`,
    ws: `ws://127.0.0.1:${port}/ws`,
    log,
    /** SIGKILL; resolves when it is gone. */
    kill: () => stop('SIGKILL'),
    /** SIGTERM; resolves when it is gone. */
    terminate: () => stop('SIGTERM'),
    /** SIGSTOP and SIGCONT. */
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
  };
}
