import type { Member, PresenceError, PresenceTypes, Register } from './presence-client.js';

export interface LockOptions {
  /**
   * How long the lock lasts when this page is gone or cannot be reached, in milliseconds: 1000 to the node's limit (300000);
   * 6000 by default. It is renewed every third of it. With up to 6000 no other member is ever granted the lock while this
   * page counts on it; with more, that may happen when the page or its node is cut off.
   */
  ttl?: number;
  /** Waits while another member has it, in the order of asking; false by default. */
  wait?: boolean;
  /** Ends the wait, or gives the lock back when it is aborted before it was granted. */
  signal?: AbortSignal;
}

/** A lock that this page has. */
export interface Lock {
  readonly name: string;
  /**
   * Greater than that of every lock that was granted on the board before. Hand it to what stores the result, which refuses lower
   * numbers than it has seen: a page that slept does not know that its lock has ended.
   */
  readonly fencing: number;
  /** False after it was given back or lost. */
  readonly held: boolean;
  /** Gives it back; later calls do nothing. */
  release(): void;
  /**
   * `lost`: it has ended without being given back, because its time is over, its member is gone, or another one has it. The error's code is
   * `lock_lost`, or says why the room ended.
   */
  on(event: 'lost', listener: (error: PresenceError) => void): () => void;
  off(event: 'lost', listener: (error: PresenceError) => void): void;
}

/** A lock of any member. */
export interface HeldLock {
  readonly name: string;
  readonly fencing: number;
  /** Its holder; null while it is not in the list of members. */
  readonly member: Member | null;
  readonly isMine: boolean;
}

declare module './presence-client.js' {
  interface Room<T extends PresenceTypes = Register> {
    /** All locks of the board, with `locks: true` in the options of `join`; the event `locks` tells of changes. */
    readonly locks: readonly HeldLock[];
    /**
     * Asks for a lock, which is advisory: it says to other pages what to leave alone. Rejects with a PresenceError: `lock_denied` when
     * another member has it (its `holder`), `unavailable` when the node cannot reach Redis, `too_many_locks`,
     * `lock_queue_full`, `lock_invalid`, `already_locked` when this room has it or waits for it, `forbidden`, `observer`.
     */
    lock(name: string, options?: LockOptions): Promise<Lock>;
  }
  interface RoomEvents<T = Register> {
    locks: [locks: readonly HeldLock[]];
  }
}
