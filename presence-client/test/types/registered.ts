// Checked by tsc and never run: an application that declares its types once.
import {
  connect, type Connection, type JoinOptions, type Member, type Profile, type Room, type RoomEvents, type Signal,
  type SignalType, type StateChanges,
} from 'presence-client';
import { smoothCursors, type CursorLayer } from 'presence-client/cursors';
import { sharePointer } from 'presence-client/pointer';
import { PresenceAwareness } from 'presence-client/yjs';
import { is } from './is.js';

interface Selection { ids: string[] }

declare module 'presence-client' {
  interface Register {
    State: { tool: 'pen' | 'brush'; selection: Selection | null; zoom?: number };
    Signals: { reaction: '🎉' | '👍'; ping: { x: number; y: number }; nudge: undefined };
    User: { color: `#${string}`; device?: 'phone' | 'laptop' };
  }
}

export async function use(canvas: HTMLCanvasElement) {
  const connection = connect('wss://node');
  is<Connection>()(connection);
  const options: JoinOptions = { name: 'Ada', color: '#e91e63', device: 'phone', state: { tool: 'pen', selection: null } };
  const room = await connection.join('board-42', options);
  is<Room>()(room);

  room.set({ tool: 'brush' });
  room.set({ tool: undefined, selection: { ids: ['a'] } });
  const changes: StateChanges = { zoom: 2 };
  room.set(changes);
  room.update({ color: '#000', device: 'laptop', name: 'anything' });
  const profile: Profile = { color: '#fff' };
  room.update({ ...profile, status: 'away' });

  room.signal('reaction', '🎉');
  room.signal('ping', { x: 1, y: 2 }, { to: room.others });
  room.signal('nudge');
  room.signal('nudge', undefined, { to: [] });
  is<'reaction' | 'ping' | 'nudge'>()('ping' as SignalType);

  for (const member of room.members) {
    is<Member>()(member);
    is<'pen' | 'brush' | undefined>()(member.state.tool);
    is<Selection | null | undefined>()(member.state.selection);
    is<`#${string}` | ''>()(member.color);
    is<'phone' | 'laptop' | ''>()(member.device);
    is<string>()(member.name);
  }
  room.on('update', ({ state }) => is<number | undefined>()(state.zoom));
  room.on('signal', (signal) => {
    is<Signal>()(signal);
    if (signal.type === 'ping') is<number>()(signal.payload.x);
    if (signal.type === 'nudge') is<undefined>()(signal.payload);
    is<string | undefined>()(signal.member?.name);
  });
  const joined = (...[member]: RoomEvents['join']) => is<Member>()(member);
  room.off('join', joined);

  const layer: CursorLayer = { show: ({ state }) => is<'pen' | 'brush' | undefined>()(state.tool), hide() {} };
  smoothCursors(room, layer)();
  sharePointer(room, canvas);
  new PresenceAwareness(room, { clientID: 1, on() {} }, { accept: (_, { state }) => state.tool === 'pen' });

  // @ts-expect-error a name that is not declared
  room.set({ tol: 'pen' });
  // @ts-expect-error a value that is not declared
  room.set({ tool: 'pencil' });
  // @ts-expect-error part of a value
  room.set({ selection: {} });
  // @ts-expect-error a name that is not declared
  connection.join('board-42', { state: { tol: 'pen' } });
  // @ts-expect-error no such color
  connection.join('board-42', { color: 'red' });
  // @ts-expect-error no field of profiles
  connection.join('board-42', { nmae: 'Ada' });
  // @ts-expect-error no such device
  room.update({ device: 'fridge' });
  // @ts-expect-error a type that is not declared
  room.signal('raection', '🎉');
  // @ts-expect-error a payload that is not declared
  room.signal('reaction', '🎈');
  // @ts-expect-error the payload is missing
  room.signal('ping');
  // @ts-expect-error part of a payload
  room.signal('ping', { x: 1 });
  // @ts-expect-error no payload
  room.signal('nudge', 1);
  // @ts-expect-error a name that is not declared
  room.members[0]?.state.tol;
  // @ts-expect-error perhaps not set
  room.self?.state.zoom.toFixed();
  // @ts-expect-error to be read only
  room.self!.state.zoom = 2;
  // @ts-expect-error the type is to be asked first
  room.on('signal', ({ payload }) => payload.x);
  // @ts-expect-error a type that is not declared
  room.on('signal', ({ type }) => type === 'raection');
}
