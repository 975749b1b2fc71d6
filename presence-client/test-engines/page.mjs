// Runs in the page: joins, draws the others smoothly, and writes down what it hears.
import { connect } from '/src/presence-client.js';
import { smoothCursors } from '/src/presence-cursors.js';
import { sharePointer } from '/src/presence-pointer.js';

const parameters = new URLSearchParams(location.search);
const heard = [];
const connection = connect(parameters.get('ws'), { heartbeatMs: 1000 });
connection.on('state', (state) => heard.push(`state ${state}`));
globalThis.live = { connection, heard, room: null, drawn: [], shown: null };
addEventListener('pageshow', ({ persisted }) => heard.push(`pageshow ${persisted}`));
document.addEventListener('visibilitychange', () => heard.push(document.visibilityState));

const room = await connection.join(parameters.get('board'), { name: parameters.get('name') });
room.on('join', (member) => heard.push(`join ${member.name}`));
room.on('leave', (member) => heard.push(`leave ${member.name}`));
sharePointer(room, document.body);
smoothCursors(room, {
  show(member, x, y) {
    live.drawn.push([performance.now(), x, y]);
    live.shown = [x, y];
  },
  hide() { live.shown = null; },
});
live.room = room;
