// Checked by tsc and never run.
import { computed, ref, type Ref } from 'vue';
import { connect, type Connection, type ConnectionState, type PresenceError, type Room } from 'presence-client';
import {
  provideRoom, providePresence, useConnection, useConnectionError, useCursors, useMyState, useOther, useOthers, useRoom,
  useSelf, useSignal, type ConnectionStatus, type CursorSnapshot, type MemberSnapshot, type PresenceOptions,
  type RoomOptions, type RoomStatus, type SendSignal,
} from 'presence-client/vue';

/** Compiles only if the type is exactly the expected one, which `any` is not. */
function is<Expected>() {
  return <Actual>(_: Actual, ..._same: Same<Expected, Actual> extends true ? [] : [never]) => {};
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

const options: PresenceOptions = { url: 'wss://node', token: () => 't', heartbeatMs: 5000 };
is<Readonly<Ref<ConnectionStatus>>>()(providePresence(options));
providePresence({ connection: connect('wss://node') });
providePresence(() => ({ url: new URL('wss://node') }));

const room: RoomOptions = { board: 'b', name: 'Ada', state: { tool: 'pen' }, onError: (error) => is<PresenceError>()(error) };
const name = ref('Ada');
is<Readonly<Ref<RoomStatus>>>()(provideRoom(room));
provideRoom(computed(() => ({ board: 'b', name: name.value })));
is<Room | null>()(useRoom().value.room);
is<readonly MemberSnapshot[]>()(useOthers().value);
is<string[]>()(useOthers((others) => others.map((member) => member.name), (a, b) => a.length === b.length).value);
is<MemberSnapshot | null>()(useOther(name).value);
is<MemberSnapshot | null>()(useSelf().value);
is<string | null>()(useSelf((self) => self.name).value);
is<readonly CursorSnapshot[]>()(useCursors().value);
const tool = useMyState('tool', { throttleMs: 100 });
is<unknown>()(tool.value);
tool.value = 'pen';
const send = useSignal('reaction', (payload, member) => {
  is<unknown>()(payload);
  is<MemberSnapshot | null>()(member);
});
is<SendSignal<'reaction'>>()(send);
send('🎉', { to: useOthers().value });
is<Connection | null>()(useConnection().value.connection);
is<ConnectionState>()(useConnection(({ state }) => state).value);
is<ConnectionStatus['error']>()(useConnectionError((error) => is<string>()(error.message)).value);

// @ts-expect-error neither address nor connection
providePresence({});
// @ts-expect-error no board
provideRoom({ name: 'Ada' });
// @ts-expect-error an unknown status
provideRoom({ board: 'b', status: 'asleep' });
// @ts-expect-error to be read only
useOthers().value = [];
// @ts-expect-error cursors are told of by useCursors
useOthers().value[0]?.cursor;
