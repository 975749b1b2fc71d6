/**
 * Shares this user's pointer over an element as their cursor on a board.
 *
 * ```js
 * const pointer = sharePointer(room, canvas, { toBoard: ({ clientX, clientY }) => camera.toBoard(clientX, clientY) });
 * camera.onChange(() => pointer.refresh()); // the board moved under a resting pointer
 * pointer(); // stops
 * ```
 *
 * @packageDocumentation
 */
import type { Room } from './presence-client.js';

/**
 * Moves the room's cursor with the primary pointer over `element`, and hides it when the pointer leaves,
 * a finger is lifted, the window loses the focus or the page becomes hidden. The next move shows it again.
 *
 * When something scrolls or the window is resized under a resting pointer, its place on the board is found again; after a pan
 * or zoom of your own call {@link SharedPointer.refresh}.
 *
 * @param room or the promise of `connection.join(…)`: then a pointer that was moved during the join is shown as soon as the room is
 * joined, without another move; a join that fails stops it
 * @returns call it to stop; it hides the cursor. A room that closes stops it, too
 */
export function sharePointer(room: Room<any> | PromiseLike<Room<any>>, element: Element, options?: SharePointerOptions): SharedPointer;

export interface SharedPointer {
  /** Stops and hides the cursor. */
  (): void;

  /**
   * Asks `toBoard` again where the pointer is, with the event of its last move, and moves the cursor if that has
   * changed. Call it as often as the board moves. Does nothing while the cursor is hidden and after the end.
   */
  refresh(): void;
}

export interface SharePointerOptions {
  /**
   * Where the pointer is in board units: for boards that pan or zoom. Default: CSS pixels from the
   * upper left corner of the element's content, scrolled or not. Use `clientX` and `clientY`, which stay true for
   * {@link SharedPointer.refresh}; `offsetX` and `offsetY` do not.
   */
  toBoard?: ((event: PointerEvent) => readonly [x: number, y: number]) | undefined;
}
