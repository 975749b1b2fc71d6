/**
 * Awareness for editors that are bound to Yjs, carried by a room.
 *
 * ```js
 * const room = await connect('wss://…').join('document-7', { name: 'Ada', color: '#4f46e5' });
 * const awareness = new PresenceAwareness(room, ydoc);
 * const binding = yCollab(ydoc.getText(), awareness);
 * ```
 *
 * It takes the place of `Awareness` of y-protocols: it has the same fields, methods and events, and the functions
 * of y-protocols work on it. The document itself is synchronized and stored by something else.
 *
 * @packageDocumentation
 */
import type { Member, PresenceError, Room } from './presence-client.js';

/**
 * The states of all clients of a document.
 *
 * Differs from y-protocols in this: there is no timeout of 30 seconds, as the service knows who is there.
 * Who leaves is removed at once; who lost the connection, or closed the page and may come back, has `cursor` null
 * until then. No client can set or remove the state of another.
 *
 * States come from other people, so anything can be in them. What bindings use is put in order before they get
 * it: `cursor` is a pair of relative positions or null; in `user`, name and color are those of the member's
 * profile where it has them, and colors are colors.
 */
export class PresenceAwareness<Doc extends AwarenessDoc = AwarenessDoc> {
  /**
   * The local state starts as `{}`.
   *
   * @param room - joined; it stays joined after `destroy()`
   */
  constructor(room: Room<any>, doc: Doc, options?: AwarenessOptions);

  readonly room: Room<any>;
  doc: Doc;
  /** Of the doc. */
  clientID: number;
  /** By client id, this client included. To be read only. */
  states: Map<number, { [field: string]: any }>;
  meta: Map<number, { clock: number; lastUpdated: number }>;

  getStates(): Map<number, { [field: string]: any }>;
  getLocalState(): { [field: string]: any } | null;

  /**
   * Sent at most 20 times a second; the last one always is. It must be JSON, or what else the codec of the
   * connection takes.
   *
   * @param state - null: this client is gone
   */
  setLocalState(state: { [field: string]: any } | null): void;

  /** Does nothing while the local state is null. */
  setLocalStateField(field: string, value: any): void;

  /** Changes of states; `change` leaves out those that were set to what they had been. */
  on(event: 'change' | 'update', listener: (changes: AwarenessChanges, origin: any) => void): void;
  /**
   * The local state was not sent, for example because it is larger than the node keeps
   * (`state_too_large`): others keep seeing the one before. Without a listener it is reported as uncaught.
   */
  on(event: 'error', listener: (error: PresenceError | Error) => void): void;
  on(event: string, listener: Function): void;
  once(event: string, listener: Function): void;
  off(event: string, listener: Function): void;
  emit(event: string, details: any[]): void;

  /** Removes the local state, for the others too, and stops listening. Happens with the doc's `destroy`. */
  destroy(): void;

  /** @internal */
  _observers: Map<string, any>;
  /** @internal */
  _checkInterval: any;
}

export interface AwarenessOptions {
  /** The name in the member's state that holds the awareness state. Default: `awareness`. */
  field?: string;
  /** Whether another member's state is to be seen; what it throws is reported and means no. Default: all are. */
  accept?: (state: { [field: string]: any }, member: Member) => boolean;
}

/** Client ids. The origin is `local`, or the room. */
export interface AwarenessChanges {
  added: number[];
  updated: number[];
  removed: number[];
}

/** What is needed of a `Y.Doc`. */
export interface AwarenessDoc {
  clientID: number;
  on(event: 'destroy', listener: () => void): any;
}
