/**
 * Vue composables for live presence, for Vue 3.5 and later.
 *
 * ```vue
 * <script setup>
 * providePresence({ url: 'wss://…', token });
 * provideRoom({ board: 'board-42', name: 'Ada', color: '#4f46e5' });
 * const others = useOthers();
 * </script>
 *
 * <template>
 *   <Avatar v-for="member in others" :key="member.id" :member="member" />
 * </template>
 * ```
 *
 * Call them in `setup`. The components below the one that provides can use it, and so can that one itself. What the refs
 * hold is frozen and never changes; what has not changed is the same object as before. On a server there are no members
 * and no connection.
 *
 * @packageDocumentation
 */
import type { HeldLock, Lock, LockOptions } from './presence-locks.js';
import type { MaybeRefOrGetter, Ref, WritableComputedRef } from 'vue';
import type {
  BoardCounts, Connection, ConnectOptions, Density, PresenceError, ReactionSum, SignalsOf, SignalType, StateChanges, StateOf,
} from './presence-client.js';
import type { ShareOptions } from './presence-rooms.js';
import type {
  ConnectionStatus, CursorSnapshot, MemberSnapshot, RoomStatus, SendSignal,
} from './presence-snapshots.js';
import type { ViewportOptions, ViewportRect } from './presence-viewport.js';

export type { ConnectionStatus, CursorSnapshot, MemberSnapshot, RoomStatus, SendSignal } from './presence-snapshots.js';

/**
 * Holds the connection for this component and all below: opens one to `url` when it is mounted and closes it when it is
 * unmounted, or takes `connection` as it is.
 *
 * @param options - where they are reactive, another `url` is another connection, and a `token` that changes is handed
 *     over to the one there is; the others count when the connection is opened
 * @returns how the connection is
 */
export function providePresence(options: MaybeRefOrGetter<PresenceOptions>): Readonly<Ref<ConnectionStatus>>;

export type PresenceOptions =
  | ({ url: string | URL; connection?: undefined } & ConnectOptions)
  | { connection: Connection; url?: undefined };

/**
 * Is on a board while this component is there: joins, moves on when `board` changes, leaves when it is unmounted. Several
 * components that provide one board share one room, as `shareRoom` of `presence-client/rooms` says.
 *
 * @param options - where they are reactive, a changed profile, `status` and `state` change the member, without joining
 *     again
 * @returns how the room is
 */
export function provideRoom(options: MaybeRefOrGetter<RoomOptions>): Readonly<Ref<RoomStatus>>;

export interface RoomOptions extends ShareOptions {
  board: string;
}

/** The room itself, for `room.set(…)`, `room.cursor(…)` and its events. */
export function useRoom(): Readonly<Ref<RoomStatus>>;

/** Everybody else on the board. Changes when one of them comes, goes or changes, not when cursors move. */
export function useOthers(): Readonly<Ref<readonly MemberSnapshot[]>>;

/**
 * Something about everybody else on the board. Changes only when that changes.
 *
 * @param isEqual - default: the same, or arrays or plain objects of the same values
 */
export function useOthers<Selected>(
  selector: (others: readonly MemberSnapshot[]) => Selected,
  isEqual?: (before: Selected, now: Selected) => boolean,
): Readonly<Ref<Selected>>;

/** One of the others; null if it is not there. Changes only when it does. */
export function useOther(id: MaybeRefOrGetter<string>): Readonly<Ref<MemberSnapshot | null>>;

/** This client's own member; null before it has joined, and for an observer. */
export function useSelf(): Readonly<Ref<MemberSnapshot | null>>;

/** Something about this client's own member; null where there is none. */
export function useSelf<Selected>(
  selector: (self: MemberSnapshot) => Selected,
  isEqual?: (before: Selected | null, now: Selected | null) => boolean,
): Readonly<Ref<Selected | null>>;

/**
 * One name of this client's state; assign to it, or bind it with `v-model`. `undefined` removes the name. What is set
 * before the room is joined is told then. An assignment throws what `room.set` throws; what is refused later goes to
 * `onError` of the room.
 *
 * @param options - `throttleMs`: tells the room at most once in so many milliseconds, the last value always. Default 0:
 *     as often as the node wants cursors, which the room takes care of
 */
export function useMyState<Name extends keyof StateOf & string>(
  name: Name,
  options?: { throttleMs?: number | undefined },
): WritableComputedRef<StateOf[Name] | undefined, Name extends keyof StateChanges ? StateChanges[Name] | undefined : any>;

/** The visible cursors of the others, moving smoothly: changes up to once per animation frame while they move. */
export function useCursors(): Readonly<Ref<readonly CursorSnapshot[]>>;

/**
 * Listens for signals of one type, with null as the member if it is an operator of the service.
 *
 * @returns sends a signal of that type, as `room.signal` does: false while not connected
 */
export function useSignal<Type extends SignalType>(
  type: Type,
  handler?: (payload: SignalsOf[Type], member: MemberSnapshot | null) => void,
): SendSignal<Type>;

/** How many are on the board; null before that is known, and without `counts` at `provideRoom`. */
export function useCounts(): Readonly<Ref<BoardCounts | null>>;

/** All locks of the board; needs `import 'presence-client/locks'`, and `locks` at `provideRoom`. */
export function useLocks(): Readonly<Ref<readonly HeldLock[]>>;

/**
 * Wants a lock while its component is there and `enabled`, and gives it back then. Waits for its turn unless `wait` is false. A lock
 * that is lost is asked for again. Needs `import 'presence-client/locks'`, and throws a TypeError without.
 */
export function useLock(name: MaybeRefOrGetter<string>, options?: MaybeRefOrGetter<UseLockOptions & { enabled?: boolean }>): Readonly<Ref<HeldByHook>>;

export type UseLockOptions = Pick<LockOptions, 'ttl' | 'wait'>;

/** The lock while this client has it, else null; and why the last one was refused or lost, until another is granted. */
export interface HeldByHook {
  readonly lock: Lock | null;
  readonly error: PresenceError | null;
}

/**
 * Calls the handler with the sums of reactions, as the room's event `reactions` tells them; that needs `reactions` at
 * `provideRoom`.
 *
 * @returns sends one, as `room.react` does: false while not connected
 */
export function useReactions(handler?: (sums: readonly ReactionSum[]) => void): (type: string) => boolean;

/**
 * Tells what the component shows of the board, as `setViewport` of `presence-client/viewport` does: again when it changes; nothing
 * when the component goes. A room has one viewport: use it in one component.
 *
 * @param rect - in board units; null: nothing is shown; undefined: that is not known yet
 */
export function useViewport(
  rect: MaybeRefOrGetter<ViewportRect | null | undefined>,
  options?: MaybeRefOrGetter<ViewportOptions | undefined>,
): void;

/** Where the members of a large board are; null without `useViewport` and on boards of up to 500 members. At most once a second. */
export function useDensity(): Readonly<Ref<Density | null>>;

/** How the connection is. Changes with every heartbeat, too, for its round trip. */
export function useConnection(): Readonly<Ref<ConnectionStatus>>;

/** Something about the connection, say its state. Changes only when that changes. */
export function useConnection<Selected>(
  selector: (status: ConnectionStatus) => Selected,
  isEqual?: (before: Selected, now: Selected) => boolean,
): Readonly<Ref<Selected>>;

/**
 * Why there is no connection, as far as that is known; null while there is one.
 *
 * @param listener - hears every error of the connection, also those that end nothing
 */
export function useConnectionError(listener?: (error: PresenceError | Error) => void): Readonly<Ref<ConnectionStatus['error']>>;
