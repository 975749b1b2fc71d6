/**
 * Shows how many and who is on boards, without joining them: for pages that list boards.
 *
 * ```js
 * const stop = watch(connection, ['board-1', 'board-2'], { avatars: 3 }, (boards) => {
 *   for (const { board, members, first } of boards) show(board, members, first);
 * });
 * ```
 *
 * @packageDocumentation
 */
import type { Connection } from './presence-client.js';

/** A member of a watched board. Texts of strangers: see `presence-client/safe`. */
export interface WatchedMember {
  readonly userId: string;
  readonly name: string;
  readonly color: string;
  readonly avatarUrl: string;
}

/** How many and who is on a board, over all nodes. */
export interface WatchedBoard {
  readonly board: string;
  readonly members: number;
  readonly observers: number;
  /** Distinct user ids among the members; null where the node does not know it, on large boards of other nodes. */
  readonly users: number | null;
  /** The members that joined first, at most as many as asked for. */
  readonly first: readonly WatchedMember[];
  /** Why the board is not watched, `forbidden` or `node_full`; empty if it is. */
  readonly error: string;
}

export interface WatchOptions {
  /** Members of each board to describe, 0 to 10. Default: 3. */
  avatars?: number | undefined;
}

/**
 * Watches boards until the returned function is called or the connection ends, also over reconnects. Watches of one
 * connection share what the node sends; together they may have as many boards as the node allows (200). Where that is
 * refused, the connection emits `error` with the code `too_many_watched`.
 *
 * @param callback called with the boards that are known, in the order asked for: when the first are, and when something
 *     changes, about once a second at most. Boards that have not changed are the same objects
 * @returns call it to stop
 */
export function watch(
  connection: Connection<any>,
  boards: Iterable<string>,
  options: WatchOptions | undefined,
  callback: (boards: readonly WatchedBoard[]) => void,
): () => void;
