/**
 * Rooms that several components share. A connection can be on a board only once; with `shareRoom`, every component that
 * needs the board says so, and it is left with the last of them. The hooks of `presence-client/react` are made of this.
 *
 * ```js
 * const share = shareRoom(connection, 'board-42', { name: 'Ada' });
 * share.subscribe(() => render(share.get()));
 * share.update({ name: 'Ada L.' });
 * share.leave();
 * ```
 *
 * @packageDocumentation
 */
import type { Connection, JoinOptions, PresenceError, PresenceTypes, Profile, Register, Room, StateChanges, Status } from './presence-client.js';
import type { CursorsSource, MembersSource } from './presence-snapshots.js';

/**
 * Joins the board, unless this function did so on this connection before: then it takes part in that room. It joins
 * after this turn of the event loop, so that leaving and entering again in one turn does nothing.
 *
 * Of each profile field, the status and each name of the state, what the first share says counts; what it leaves out,
 * the next one says. When the first is gone, the others see what the next one says. A room is an observer's for as long
 * as all shares are observers, and is joined again when that changes.
 *
 * A join that was refused is tried again when the node said, and when another share comes. A room that has ended is
 * joined again only when another share comes.
 */
export function shareRoom<T extends PresenceTypes = Register>(
  connection: Connection<any>,
  board: string,
  options?: ShareOptions<T>,
): RoomShare<T>;

/** Of `watched`, `counts`, `reactions`, `locks`, `rosterLimit` and `timeoutMs`, what the first share says counts at the time of the join. */
export interface ShareOptions<T = Register> extends Omit<JoinOptions<T>, 'signal'> {
  /** A join or a change that was refused, or why the room ended. */
  onError?: ((error: PresenceError) => void) | undefined;
}

export interface RoomShare<T extends PresenceTypes = Register> {
  /** @returns call it to stop listening */
  readonly subscribe: (listener: () => void) => () => void;
  /** How the room is; the same object until that changes. */
  readonly get: () => SharedRoomStatus<T>;
  /**
   * Says something else than before, in whole: what is missing is no longer said. Of the state, only the names whose
   * values changed are set, so `room.set` of other names stays. A change that is refused goes to `onError`.
   */
  update(about: Profile<T> & { status?: Status; state?: StateChanges<T> }): void;
  /** Needs the board no longer. */
  leave(): void;
}

export type SharedRoomStatus<T extends PresenceTypes = Register> =
  | { readonly state: 'joining'; readonly room: null; readonly error: null; readonly members: null; readonly cursors: null }
  | {
    /** Also while the connection reconnects. */
    readonly state: 'joined';
    readonly room: Room<T>;
    readonly error: null;
    readonly members: MembersSource<T>;
    readonly cursors: CursorsSource<T>;
  }
  | {
    /** After a refusal, `room.leave()` or when the node ended it. */
    readonly state: 'left';
    readonly room: null;
    readonly error: PresenceError | null;
    readonly members: null;
    readonly cursors: null;
  };

/** How a room is before there is a share. */
export const JOINING: SharedRoomStatus<any> & { readonly state: 'joining' };
