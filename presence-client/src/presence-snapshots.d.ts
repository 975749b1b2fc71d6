/**
 * What a room and a connection are now, as frozen objects for frameworks that compare by identity: what has not changed
 * is the same object as before.
 *
 * ```js
 * const members = new MembersSource(room);
 * const stop = members.subscribe(() => render(members.self(), members.others()));
 * ```
 *
 * `subscribe` and the functions that return a snapshot may be handed over unbound, for example to React's
 * `useSyncExternalStore`. The hooks of `presence-client/react` are made of these.
 *
 * @packageDocumentation
 */
import type {
  Connection, ConnectionState, Member, PresenceError, PresenceTypes, Register, Room, SignalDetails, SignalType, WireError,
} from './presence-client.js';

/** Something that changes. */
export class Source {
  /** @returns call it to stop listening */
  subscribe: (listener: () => void) => () => void;
}

/** A member as it was when this was taken, without its cursor; for that see {@link CursorsSource}. */
export type MemberSnapshot<T = Register> = Omit<Member<T>, 'cursor' | 'version'>;

/** The members of a room, without their cursors: tells when one comes, goes or changes, not when cursors move. */
export class MembersSource<T extends PresenceTypes = Register> extends Source {
  constructor(room: Room<T>);

  /** The same list as before unless one of the others came, went or changed. */
  others: () => readonly MemberSnapshot<T>[];
  /** This client's own member; null for an observer. */
  self: () => MemberSnapshot<T> | null;
  /** One of the others; null if it is not there. */
  other: (id: string) => MemberSnapshot<T> | null;
  /** The snapshot of a member, for example of one that an event of the room tells of. */
  of(member: Member<T>): MemberSnapshot<T>;
  /** Stops listening to the room. */
  close: () => void;
}

export interface CursorSnapshot<T = Register> {
  readonly member: MemberSnapshot<T>;
  /** In board units. */
  readonly x: number;
  readonly y: number;
}

/**
 * The visible cursors of the others, moving as `smoothCursors` of `presence-client/cursors` does. It tells at most once
 * per animation frame, and draws nothing without a listener.
 */
export class CursorsSource<T extends PresenceTypes = Register> extends Source {
  constructor(room: Room<T>, members: MembersSource<T>);

  /** Empty without a listener. A cursor that rests is the same object as before. */
  get: () => readonly CursorSnapshot<T>[];
}

/** How a connection is: tells when that changes, and with every heartbeat for its round trip. */
export class ConnectionSource<T extends PresenceTypes = Register> extends Source {
  constructor(connection: Connection<T>);

  /** What there is before a connection. */
  static readonly none: ConnectionStatus<any>;

  readonly connection: Connection<T>;
  get: () => ConnectionStatus<T>;
  /** Stops listening to the connection, which stays open. */
  close: () => void;
}

export interface ConnectionStatus<T extends PresenceTypes = Register> {
  /** Null before there is one, so on a server. */
  readonly connection: Connection<T> | null;
  readonly state: ConnectionState;
  /** Round trip of the last heartbeat in milliseconds; null before the first. */
  readonly rtt: number | null;
  /** Add it to `Date.now()` to get the node's clock. */
  readonly clockOffset: number;
  readonly nodeId: string;
  readonly serverLabel: string;
  readonly connectionId: string;
  /** Why it is not open, as far as that is known; what the `error` event of the connection tells. */
  readonly error: PresenceError | WireError | Error | null;
}

/** How a room is, as components see it. */
export interface RoomStatus {
  /** Null unless joined. It changes in place: render what the other hooks return. */
  readonly room: Room | null;
  /** `joined` while reconnecting, too; `left` after a refusal, `room.leave()` or when the node ended it. */
  readonly state: 'joining' | 'joined' | 'left';
  /** Why it is `left`. */
  readonly error: PresenceError | null;
}

/** Sends a signal of one type to snapshots or to all, as `room.signal` does: false while not connected. */
export type SendSignal<Type extends SignalType = SignalType> = (...details: ToSnapshots<SignalDetails<Type>>) => boolean;

/** Signals go to snapshots as they go to members. */
type ToSnapshots<Details extends unknown[]> = Details extends [payload?: infer Payload, options?: unknown]
  ? undefined extends Payload
    ? [payload?: Payload, options?: { to?: readonly MemberSnapshot[] }]
    : [payload: Payload, options?: { to?: readonly MemberSnapshot[] }]
  : never;

/** Whether two lists have the same items, by identity. */
export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean;

/** Whether two values are the same, or arrays or plain objects of the same values. */
export function sameShallow(a: unknown, b: unknown): boolean;

/** Whether two values are the same, or the same JSON. */
export function sameJson(a: unknown, b: unknown): boolean;
