// What a page gets of a large board, from a real node: the cursors in its viewport, exact, and where the others are.
import assert from 'node:assert/strict';
import test from 'node:test';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { densityOf, setViewport } from '../src/presence-viewport.js';
import { startPresence } from '../src/testing/presence-server.js';
import { gather } from './crowd.mjs';
import { until } from './until.mjs';

const PATIENCE_MS = 30_000;
const FAR = 50_000;
const MEMBERS = 504;
const MOVERS = 40;
const { PRESENCE_JAR: jar, JAVA: java, PRESENCE_TEST_REQUIRE_TOOLS: required } = process.env;
const options = { timeout: 4 * PATIENCE_MS, skip: jar || required ? false : 'NOT RUN: PRESENCE_JAR is not set' };

const near = { x: -10, y: -10, width: 600, height: 100 };
const far = { ...near, x: FAR - 10 };
const numberOf = ({ name }) => Number(name.slice('Guest '.length)) - 1;

test('a viewport shows its members exactly, also those at rest, and a density the others', options, async (t) => {
  const server = await startPresence({ jar, java, settings: { PRESENCE_VIEWPORT_THRESHOLD: 4 } });
  t.after(() => server.kill());
  // Even numbers are near, odd ones far.
  const places = Array.from({ length: MEMBERS }, (_, i) => [i % 2 ? FAR + i : i, 0]);
  const crowd = await gather(server.webSocketUrl, 'hall', places);
  t.after(() => crowd.close());
  const connection = connect(server.webSocketUrl, { WebSocket });
  t.after(() => connection.close());
  const room = await connection.join('hall', { name: 'Viewer' });
  const shown = () => new Map(room.others.filter(({ cursor }) => cursor && !cursor.hidden)
    .map((member) => [numberOf(member), member.cursor.x]));
  await until(() => room.others.length === MEMBERS && shown().size === MEMBERS, PATIENCE_MS);
  const metric = async (name) => {
    const text = await (await fetch(`${server.opsUrl}/metrics`)).text();
    return Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  };
  const isExact = (ones) => {
    const now = shown();
    return now.size === ones.length && ones.every((i) => now.get(i) === places[i][0]);
  };
  const even = places.map((_, i) => i).filter((i) => i % 2 === 0);
  const odd = places.map((_, i) => i).filter((i) => i % 2 === 1);

  setViewport(room, near);
  await until(() => densityOf(room)?.counts.reduce((sum, count) => sum + count) === MEMBERS, PATIENCE_MS);
  const moving = setInterval(() => {
    for (let i = 0; i < MOVERS; i += 1) crowd.move(i, places[i][0] = (i % 2 ? FAR : 0) + (places[i][0] + 1) % 500, 0);
  }, 50);
  t.after(() => clearInterval(moving));
  await until(async () => await metric('presence_positions_filtered_total') > 0, PATIENCE_MS);
  // These move where nobody looks, and rest.
  for (const i of [101, 103, 105]) crowd.move(i, places[i][0] = FAR + 555, 0);
  await until(() => even.every((i) => shown().has(i)) && odd.every((i) => !shown().has(i)), PATIENCE_MS);

  setViewport(room, far);
  await until(() => odd.every((i) => shown().has(i)) && even.every((i) => !shown().has(i)), PATIENCE_MS);
  assert.deepEqual([101, 103, 105].map((i) => shown().get(i)), Array(3).fill(FAR + 555));
  clearInterval(moving);
  await until(() => isExact(odd), PATIENCE_MS);

  // Another connection, of which the node knows no window.
  await server.restart();
  await until(async () => room.connection.state === 'open' && await metric('presence_viewport_windows') === 1, PATIENCE_MS);
});
