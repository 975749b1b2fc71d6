// The tests of the node in memory, against a real one.
import { createHmac } from 'node:crypto';
import { WebSocket } from 'ws';
import { contract } from '../test/contract.mjs';
import { startNode } from '../test-browser/service.mjs';

const SECRET = '0123456789abcdef0123456789abcdef';
const API_TOKEN = 'fedcba9876543210fedcba9876543210';

const required = process.env.PRESENCE_TEST_REQUIRE_TOOLS === 'true';
const skip = process.env.PRESENCE_JAR || required ? false : 'NOT RUN: PRESENCE_JAR is not set';

contract('a real node', async ({ graceMs = 120_000, maxMembers, tokens }) => {
  const node = await startNode({
    PRESENCE_API_TOKEN: API_TOKEN,
    PRESENCE_DRAIN_MS: '3000',
    PRESENCE_GRACE_MS: String(graceMs),
    ...maxMembers && { PRESENCE_MAX_BOARD_MEMBERS: String(maxMembers) },
    ...tokens && { PRESENCE_AUTH: 'jwt', PRESENCE_JWT_SECRET: SECRET },
  });
  return {
    url: node.ws,
    WebSocket,
    cut: ({ socket }) => socket.terminate(),
    kick: ({ userId, board, reason, banMs }) =>
      order(node, '/kicks', { user_id: userId, board, reason, ban_seconds: banMs / 1000 }),
    announce: (board, type, payload) => order(node, `/boards/${board}/signals`, { type, payload }),
    drain: () => void node.terminate(),
    token,
    stop: () => node.kill(),
  };
}, { skip });

async function order({ opsPort }, path, body) {
  const answer = await fetch(`http://127.0.0.1:${opsPort}/api/v1${path}`, {
    method: 'POST', headers: { Authorization: `Bearer ${API_TOKEN}` }, body: JSON.stringify(body),
  });
  // 503: without a Redis it was done on this node only.
  if (!answer.ok && answer.status !== 503) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

function token({ boards = { '*': ['join', 'signal'] }, ...claims }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp, boards, ...claims })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}
