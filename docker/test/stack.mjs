// The services of compose.yaml, by `docker compose` or, where that is missing, docker-compose 1.29.
import { fileURLToPath } from 'node:url';
import { both, docker, healthy, inspect, log } from './engine.mjs';

export const FILES = ['../compose.yaml', './compose.override.yaml'].map((file) => fileURLToPath(new URL(file, import.meta.url)));
export const NODES = ['node-1', 'node-2', 'node-3'];
export const PROJECT = 'presence';

const version2 = await both('docker', ['compose', 'version']).then(() => true, () => false);

export function compose(...args) {
  const all = [...FILES.flatMap((file) => ['-f', file]), ...args];
  return version2 ? both('docker', ['compose', ...all]) : both('docker-compose', all);
}

/** The containers of a service, those that have ended too. */
export async function containers(service) {
  const ids = await docker('ps', '-aq', '--no-trunc', '--filter', `label=com.docker.compose.project=${PROJECT}`,
    '--filter', `label=com.docker.compose.service=${service}`);
  return ids ? ids.split('\n') : [];
}

export async function container(service) {
  const ids = await containers(service);
  if (ids.length !== 1) throw new Error(`${ids.length} containers of ${service}`);
  return ids[0];
}

export async function serviceHealthy(service, withinMs = 120_000) {
  return healthy(await container(service), withinMs);
}

export async function serviceLog(service) {
  return log(await container(service));
}

/** Its address on the network of the nodes. */
export async function address(service) {
  return inspect(await container(service), `{{(index .NetworkSettings.Networks "${PROJECT}_default").IPAddress}}`);
}
