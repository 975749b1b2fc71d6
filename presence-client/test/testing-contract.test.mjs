import { testNode } from '../src/testing/presence-testing.js';
import { contract } from './contract.mjs';

const inMemory = (options) => async ({ graceMs, maxMembers, tokens }) => {
  const node = testNode({ graceMs, maxMembers, authenticate: tokens && userOf, ...options });
  return {
    url: node.url,
    WebSocket: node.WebSocket,
    cut: (client) => node.cut(client),
    kick: (order) => node.kick(order),
    announce: (board, type, json) => node.signal(board, type, JSON.parse(json)),
    drain: () => node.goAway(),
    token: (claims) => Buffer.from(JSON.stringify(claims)).toString('base64url'),
    stop: () => node.close(),
  };
};

contract('the node in memory', inMemory());
contract('the node in memory that gathers changes, as a real one', inMemory({ rosterTickMs: 50, latencyMs: 3 }));

function userOf(token) {
  const { sub, name, boards = { '*': ['join', 'signal'] } } = JSON.parse(Buffer.from(token, 'base64url').toString());
  return {
    userId: sub,
    name,
    may: (right, board) => (boards[board] ?? boards['*'] ?? []).includes(right),
  };
}
