/**
 * Tells what a page shows of a board, so that it is sent the cursors there: for boards with hundreds of members.
 *
 * ```js
 * setViewport(room, { x: 0, y: 0, width: 1920, height: 1080 }); // again whenever the board moves
 * room.on('density', (density) => minimap.show(density));
 * ```
 *
 * @packageDocumentation
 */
import type { Density, Member, Room } from './presence-client.js';

export type { Density } from './presence-client.js';

/** In board units, such as a `DOMRect`. */
export interface ViewportRect {
  /** The left edge. */
  readonly x: number;
  /** The top edge. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ViewportOptions {
  /** Ids of members whose cursors are sent wherever they are, at most 16. Those that are not on the board may come later. */
  follow?: Iterable<Member<any>['id']> | undefined;
}

/**
 * Tells what the page shows of a room's board; a room has one viewport. Call it as often as the board moves: the node is
 * told ten times a second at most, the last one always, and again after a reconnect. While the document is hidden the node is
 * told that nothing is shown.
 *
 * Where little moves, the node goes on to send everything. On boards of more than 500 members, members outside of the
 * viewport become hidden (`cursor.hidden`) after a second or two, and when the viewport moves at once, until they are in it.
 * On smaller boards they are told once a second. It saves bytes and hides nothing: any client can tell any viewport.
 *
 * Observers can tell one, too. It does nothing in a closed room, and on a node of release 0.2, which sends everything.
 *
 * @param rect - null or an empty one: nothing is shown
 * @throws TypeError if a side is no number, RangeError for too many members to follow
 */
export function setViewport(room: Room<any>, rect: ViewportRect | null, options?: ViewportOptions): void;

/** The last density that the room told of; null without one, as on boards of up to 500 members. */
export function densityOf(room: Room<any>): Density | null;
