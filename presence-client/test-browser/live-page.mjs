// Runs in pages of the tests: joins by itself, as an application would, and writes down what it hears.
import { connect } from '/presence-client.js';

const parameters = new URLSearchParams(location.search);
const heard = [];

class WatchedWebSocket extends WebSocket {
  constructor(...details) {
    super(...details);
    heard.push('attempt');
    this.addEventListener('error', () => heard.push('attempt failed'));
  }
}

// Before the client's own listeners, and behind them.
addEventListener('online', () => heard.push('online begins'));
const connection = connect(parameters.get('ws'), {
  WebSocket: WatchedWebSocket,
  // A test may have put it there before.
  token: globalThis.token,
  leaveOnPageHide: parameters.has('leave'),
});
connection.on('state', (state) => heard.push(`state ${state}`));
connection.on('error', (error) => heard.push(`connection error ${error.code ?? error.message}`));
connection.on('rtt', () => live.beats++);
globalThis.live = { connection, heard, beats: 0, room: null };

addEventListener('online', () => heard.push('online ends'));

const room = await connection.join(parameters.get('board'), { name: parameters.get('name') });
room.on('join', (member) => heard.push(`join ${member.name}`));
room.on('leave', (member, reason) => heard.push(`leave ${member.name} ${reason}`.trim()));
room.on('update', (member) => heard.push(`update ${member.name} ${member.status}`));
room.on('signal', ({ member, payload }) => heard.push(`signal of ${member.name}: ${payload}`));
room.on('error', (error) => heard.push(`room error ${error.code}`));
room.on('closed', (error) => heard.push(`room closed ${error?.code ?? ''}`.trim()));
live.room = room;
