/**
 * React hooks for live presence.
 *
 * ```jsx
 * <PresenceProvider url="wss://…" token={token}>
 *   <RoomProvider board="board-42" name="Ada" color="#4f46e5">
 *     <Avatars />
 *   </RoomProvider>
 * </PresenceProvider>
 *
 * const Avatars = () => useOthers().map((member) => <Avatar key={member.id} member={member} />);
 * ```
 *
 * What the hooks return is frozen and never changes; what has not changed is the same object as before, so
 * `memo` and dependency lists work. On the server everybody is alone and not connected.
 *
 * @packageDocumentation
 */
import type { HeldLock, Lock, LockOptions } from './presence-locks.js';
import type { ReactElement, ReactNode } from 'react';
import type {
  BoardCounts, Connection, ConnectOptions, Density, PresenceError, ReactionSum, Room, SignalsOf, SignalType, StateChanges, StateOf,
} from './presence-client.js';
import type { ViewportOptions, ViewportRect } from './presence-viewport.js';
import type { WatchedBoard, WatchOptions } from './presence-watch.js';
import type { ShareOptions } from './presence-rooms.js';
import type {
  ConnectionStatus, CursorSnapshot, MemberSnapshot, RoomStatus, SendSignal,
} from './presence-snapshots.js';

export type { ConnectionStatus, CursorSnapshot, MemberSnapshot, RoomStatus, SendSignal } from './presence-snapshots.js';

/**
 * Holds the connection for everything inside it: opens one to `url` when it is mounted and closes it when
 * it is unmounted, or takes `connection` as it is.
 *
 * Another `url` is another connection. A `token` that changes is handed over to the one there is; the other
 * options count when the connection is opened.
 */
export function PresenceProvider(props: PresenceProviderProps): ReactElement;

export type PresenceProviderProps = { children?: ReactNode } & (
  | ({ url: string | URL; connection?: undefined } & ConnectOptions)
  | { connection: Connection; url?: undefined }
);

/**
 * Is on a board while it is mounted: joins, moves on when `board` changes, leaves when it is unmounted.
 *
 * Changed profile, `status` and `state` props change the member, without joining again. Of `state` only the
 * names whose values changed are set, so `room.set` of other names stays.
 *
 * Several providers of one board share one room, which is left with the last of them. Of each profile field and each
 * name of the state, what the provider says that was mounted first counts; what it leaves out, the next one says.
 *
 * A join that was refused shows in {@link useRoom}. It is tried again if the node said when, and when another provider
 * of this board is mounted; else with another `board` or `key`.
 */
export function RoomProvider(props: RoomProviderProps): ReactElement;

export interface RoomProviderProps extends ShareOptions {
  board: string;
  /** Shown instead of the children while one of them waits for the room; see {@link useJoinedRoom}. */
  fallback?: ReactNode;
  children?: ReactNode;
}

/** The room itself, for `room.set(…)`, `room.cursor(…)` and its events. */
export function useRoom(): RoomStatus;

/**
 * The room, once it is joined: suspends until then. What ends the room or refuses the join goes to the error boundary.
 *
 * The `Suspense` boundary must be inside the `RoomProvider`, as its `fallback` is, because nothing joins before the
 * provider is mounted. On a server it throws, so that the fallback is sent and the browser renders the rest.
 */
export function useJoinedRoom(): Room;

/** Everybody else on the board. Renders when one of them comes, goes or changes, not when cursors move. */
export function useOthers(): readonly MemberSnapshot[];

/**
 * Something about everybody else on the board. Renders only when that changes.
 *
 * @param isEqual - default: the same, or arrays or plain objects of the same values
 */
export function useOthers<Selected>(
  selector: (others: readonly MemberSnapshot[]) => Selected,
  isEqual?: (before: Selected, now: Selected) => boolean,
): Selected;

/**
 * Something about each of the others, with the id of the member. Renders when that changes of one of them, or one comes
 * or goes; the pairs of the rest are the same objects as before.
 *
 * @param isEqual - of what two calls of the mapper return; default as in {@link useOthers}
 */
export function useOthersMapped<Mapped>(
  mapper: (member: MemberSnapshot) => Mapped,
  isEqual?: (before: Mapped, now: Mapped) => boolean,
): readonly (readonly [id: string, mapped: Mapped])[];

/** One of the others; null if it is not there. Renders only when it changes, comes or goes. */
export function useOther(id: string): MemberSnapshot | null;

/** Something about one of the others; null if it is not there. Renders only when that changes. */
export function useOther<Selected>(
  id: string,
  selector: (member: MemberSnapshot) => Selected,
  isEqual?: (before: Selected | null, now: Selected | null) => boolean,
): Selected | null;

/** This client's own member; null before it has joined, and for an observer. */
export function useSelf(): MemberSnapshot | null;

