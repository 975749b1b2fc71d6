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
import type { ReactElement, ReactNode } from 'react';
import type {
  Connection, ConnectionState, ConnectOptions, JoinOptions, Member, PresenceError, Room, WireError,
} from './presence-client.js';

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
 * A join that was refused shows in {@link useRoom}. It is tried again if the node said when; else with
 * another `board` or `key`.
 */
export function RoomProvider(props: RoomProviderProps): ReactElement;

export interface RoomProviderProps extends JoinOptions {
  board: string;
  /** A join or a change that was refused, or why the room ended. */
  onError?: (error: PresenceError) => void;
  children?: ReactNode;
}

/** A member at the time of this render, without its cursor; for that see {@link useCursors}. */
export type MemberSnapshot = Omit<Member, 'cursor' | 'version'>;

/** The room itself, for `room.set(…)`, `room.cursor(…)` and its events. */
export function useRoom(): RoomStatus;

export interface RoomStatus {
  /** Null unless joined. It changes in place: render what the other hooks return. */
  readonly room: Room | null;
  /** `joined` while reconnecting, too; `left` after a refusal, `room.leave()` or when the node ended it. */
  readonly state: 'joining' | 'joined' | 'left';
  /** Why it is `left`. */
  readonly error: PresenceError | null;
}

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

/** This client's own member; null before it has joined, and for an observer. */
export function useSelf(): MemberSnapshot | null;

/**
 * The visible cursors of the others, moving smoothly. Renders up to once per animation frame while they
 * move: use it in a small component that draws nothing else.
 */
export function useCursors(): readonly CursorSnapshot[];

export interface CursorSnapshot {
  readonly member: MemberSnapshot;
  /** In board units. */
  readonly x: number;
  readonly y: number;
}

/**
 * Listens for signals of one type; the handler last rendered is called, with null as the member if it is
 * an operator of the service.
 *
 * @returns sends a signal of that type, as `room.signal` does: false while not connected
 */
export function useSignal(
  type: string,
  handler?: (payload: unknown, member: MemberSnapshot | null) => void,
): SendSignal;

export type SendSignal = (payload?: any, options?: { to?: readonly MemberSnapshot[] }) => boolean;

/** How the connection is. Renders when that changes, and with every heartbeat for its round trip. */
export function useConnection(): ConnectionStatus;

export interface ConnectionStatus {
  /** Null before the first effect, so on the server. */
  readonly connection: Connection | null;
  readonly state: ConnectionState;
  /** Round trip of the last heartbeat in milliseconds; null before the first. */
  readonly rtt: number | null;
  /** Add it to `Date.now()` to get the node's clock. */
  readonly clockOffset: number;
  readonly nodeId: string;
  readonly serverLabel: string;
  readonly connectionId: string;
  /** Why it is not open, if the node said so. */
  readonly error: PresenceError | WireError | null;
}
