// What a given-up socket had under way may arrive long after, and must change nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { startNode } from '../test-browser/service.mjs';
import { startProxy } from './tcp-proxy.mjs';
import { until } from './until.mjs';

let node;
let proxy;
const connections = [];
// A connection that is silent for two of these is given up, also where the node has only just begun to run.
const HEARTBEAT_MS = 2000;
const PATIENCE_MS = 15_000;
const enter = (url) =>
  connections[connections.push(connect(url, { WebSocket, heartbeatMs: HEARTBEAT_MS })) - 1];
before(async () => {
  // Only a leave by mistake may end the seat: a busy machine takes longer than the usual grace.
  node = await startNode({ PRESENCE_GRACE_MS: '120000' });
  proxy = await startProxy(() => node.port);
});
after(async () => {
  for (const connection of connections) connection.close();
  await proxy?.close();
  await node?.kill();
});

test('a join that comes late on a given-up socket does not end the connection that came after', async () => {
  const connection = enter(proxy.ws);
  const room = await connection.join('late', { name: 'Ada' });
  const { id } = room.self;
  const watcher = enter(node.ws);
  const watching = await watcher.join('late', { name: 'Grace' });
  const heard = [];
  watching.on('join', (member) => heard.push(`join ${member.name}`));
  watching.on('leave', (member) => heard.push(`leave ${member.name}`));
  const ends = [];
  connection.on('error', (error) => ends.push(error.code));
  connection.on('state', (state) => ends.push(state));

  const first = [...proxy.links].at(-1);
  let second;
  const stop = connection.on('state', (state) => {
    if (state !== 'open') return;
    // The join is sent, and gets no further.
    second = [...proxy.links].at(-1);
    second.freeze();
    stop();
  });
  first.reset();
  // It notices that nothing comes back, and gives up on this socket, too.
  await until(() => second && ends.filter((state) => state === 'open').length === 2, PATIENCE_MS);
  await answers(connection, 2);
  second.thaw();
  await answers(watcher, 2);
  await until(() => connection.state === 'open' && watching.others.some((member) => member.status === 'active'), PATIENCE_MS);
  assert.equal(room.self.id, id);
  assert.deepEqual(heard, []);
  assert.ok(!ends.includes('closed'), ends.join());
});

/** Resolves when the node has answered so many heartbeats more. */
function answers(connection, count) {
  return new Promise((resolve) => {
    const stop = connection.on('rtt', () => {
      if (--count > 0) return;
      stop();
      resolve();
    });
  });
}
