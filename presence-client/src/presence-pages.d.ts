/**
 * Members of large boards page by page, for rooms that were joined with a `rosterLimit`: such a room knows so many members
 * at first, and others when they move, signal, or are asked for.
 *
 * ```js
 * const room = await connection.join('hall', { name: 'Ada', rosterLimit: 100, counts: true });
 * const { members, complete } = await loadMembers(room, { limit: 200 });
 * list.show(room.members, `${room.members.length} of ${totalOf(room)}`);
 * ```
 *
 * @packageDocumentation
 */
import type { Member, PresenceTypes, Register, Room } from './presence-client.js';

export interface LoadOptions {
  /** The most members, up to what the node allows (1,000). Default: as many as the room's `rosterLimit`. */
  limit?: number | undefined;
}

export interface LoadedMembers<T = Register> {
  /** Those that the room did not know before. They are in `room.members`, and `join` was emitted for each. */
  readonly members: readonly Member<T>[];
  /** Whether the room knows everybody now. Members that come later are found by loading again. */
  readonly complete: boolean;
}

/**
 * Has the node tell members that the room does not know. A page may have fewer than asked for where their data is large.
 * Pages are asked for one after another, and again after a reconnect.
 *
 * @throws {PresenceError} `roster_page_invalid` in a room that was joined without a `rosterLimit`, or with a limit beyond the
 *     node's; `closed`, or why, when the room ends before the page comes
 */
export function loadMembers<T extends PresenceTypes = Register>(
  room: Room<T>,
  options?: LoadOptions | undefined,
): Promise<LoadedMembers<T>>;

/**
 * How many members the board has, known or not: from the room's counts if it was joined with `counts`, else as of the last
 * page.
 */
export function totalOf(room: Room<any>): number;
