// Relays each binary message of a user to the others on its board at once, with `ws`.
import { WebSocketServer } from 'ws';
import { boardsInRedis } from './boards-in-redis.mjs';

const users = new Map();
const redis = boardsInRedis((board, message) => relay(board, message, null));

function relay(board, message, sender) {
  for (const user of users.get(board) ?? []) if (user !== sender) user.send(message);
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () =>
  console.log(`ready ${server.address().port}`));
server.on('connection', (user, request) => {
  const board = new URL(request.url, 'http://localhost').searchParams.get('board');
  if (!users.has(board)) users.set(board, new Set());
  users.get(board).add(user);
  redis.follow(board);
  user.on('message', (message) => {
    relay(board, message, user);
    redis.publish(board, message);
  });
  user.on('close', () => users.get(board).delete(user));
  user.send(Buffer.of(0));
});
