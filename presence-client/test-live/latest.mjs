// What is the last state worth that comes faster than a node takes it? By hand, ten rounds of four seconds at 125 Hz:
//
//     PRESENCE_JAR=../presence-service/target/presence-service.jar node test-live/latest.mjs --rounds 10
import assert from 'node:assert/strict';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { startNode } from '../test-browser/service.mjs';
import { until } from './until.mjs';

const { values } = parseArgs({ options: {
  rounds: { type: 'string', default: '1' }, seconds: { type: 'string', default: '4' }, hz: { type: 'string', default: '125' },
} });
const [rounds, seconds, hz] = [values.rounds, values.seconds, values.hz].map(Number);
const PATIENCE_MS = 10_000;

const node = await startNode();
const names = ['Ada', 'Bea', 'Cy'];
const connections = names.map(() => connect(node.ws, { WebSocket }));
try {
  const rooms = await Promise.all(connections.map((connection, i) => connection.join('latest', { name: names[i] })));
  const errors = [];
  for (const each of [...connections, ...rooms]) each.on('error', ({ code }) => errors.push(code));
  const [{ self }] = rooms;
  const seen = () => rooms.slice(1).map((room) => room.members.find(({ id }) => id === self.id));
  const facts = ({ name, status, state }) => ({ name, status, state });
  const same = () => seen().every((member) => member && isDeepStrictEqual(facts(member), facts(self)));

  let slowestMs = 0;
  for (let round = 1; round <= rounds; round++) {
    const begun = Date.now();
    let sets = 0;
    // In batches where timers come late, so that the rate is kept on a slow machine.
    for (let passed = 0; passed < seconds * 1000; passed = Date.now() - begun) {
      for (; sets <= passed * hz / 1000; sets++) {
        rooms[0].set({ brush: [round, sets] });
        rooms[0].update({ name: `Ada ${sets}`, status: sets % 2 ? 'busy' : 'active' });
      }
      await setTimeout(4);
    }
    rooms[0].set({ brush: undefined, round });
    const quiet = Date.now();
    await until(same, PATIENCE_MS).catch(() => assert.fail(
      `round ${round}: ${JSON.stringify({ self: facts(self), seen: seen().map(facts), errors })}`));
    slowestMs = Math.max(slowestMs, Date.now() - quiet);
    assert.deepEqual(errors, []);
    console.log(`round ${round}: ${sets} sets, equal after ${Date.now() - quiet} ms`);
  }
  console.log(`${rounds} rounds, slowest ${slowestMs} ms, no refusals told`);
} finally {
  for (const connection of connections) connection.close();
  await node.kill();
}
