import { randomBytes } from 'node:crypto';
import Redis from 'ioredis';

const ID_BYTES = 8;

/**
 * Passes the messages of boards on to the other nodes, where there are any: one channel per board, one PUBLISH per message.
 *
 * @param {(board: string, message: Buffer) => void} deliver takes what other nodes published
 * @returns what follows a board from its first user on, and what publishes
 */
export function boardsInRedis(deliver) {
  const url = process.env.REDIS_URL;
  if (!url) return { follow() {}, publish() {} };
  const options = { enableAutoPipelining: true };
  const publisher = new Redis(url, options);
  const subscriber = new Redis(url);
  const self = randomBytes(ID_BYTES);
  const followed = new Set();
  subscriber.on('messageBuffer', (channel, envelope) => {
    if (self.compare(envelope, 0, ID_BYTES) !== 0) deliver(channel.toString(), envelope.subarray(ID_BYTES));
  });
  return {
    follow(board) {
      if (followed.has(board)) return;
      followed.add(board);
      subscriber.subscribe(board);
    },
    publish(board, message) {
      publisher.publish(board, Buffer.concat([self, message]));
    },
  };
}
