// Checked by tsc and never run: types handed to `connect`, and boards of several kinds.
import { connect, type Connection, type JoinOptions, type Member, type Room, type Signal } from 'presence-client';
import { smoothCursors, type CursorLayer } from 'presence-client/cursors';
import { sharePointer } from 'presence-client/pointer';
import { PresenceAwareness } from 'presence-client/yjs';
import { is } from './is.js';

interface DrawingState { tool: 'pen' | 'brush' }
interface Drawing { State: DrawingState; Signals: { ping: { x: number } }; User: { name: 'Ada' | 'Bob' } }
interface Document { State: { caret: number } }

export async function use(canvas: HTMLCanvasElement) {
  const connection = connect<Drawing>('wss://node', { token: async () => 't' });
  is<Connection<Drawing>>()(connection);
  const options: JoinOptions<Drawing> = { name: 'Ada', state: { tool: 'pen' } };
  const room = await connection.join('board-42', options);
  is<Room<Drawing>>()(room);
  is<Room<Drawing>>()(await connection.join('board-43'));
  is<Member<Drawing> | null>()(room.self);
  is<'pen' | 'brush' | undefined>()(room.self?.state.tool);
  is<'Ada' | 'Bob' | '' | undefined>()(room.self?.name);
  is<string | undefined>()(room.self?.color);
  room.set({ tool: 'pen' });
  room.update({ name: 'Bob', color: 'any' });
  room.signal('ping', { x: 1 }, { to: room.others });
  room.on('signal', (signal) => {
    is<Signal<Drawing>>()(signal);
    is<number>()(signal.payload.x);
  });
  smoothCursors(room, { show: ({ state }) => is<'pen' | 'brush' | undefined>()(state.tool), hide() {} })();
  const general: CursorLayer = { show: ({ name }) => is<string>()(name), hide() {} };
  smoothCursors(room, general)();
  sharePointer(room, canvas);
  new PresenceAwareness(room, { clientID: 1, on() {} });
  untyped(room);

  const notes = await connection.join<Document>('document-7', { state: { caret: 4 } });
  is<number | undefined>()(notes.self?.state.caret);
  is<unknown>()(connect('wss://node').state === 'open' && (await connect('wss://node').join('b')).self?.state['caret']);
  // Of the three, one may be declared.
  is<Room<{ Signals: { wave: 1 } }>>()(await connect<{ Signals: { wave: 1 } }>('wss://node').join('b'));

  // @ts-expect-error a name that is not declared
  room.set({ tol: 'pen' });
  // @ts-expect-error a value that is not declared
  connection.join('board-42', { state: { tool: 'pencil' } });
  // @ts-expect-error no such name
  room.update({ name: 'Eve' });
  // @ts-expect-error a type that is not declared
  room.signal('pong', { x: 1 });
  // @ts-expect-error of another kind of board
  notes.set({ tool: 'pen' });
  // @ts-expect-error of another kind of board
  const other: Room<Document> = room;
  // @ts-expect-error there is no such kind
  connect<{ State: {}; Sigals: {} }>('wss://node');
  // @ts-expect-error there is no such field
  connect<{ User: { name: string; nickname: string } }>('wss://node');
  // @ts-expect-error a profile has strings
  connect<{ User: { name: number } }>('wss://node');
}

/** Written for any application. */
function untyped(room: Room) {
  is<unknown>()(room.self?.state['tool']);
  room.set({ any: 'thing' });
  room.signal('anything', { at: 'all' });
  return room.others.map(({ name }) => name);
}
