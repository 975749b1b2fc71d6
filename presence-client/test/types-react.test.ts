// Checked by tsc and never run.
import { createElement, type ReactElement } from 'react';
import { connect, type Connection, type ConnectionState, type PresenceError, type Room, type WireError } from 'presence-client';
import {
  PresenceProvider, RoomProvider, useConnection, useConnectionError, useCursors, useJoinedRoom, useMyState, useOther,
  useOthers, useOthersMapped, useRoom, useSelf, useSignal, type ConnectionStatus, type CursorSnapshot, type MemberSnapshot, type MyStateOptions, type PresenceProviderProps, type RoomProviderProps,
  type RoomStatus, type SendSignal,
} from 'presence-client/react';

/** Compiles only if the type is exactly the expected one, which `any` is not. */
function is<Expected>() {
  return <Actual>(_: Actual, ..._same: Same<Expected, Actual> extends true ? [] : [never]) => {};
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

const props: RoomProviderProps = {
  board: 'board-42', name: 'Ada', color: '#e91e63', userId: 'ada', avatarUrl: 'a.png', status: 'busy', observer: false,
  state: { tool: 'pen' }, onError: (error) => is<PresenceError>()(error),
};
createElement(PresenceProvider, { url: 'wss://node', token: 't', heartbeatMs: 5000 }, createElement(RoomProvider, props));
createElement(PresenceProvider, { url: new URL('wss://node') });
createElement(PresenceProvider, { connection: connect('wss://node') }, 'text', null);
is<ReactElement>()(PresenceProvider({ url: 'wss://node' } satisfies PresenceProviderProps));

const { room, state, error } = useRoom() satisfies RoomStatus;
is<Room | null>()(room);
is<'joining' | 'joined' | 'left'>()(state);
is<PresenceError | null>()(error);

const others = useOthers();
is<readonly MemberSnapshot[]>()(others);
is<number>()(useOthers((all) => all.length));
is<string[]>()(useOthers((all) => all.map((member) => member.name), (a, b) => a.length === b.length));
is<readonly (readonly [id: string, mapped: number])[]>()(useOthersMapped((member) => member.name.length, Object.is));
is<MemberSnapshot | null>()(useOther('id'));
is<string | null>()(useOther('id', (member) => member.name, (a, b) => a === b));
is<MemberSnapshot | null>()(useSelf());
is<string | null>()(useSelf((self) => self.name));
is<Room>()(useJoinedRoom());
createElement(RoomProvider, { board: 'b', fallback: 'Wait', timeoutMs: 5000, watched: true });

const options: MyStateOptions = { throttleMs: 100 };
const [mine, setMine] = useMyState(options);
is<Readonly<Record<string, unknown>>>()(mine);
setMine({ tool: 'pen', gone: undefined });
setMine((before) => ({ zoom: typeof before.zoom === 'number' ? before.zoom * 2 : 1 }));
const [tool, setTool] = useMyState('tool', { throttleMs: 100 });
is<unknown>()(tool);
setTool('pen');
setTool((before: unknown) => before === 'pen' ? 'brush' : 'pen');
const [cursor] = useCursors() as [CursorSnapshot];
is<number>()(cursor.x);
is<MemberSnapshot>()(cursor.member);

const send = useSignal('reaction', (payload, member) => {
  is<unknown>()(payload);
  is<MemberSnapshot | null>()(member);
});
is<SendSignal<'reaction'>>()(send);
is<boolean>()(send('🎉', { to: others }));
send();
useSignal('only-sent')(1);

const status: ConnectionStatus = useConnection();
is<Connection | null>()(status.connection);
is<ConnectionState>()(status.state);
is<number | null>()(status.rtt);
is<number>()(status.clockOffset);
is<string[]>()([status.nodeId, status.serverLabel, status.connectionId]);
is<PresenceError | WireError | Error | null>()(status.error);
is<ConnectionState>()(useConnection(({ state }) => state));
is<ConnectionStatus['error']>()(useConnectionError());
useConnectionError((heard) => is<string>()(heard.message));

// @ts-expect-error neither address nor connection
createElement(PresenceProvider, {});
// @ts-expect-error one or the other
createElement(PresenceProvider, { url: 'wss://node', connection: connect('wss://node') });
// @ts-expect-error no board
createElement(RoomProvider, { name: 'Ada' });
// @ts-expect-error an unknown status
createElement(RoomProvider, { board: 'b', status: 'asleep' });
// @ts-expect-error cursors are told of by useCursors
others[0]?.cursor;
// @ts-expect-error a snapshot does not change
others.push(others[0]!);
// @ts-expect-error perhaps not joined
room.cursor(1, 2);
// @ts-expect-error a payload is to be checked first
useSignal('ping', (payload) => payload.x);
// @ts-expect-error perhaps not there
useOther('id').name;
// @ts-expect-error state is an object
setMine('pen');
// @ts-expect-error an unknown option
useMyState({ throttle: 100 });
// @ts-expect-error a room ends by unmounting
createElement(RoomProvider, { board: 'b', signal: AbortSignal.timeout(1000) });
