// Relays each binary message of a user to the others on its board at once, with the topics of uWebSockets.
import uWS from '@trufflesuite/uws-js-unofficial';
import { boardsInRedis } from './boards-in-redis.mjs';

const app = uWS.App();
const redis = boardsInRedis((board, message) => app.publish(board, message, true));

app
  .ws('/*', {
    maxBackpressure: 16 * 1024 * 1024,
    upgrade(response, request, context) {
      response.upgrade(
        { board: request.getQuery('board') },
        request.getHeader('sec-websocket-key'),
        request.getHeader('sec-websocket-protocol'),
        request.getHeader('sec-websocket-extensions'),
        context,
      );
    },
    open(user) {
      user.subscribe(user.board);
      redis.follow(user.board);
      user.send(Buffer.of(0), true);
    },
    message(user, message) {
      user.publish(user.board, message, true);
      redis.publish(user.board, Buffer.from(message));
    },
  })
  .listen('127.0.0.1', 0, (socket) => console.log(`ready ${uWS.us_socket_local_port(socket)}`));
