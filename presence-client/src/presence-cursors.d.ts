/**
 * Smooth cursors: draws what a room tells of the others' cursors as even motion, a little late.
 *
 * ```js
 * const stop = smoothCursors(room, {
 *   show: (member, x, y) => { elementOf(member).style.transform = `translate(${x}px, ${y}px)`; },
 *   hide: (member) => elementOf(member).remove(),
 * });
 * ```
 *
 * @packageDocumentation
 */
import type { Member, PresenceTypes, Register, Room } from './presence-client.js';

/**
 * Draws the cursors of all other members: those that are to be seen now, and all that come.
 *
 * All cursors share one animation loop, which ends as soon as nothing moves. Where the user prefers
 * reduced motion, cursors jump.
 *
 * @returns call it to stop; it hides every cursor that is shown
 */
export function smoothCursors<T extends PresenceTypes = Register>(
  room: Room<T>,
  layer: CursorLayer<T>,
  options?: SmoothCursorsOptions,
): () => void;

/** What draws; it need not know how cursors move. */
export interface CursorLayer<T = Register> {
  /**
   * Called in an animation frame for every cursor that has to be drawn elsewhere than before; the
   * first call of a member, and the first after `hide`, makes it appear.
   *
   * @param x - in board units
   * @param y - in board units
   */
  show(member: Member<T>, x: number, y: number): void;

  /** The cursor is hidden, its member has left, the room has closed or drawing was stopped. Only after `show`. */
  hide(member: Member<T>): void;
}

/** Where there is no window, as in tests. */
export interface SmoothCursorsOptions {
  /** Default: `requestAnimationFrame`, where there is none a timer. */
  requestFrame?: ((draw: (timeMs?: number) => void) => unknown) | undefined;
  /** The clock of `requestFrame`, in milliseconds. Default: `performance.now`. */
  now?: (() => number) | undefined;
}

/**
 * One cursor, played back a little late, so that the next position is known when it is needed. The delay
 * follows the jitter of the positions, from 20 to 250 ms; it waits for later ones. Between positions
 * it follows a spline that never leaves the rectangle they span; it arrives exactly at the last one. After a
 * rest it does not creep. Pure: all times are handed in, in milliseconds of one clock.
 */
export class CursorPath {
  constructor(x: number, y: number, now: number);

  /** @param ageMs - how long ago the cursor was there, as the room's `cursor` event tells it */
  moveTo(x: number, y: number, ageMs: number, now: number): void;

  /** Where to draw the cursor now; settled: it stays there until the next `moveTo`. */
  at(now: number): { x: number; y: number; settled: boolean };

  /** The latest position, however far the playback has come. */
  get target(): { x: number; y: number };

  /** How far the playback is behind the positions now, in milliseconds. */
  get delayMs(): number;
}
