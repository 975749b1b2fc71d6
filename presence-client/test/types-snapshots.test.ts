// Checked by tsc and never run.
import { connect, type Connection, type Member, type PresenceError, type Room } from 'presence-client';
import { shareRoom, type RoomShare, type SharedRoomStatus, type ShareOptions } from 'presence-client/rooms';
import {
  ConnectionSource, CursorsSource, MembersSource, sameItems, sameJson, Source,
  type ConnectionStatus, type CursorSnapshot, type MemberSnapshot,
} from 'presence-client/snapshots';

/** Compiles only if the type is exactly the expected one, which `any` is not. */
function is<Expected>() {
  return <Actual>(_: Actual, ..._same: Same<Expected, Actual> extends true ? [] : [never]) => {};
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

const connection = connect('wss://node');
const room = await connection.join('board-42');

const members = new MembersSource(room);
const sources: Source[] = [members, new CursorsSource(room, members), new ConnectionSource(connection)];
is<() => void>()(sources[0]!.subscribe(() => {}));
is<readonly MemberSnapshot[]>()(members.others());
is<MemberSnapshot | null>()(members.self());
is<MemberSnapshot | null>()(members.other('id'));
is<MemberSnapshot>()(members.of(room.others[0]!));
members.close();
is<readonly CursorSnapshot[]>()(new CursorsSource(room, members).get());
const status: ConnectionStatus = new ConnectionSource(connection).get();
is<Connection | null>()(status.connection);
is<null>()(ConnectionSource.none.rtt as null);
is<boolean>()(sameItems([1], [1]) && sameJson({}, {}));

const options: ShareOptions = { name: 'Ada', state: { tool: 'pen' }, timeoutMs: 1, onError: (error) => is<PresenceError>()(error) };
const share: RoomShare = shareRoom(connection, 'board-42', options);
const shared: SharedRoomStatus = share.get();
is<Room | null>()(shared.room);
if (shared.state === 'joined') is<Room>()(shared.room);
if (shared.state === 'left') is<PresenceError | null>()(shared.error);
share.update({ name: 'Ada L.', status: 'busy', state: {} });
is<void>()(share.leave());

interface Types { State: { tool: 'pen' | 'brush' }; Signals: { wave: undefined } }
const typed = await connect<Types>('wss://node').join('board-42');
is<'pen' | 'brush' | undefined>()(new MembersSource(typed).others()[0]?.state.tool);
is<readonly MemberSnapshot<Types>[]>()(new MembersSource(typed).others());
is<'pen' | 'brush' | undefined>()(shareRoom<Types>(connection, 'b').get().members?.self()?.state.tool);

// @ts-expect-error a snapshot does not change
members.others().push(room.self);
// @ts-expect-error cursors are told of by CursorsSource
members.self()?.cursor;
// @ts-expect-error a room, not a board
new MembersSource('board-42');
// @ts-expect-error left by share.leave()
shareRoom(connection, 'b', { signal: AbortSignal.timeout(1) });
// @ts-expect-error no such tool
shareRoom<Types>(connection, 'b', { state: { tool: 'hammer' } });
const _member: Member | undefined = room.others[0];
