/**
 * Presence for tldraw: the others' cursors, names, selections, brushes and viewports by tldraw's own collaborators, so also
 * its list of people and its following. The drawing itself is left to what keeps it. For tldraw 5.4 and later.
 *
 * ```jsx
 * <Tldraw onMount={(editor) => attachPresence(editor, room)} />
 * ```
 *
 * @packageDocumentation
 */
import type { Room } from './presence-client.js';

/**
 * Shows the others on tldraw's canvas, and this user to them, until it is stopped. Uses the names `page`, `selection`, `camera`, `screen`, `brush`, `following` and `chat` of the member's state.
 *
 * @param editor - what tldraw hands to `onMount`
 * @returns call it to stop; it takes the others from the canvas, and the room stays joined
 */
export function attachPresence(editor: TldrawEditor, room: Room<any>, options?: AttachOptions): () => void;

export interface AttachOptions {
  /** Whether to keep the member's status by what the user does, as `presence-client/activity` does. Default: true. */
  activity?: boolean | undefined;
}

/** What of tldraw's editor is used. */
export interface TldrawEditor {
  readonly store: any;
  readonly user: { getRecordId(): string };
  getInstanceState(): any;
  getCamera(): { x: number; y: number; z: number };
  getCurrentPageId(): string;
  getSelectedShapeIds(): readonly string[];
}