/** Something about this client's own member; null where there is none. Renders only when that changes. */
export function useSelf<Selected>(
  selector: (self: MemberSnapshot) => Selected,
  isEqual?: (before: Selected | null, now: Selected | null) => boolean,
): Selected | null;

/**
 * This client's own state and what changes it, as `useState` does for one component. What is set before the room is
 * joined is told then.
 *
 * The setter changes the names it is given; `undefined` removes one. It throws what `room.set` throws; what is refused
 * later goes to `onError` of the provider.
 */
export function useMyState(options?: MyStateOptions): [state: Readonly<StateOf>, set: SetMyState<StateOf, StateChanges>];

/** One name of this client's state. Renders only when that changes. */
export function useMyState<Name extends keyof StateOf & string>(
  name: Name,
  options?: MyStateOptions,
): [value: StateOf[Name] | undefined, set: SetMyState<StateOf[Name] | undefined, MyStateValue<Name>>];

type MyStateValue<Name> = Name extends keyof StateChanges ? StateChanges[Name] | undefined : any;

/** A new value, or what makes it of the one there is. The same function with every rendering. */
export type SetMyState<Value, Change> = (change: Change | ((value: Value) => Change)) => void;

export interface MyStateOptions {
  /**
   * Tells the room at most once in so many milliseconds; the component that sets sees its values at once, and the last
   * ones always arrive. Default 0: as often as the node wants cursors, which the room takes care of.
   */
  throttleMs?: number | undefined;
}

/**
 * The visible cursors of the others, moving smoothly. Renders up to once per animation frame while they
 * move: use it in a small component that draws nothing else.
 */
export function useCursors(): readonly CursorSnapshot[];

/**
 * Listens for signals of one type; the handler last rendered is called, with null as the member if it is
 * an operator of the service.
 *
 * @returns sends a signal of that type, as `room.signal` does: false while not connected
 */
export function useSignal<Type extends SignalType>(
  type: Type,
  handler?: (payload: SignalsOf[Type], member: MemberSnapshot | null) => void,
): SendSignal<Type>;

/** How many are on the board; null before that is known, and without `counts` at the `RoomProvider`. */
export function useCounts(): BoardCounts | null;

/**
 * How many and who is on boards that are not joined: those that are known, in the order asked for. Needs no `RoomProvider`.
 * Renders when one of them changes, about once a second at most.
 */
export function useWatch(boards: readonly string[], options?: WatchOptions): readonly WatchedBoard[];

/** All locks of the board; needs `import 'presence-client/locks'`, and `locks` at the `RoomProvider`. */
export function useLocks(): readonly HeldLock[];

/**
 * Wants a lock while the component is mounted and `enabled`, and gives it back then. Waits for its turn unless `wait` is false. A lock
 * that is lost is asked for again. Needs `import 'presence-client/locks'`, and throws a TypeError without.
 */
export function useLock(name: string, options?: UseLockOptions & { enabled?: boolean }): HeldByHook;

export type UseLockOptions = Pick<LockOptions, 'ttl' | 'wait'>;

/** The lock while this client has it, else null; and why the last one was refused or lost, until another is granted. */
export interface HeldByHook {
  readonly lock: Lock | null;
  readonly error: PresenceError | null;
}

/**
 * Calls the handler of the latest render with the sums of reactions, as the room's event `reactions` tells them; that
 * needs `reactions` at the `RoomProvider`.
 *
 * @returns sends one, as `room.react` does: false while not connected
 */
export function useReactions(handler?: (sums: readonly ReactionSum[]) => void): (type: string) => boolean;

/**
 * Tells what the component shows of the board, as `setViewport` of `presence-client/viewport` does: again after each rendering that
 * changes it; nothing when the component goes. A room has one viewport: use it in one component.
 *
 * @param rect - in board units; null: nothing is shown; undefined: that is not known yet
 */
export function useViewport(rect: ViewportRect | null | undefined, options?: ViewportOptions): void;

/** Where the members of a large board are; null without `useViewport` and on boards of up to 500 members. At most once a second. */
export function useDensity(): Density | null;

/** How the connection is. Renders when that changes, and with every heartbeat for its round trip. */
export function useConnection(): ConnectionStatus;

/** Something about the connection, say its state. Renders only when that changes. */
export function useConnection<Selected>(
  selector: (status: ConnectionStatus) => Selected,
  isEqual?: (before: Selected, now: Selected) => boolean,
): Selected;

/**
 * Why there is no connection, as far as that is known; null while there is one. Renders only when that changes.
 *
 * @param listener - the one last rendered hears every error of the connection, also those that end nothing
 */
export function useConnectionError(listener?: (error: PresenceError | Error) => void): ConnectionStatus['error'];
