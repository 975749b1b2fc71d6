/**
 * Shares this user's pointer over an element as their cursor on a board.
 *
 * ```js
 * const stop = sharePointer(room, canvas);
 * ```
 *
 * @packageDocumentation
 */
import type { Room } from './presence-client.js';

/**
 * Moves the room's cursor with the primary pointer over `element`, and hides it when the pointer leaves,
 * a finger is lifted, the window loses the focus or the page becomes hidden. The next move shows it again.
 *
 * @returns call it to stop; it hides the cursor. A room that closes stops it, too
 */
export function sharePointer(room: Room<any>, element: Element, options?: SharePointerOptions): () => void;

export interface SharePointerOptions {
  /**
   * Where the pointer is in board units: for boards that pan or zoom. Default: CSS pixels from the
   * upper left corner of the element's content, scrolled or not.
   */
  toBoard?: (event: PointerEvent) => readonly [x: number, y: number];
}
