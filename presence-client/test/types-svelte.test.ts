// Checked by tsc and never run.
import { get, toStore, type Readable, type Writable } from 'svelte/store';
import { connect, type Connection, type ConnectionState, type PresenceError, type Room } from 'presence-client';
import {
  provideRoom, providePresence, useConnection, useConnectionError, useCursors, useMyState, useOther, useOthers, useRoom,
  useSelf, useSignal, type ConnectionStatus, type CursorSnapshot, type MemberSnapshot, type PresenceOptions,
  type RoomOptions, type RoomStatus, type SendSignal,
} from 'presence-client/svelte';

/** Compiles only if the type is exactly the expected one, which `any` is not. */
function is<Expected>() {
  return <Actual>(_: Actual, ..._same: Same<Expected, Actual> extends true ? [] : [never]) => {};
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

const options: PresenceOptions = { url: 'wss://node', token: () => 't', heartbeatMs: 5000 };
is<Readable<ConnectionStatus>>()(providePresence(options));
providePresence({ connection: connect('wss://node') });
providePresence(toStore(() => ({ url: new URL('wss://node') })));

const room: RoomOptions = { board: 'b', name: 'Ada', state: { tool: 'pen' }, onError: (error) => is<PresenceError>()(error) };
is<Readable<RoomStatus>>()(provideRoom(room));
provideRoom(toStore(() => room));
is<Room | null>()(get(useRoom()).room);
is<readonly MemberSnapshot[]>()(get(useOthers()));
is<string[]>()(get(useOthers((others) => others.map((member) => member.name), (a, b) => a.length === b.length)));
is<MemberSnapshot | null>()(get(useOther('id')));
is<MemberSnapshot | null>()(get(useSelf()));
is<string | null>()(get(useSelf((self) => self.name)));
is<readonly CursorSnapshot[]>()(get(useCursors()));
const tool: Writable<unknown> = useMyState('tool', { throttleMs: 100 });
tool.set('pen');
tool.update((before) => before === 'pen' ? 'brush' : 'pen');
const send = useSignal('reaction', (payload, member) => {
  is<unknown>()(payload);
  is<MemberSnapshot | null>()(member);
});
is<SendSignal<'reaction'>>()(send);
send('🎉', { to: get(useOthers()) });
is<Connection | null>()(get(useConnection()).connection);
is<ConnectionState>()(get(useConnection(({ state }) => state)));
is<ConnectionStatus['error']>()(get(useConnectionError((error) => is<string>()(error.message))));

// @ts-expect-error neither address nor connection
providePresence({});
// @ts-expect-error no board
provideRoom({ name: 'Ada' });
// @ts-expect-error an unknown status
provideRoom({ board: 'b', status: 'asleep' });
// @ts-expect-error to be read only
useOthers().set([]);
