/**
 * Keeps a member's status by what its user does: `active`, `idle` after a while without a hand on it, `away` while the page
 * is hidden.
 *
 * ```js
 * const stop = watchActivity(room);
 * ```
 *
 * @packageDocumentation
 */
import type { Room } from './presence-client.js';

/**
 * Changes the status when it should be another one: on pointers, keys and wheels, when they rest, and when the page is
 * hidden or shown.
 *
 * @returns call it to stop; the status stays as it is. A room that closes stops it, too
 */
export function watchActivity(room: Room<any>, options?: WatchActivityOptions): () => void;

export interface WatchActivityOptions {
  /** After how many milliseconds without a sign of life a member is idle. Default: 60,000. */
  idleMs?: number | undefined;
}
