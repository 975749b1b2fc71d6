/**
 * Presence for Excalidraw 0.18: the others' pointers, names, selections, states and viewports on its canvas, and this
 * user's on theirs. The drawing itself is left to what keeps it.
 *
 * ```jsx
 * const presence = attachPresence(api, room);
 * <div onPointerLeave={presence.onPointerLeave}>
 *   <Excalidraw excalidrawAPI={setApi} isCollaborating onPointerUpdate={presence.onPointerUpdate} />
 * </div>
 * ```
 *
 * @packageDocumentation
 */
import type { Room } from './presence-client.js';

/**
 * Shows the others on a canvas, and this user to them, until it is stopped. Uses the names `selection`, `tool`, `button`
 * and `following` of the member's state, and signals of the type `viewport`.
 *
 * @param api - what Excalidraw hands to `excalidrawAPI`
 */
export function attachPresence(api: ExcalidrawApi, room: Room<any>, options?: AttachOptions): AttachedPresence;

export interface AttachOptions {
  /** Whether to keep the member's status by what the user does, as `presence-client/activity` does. Default: true. */
  activity?: boolean | undefined;
}

export interface AttachedPresence {
  /** For the prop of that name. */
  readonly onPointerUpdate: (update: {
    pointer: { x: number; y: number; tool: string };
    button: string;
    pointersMap: { readonly size: number };
  }) => void;
  /** For the element around Excalidraw, which does not tell that the pointer has left. */
  readonly onPointerLeave: () => void;
  /** Takes the others from the canvas; the room stays joined. */
  readonly stop: () => void;
}

/** What of Excalidraw's imperative API is used. */
export interface ExcalidrawApi {
  updateScene(scene: any): void;
  getAppState(): any;
  onChange(listener: (elements: any, appState: any, files: any) => void): () => void;
  onUserFollow(listener: (payload: any) => void): () => void;
  onScrollChange(listener: (...details: any[]) => void): () => void;
}
