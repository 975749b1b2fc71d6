// Relays each move of a user to the others on its board at once, with the rooms of Socket.IO.
import { createAdapter } from '@socket.io/redis-adapter';
import Redis from 'ioredis';
import { Server } from 'socket.io';
import { createServer } from 'node:http';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false });
if (process.env.REDIS_URL) {
  const publisher = new Redis(process.env.REDIS_URL, { enableAutoPipelining: true });
  io.adapter(createAdapter(publisher, publisher.duplicate()));
}
io.on('connection', (user) => {
  const { board } = user.handshake.query;
  user.join(board);
  user.on('m', (index, x, y) => user.volatile.to(board).emit('m', index, x, y));
  user.emit('joined');
});
http.listen(0, '127.0.0.1', () => console.log(`ready ${http.address().port}`));
