// Checked by tsc and never run: uses everything there is, imported as users of the package do.
import {
  connect, Connection, json, PresenceError, Room,
  type Codec, type ConnectionEvents, type ConnectionState, type ConnectOptions, type Cursor, type JoinOptions,
  type LeaveReason, type Limits, type Member, type Profile, type RoomEvents, type Signal, type Status,
  type WebSocketConstructor, type WebSocketLike, type WireError,
} from 'presence-client';

/** Compiles only if the type is exactly the expected one, which `any` is not. */
function is<Expected>() {
  return <Actual>(_: Actual, ..._same: Same<Expected, Actual> extends true ? [] : [never]) => {};
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

const numbers: Codec = { encode: (value: number) => Uint8Array.of(value), decode: ([first]) => first };
const native: WebSocketConstructor = WebSocket;
const socket: WebSocketLike = new WebSocket('wss://node');
const options: ConnectOptions = { token: 't', WebSocket: native, heartbeatMs: 5000, codec: numbers };
is<Uint8Array>()(json.encode({ any: 'thing' }));
is<unknown>()(json.decode(new Uint8Array()));
socket.close(1000);

const connection = connect('wss://node', options);
connect(new URL('wss://node'));
connect('wss://node', { token: () => 't' });
connect('wss://node', { token: async () => 't' });
// @ts-expect-error: not a number
connect('wss://node', { token: async () => 1 });
is<Connection>()(connection);
is<Connection>()(new Connection('wss://node'));
is<ConnectionState>()(connection.state);
is<string>()(connection.nodeId);
is<string>()(connection.serverLabel);
is<string>()(connection.connectionId);
is<number | null>()(connection.rtt);
is<number>()(connection.clockOffset);
is<number>()(connection.maxCursorHz);
is<Partial<Limits>>()(connection.limits);
is<void>()(connection.auth('fresh'));
is<void>()(connection.close());

const stop = connection.on('state', (state) => is<'open' | 'reconnecting' | 'offline' | 'closed'>()(state));
is<() => void>()(stop);
connection.on('rtt', (rtt) => is<number>()(rtt));
connection.on('error', (error) => {
  is<Error>()(error);
  if (error instanceof PresenceError) is<number | undefined>()(error.retryAfterMs);
});
const onRtt = (...[rtt]: ConnectionEvents['rtt']) => is<number>()(rtt);
is<void>()(connection.off('rtt', onRtt));

const profile: Profile = { name: 'Ada', color: '#e91e63', avatarUrl: 'a.png', userId: 'ada', device: 'laptop' };
const join: JoinOptions = { ...profile, status: 'busy', state: { tool: 'pen' }, observer: false, watched: true };
const room = await connection.join('board-42', join);
await connection.join('board-43');
is<Room>()(room);
is<string>()(room.board);
is<Connection>()(room.connection);
is<Member | null>()(room.self);
is<boolean>()(room.closed);
is<Member[]>()(room.members);
is<Member[]>()(room.others);
is<void>()(room.cursor(1.5, -2));
is<void>()(room.hideCursor());
interface Drawing { tool?: 'pen' | 'brush' }
const drawing: Drawing = { tool: 'brush' };
is<void>()(room.set(drawing));
room.set({ tool: undefined });
is<void>()(room.update({ ...profile, status: 'away' }));
is<boolean>()(room.signal('reaction', '🎉', { to: room.others }));
room.signal('bare');
is<void>()(room.leave());

room.on('members', (members) => is<Member[]>()(members));
room.on('join', (member) => is<Member>()(member));
room.on('leave', (member, reason) => {
  is<Member>()(member);
  is<LeaveReason>()(reason);
});
room.on('update', async (member) => is<Member>()(member));
room.on('cursor', (member, ageMs) => {
  is<Cursor | null>()(member.cursor);
  is<number>()(ageMs);
});
room.on('signal', (signal) => {
  is<Signal>()(signal);
  is<Member | null>()(signal.member);
  is<string>()(signal.type);
  is<unknown>()(signal.payload);
});
room.on('error', (error) => is<PresenceError>()(error));
room.on('closed', (error) => is<PresenceError | undefined>()(error));
room.off('closed', (..._: RoomEvents['closed']) => {});

const [member] = room.members as [Member];
is<string>()(member.id);
is<number>()(member.slot);
is<Status | ''>()(member.status);
is<unknown>()(member.state['tool']);
is<number>()(member.version);
is<number>()(member.joinedAt);
is<boolean>()(member.isSelf);
is<string[]>()([member.name, member.color, member.avatarUrl, member.userId, member.device]);
const refused = new PresenceError('forbidden', 'no', 5);
is<'PresenceError'>()(refused.name);
refused satisfies Error;

// @ts-expect-error no address
connect();
// @ts-expect-error an unknown option
connect('wss://node', { heartbeat: 5 });
// @ts-expect-error not a WebSocket
connect('wss://node', { WebSocket: EventTarget });
// @ts-expect-error a codec makes bytes
connect('wss://node', { codec: { encode: JSON.stringify, decode: () => 0 } });
// @ts-expect-error only the connection changes its state
connection.state = 'closed';
// @ts-expect-error no such event
connection.on('open', () => {});
// @ts-expect-error an event of rooms
connection.on('members', () => {});
// @ts-expect-error the state is a word
connection.on('state', (state: number) => {});
// @ts-expect-error only the client tells
connection.emit('rtt', 1);
// @ts-expect-error called by the window
connection.handleEvent({ type: 'online' });
// @ts-expect-error a WireError has no code
connection.on('error', (error) => error.code);
// @ts-expect-error an unknown status
connection.join('board-42', { status: 'asleep' });
// @ts-expect-error no board
connection.join();
// @ts-expect-error a promise, not a room
connection.join('board-42').cursor(1, 2);
// @ts-expect-error rooms come from join
new Room();
// @ts-expect-error an observer has no self
room.self.name;
// @ts-expect-error no such event
room.off('leaves', () => {});
// @ts-expect-error more than is told
room.on('join', (member: Member, ageMs: number) => {});
// @ts-expect-error an operator is no member
room.on('signal', ({ member }) => member.name);
// @ts-expect-error a payload is to be checked first
room.on('signal', ({ payload }) => payload.x);
// @ts-expect-error not after leave() and close()
room.on('closed', (error) => error.code);
// @ts-expect-error two numbers
room.cursor(1);
// @ts-expect-error by name
room.set(['shape-1']['length']);
// @ts-expect-error no part of a profile
room.update({ nickname: 'A' });
// @ts-expect-error members, not their ids
room.signal('ping', null, { to: [member.id] });
// @ts-expect-error to be read only
member.name = 'Bob';
// @ts-expect-error not exported
import { Emitter } from 'presence-client';
// @ts-expect-error not part of the package
await import('presence-client/src/presence-wire.js');
