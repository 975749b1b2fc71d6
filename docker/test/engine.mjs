// The Docker Engine, by its command line.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout } from 'node:timers/promises';

const run = promisify(execFile);

/** Runs `docker …` and returns its standard output, without the last line break; throws with its standard error. */
export async function docker(...args) {
  return (await both('docker', args)).stdout.trimEnd();
}

/** Both outputs of a program. */
export async function both(program, args, options = {}) {
  return run(program, args, { maxBuffer: 64 << 20, ...options });
}

/** Everything that a container has written. */
export async function log(container) {
  const { stdout, stderr } = await both('docker', ['logs', container]);
  return stdout + stderr;
}

/** One value of `docker inspect`, by a Go template. */
export function inspect(object, template) {
  return docker('inspect', '--format', template, object);
}

/** Waits until `check` returns something, and returns it; what it throws counts as nothing until the time is over. */
export async function until(what, check, withinMs = 60_000) {
  const end = performance.now() + withinMs;
  for (;;) {
    let failure;
    try {
      const value = await check();
      if (value) return value;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`, { cause: failure });
    await setTimeout(50);
  }
}

export function healthy(container, withinMs) {
  return until(`${container} is healthy`,
    async () => await inspect(container, '{{.State.Health.Status}}') === 'healthy', withinMs);
}

/** Lines of a node's log that warn, but for the one of a node that asks for no tokens. */
export function warnings(text) {
  return text.split('\n').filter((line) => /\b(WARN|ERROR|WARNING|LEAK)\b/i.test(line) && !/no authentication: /.test(line));
}
