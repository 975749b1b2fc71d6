/**
 * Live presence: who is on a board, where their cursors are, what they are doing.
 *
 * ```js
 * const room = await connect('wss://…', { token }).join('board-42', { name: 'Ada' });
 * room.on('members', (members) => …);
 * room.on('cursor', (member, ageMs) => …);
 * room.cursor(x, y);
 * room.set({ selection: ['shape-1'] });
 * room.signal('reaction', '🎉');
 * ```
 *
 * A connection survives lost sockets, restarted nodes and, in a browser, a reload of its page: it reconnects,
 * takes its seats again, and tells listeners only what really changed meanwhile. A tab that is closed for good is
 * `away` for the node's grace period (10 seconds by default), unless {@link ConnectOptions.leaveOnPageHide} is set.
 *
 * @packageDocumentation
 */

/**
 * Opens a connection; it starts at once and keeps itself up until `close()`.
 *
 * @param url - `ws:` or `wss:`; a secure page may use `wss:` only
 * @throws TypeError where there is no `WebSocket` and none was passed
 * @throws what the `WebSocket` throws for an address that it refuses, such as a `SyntaxError`; where `token` is a
 *     function, that is the `error` of the connection, which is then `closed`
 */
export function connect(url: string | URL, options?: ConnectOptions): Connection;

export interface ConnectOptions {
  /**
   * Sent as the first frame of every socket. A function is asked before each socket, and for a fresh one two
   * heartbeats before a JWT expires or when the node says that the last one has. What it throws is an `error` of the
   * connection, and it is asked again later, as it is when it takes more than a minute. If the node refuses its token,
   * it is asked once more after a second or two; a second refusal in a row ends the connection.
   */
  token?: string | (() => string | Promise<string>);
  /** For Node before 22, for example the one from `ws`. */
  WebSocket?: WebSocketConstructor;
  /** Beat more often than the node asks, say to show a live round trip. */
  heartbeatMs?: number;
  /**
   * Leave every board at once when the page goes, instead of being `away` for the grace period. The price: after a reload,
   * or when the page is shown again, the others see a leave and a join. A `close()` in a `pagehide` listener of yours
   * comes too late. Default: false.
   */
  leaveOnPageHide?: boolean;
  /** What state values and signal payloads are on the wire; all clients of a board need the same. Default: {@link json}. */
  codec?: Codec;
}

/** What a connection needs of a WebSocket implementation. */
export interface WebSocketConstructor {
  new (url: string | URL, protocol: string): WebSocketLike;
}

export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(data: any): void;
  close(code?: number): void;
}

export interface Codec {
  /** What it throws, the caller of `join`, `set` or `signal` gets. */
  encode(value: any): Uint8Array;
  /** Must not throw: the bytes come from other clients. */
  decode(bytes: Uint8Array): unknown;
}

/** The default codec. A `Uint8Array` goes out as it is, what is not JSON comes in as one, and no bytes are `undefined`. */
export const json: Codec;

export type Status = 'active' | 'idle' | 'away' | 'busy';

/** What a member says about itself. */
export interface Profile {
  name?: string;
  /** As in CSS. */
  color?: string;
  avatarUrl?: string;
  /** Two tabs of one user are two members with the same user id. */
  userId?: string;
  device?: string;
}

export interface JoinOptions extends Profile {
  /** Default: `active`. */
  status?: Status;
  /** The first state; see {@link Room.set}. */
  state?: Record<string, any>;
  /** Watch without being listed. */
  observer?: boolean;
  /** Send the cursor also while nobody else is listed, because observers may be watching. */
  watched?: boolean;
  /** Gives up the join: it rejects with the signal's reason. Of no effect after the join. */
  signal?: AbortSignal;
  /** Milliseconds after which the join rejects with `timeout`, naming why there is no connection. Default: never. */
  timeoutMs?: number;
}

/** In board units, as the page that moved it gave them. */
export interface Cursor {
  readonly x: number;
  readonly y: number;
  readonly hidden: boolean;
}

/** One object for as long as the member is in the room: it changes in place and is to be read only. */
export interface Member {
  /** 32 hex digits; the same after a reconnect, on any node. */
  readonly id: string;
  /** Names the member on this node only. */
  readonly slot: number;
  readonly name: string;
  readonly color: string;
  readonly avatarUrl: string;
  /** Two tabs of one user are two members with the same user id. */
  readonly userId: string;
  readonly device: string;
  /** Empty if it is none that this client knows. */
  readonly status: Status | '';
  /** Written by other clients, so anything can be in it. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Rises with every change of this member. */
  readonly version: number;
  /** Null until the member has moved it. */
  readonly cursor: Cursor | null;
  /** Milliseconds since 1970, by the clock of the node it joined on. */
  readonly joinedAt: number;
  readonly isSelf: boolean;
}

/** Why a member has left; empty if that is not known, as after a reconnect. */
export type LeaveReason = '' | 'left' | 'timed_out' | 'node_lost' | 'kicked';

/** A passing event. */
export interface Signal {
  /** Who sent it; null: an operator of the service. */
  readonly member: Member | null;
  readonly type: string;
  /** Sent by another client, so it can be anything. */
  readonly payload: unknown;
}

/** Why the node refused something, or why a room or connection ended. */
export class PresenceError extends Error {
  constructor(code: string, message?: string, retryAfterMs?: number);

  readonly name: 'PresenceError';
  /** A word to branch on, such as `board_id_invalid`. */
  readonly code: string;
  /** When to try again; undefined where that does not help. */
  readonly retryAfterMs: number | undefined;
}

/** The node sent bytes that are no frame; the connection has already begun to reconnect. */
export interface WireError extends Error {
  readonly name: 'WireError';
}

declare abstract class Emitter<Events extends Record<keyof Events, unknown[]>> {
  /**
   * A listener that throws is reported and harms neither the others nor the connection.
   *
   * @returns call it to stop listening
   */
  on<Name extends keyof Events>(event: Name, listener: (...details: Events[Name]) => void): () => void;

  off<Name extends keyof Events>(event: Name, listener: (...details: Events[Name]) => void): void;
}

/**
 * `offline`: like `reconnecting`, and the browser knows of no network. It comes back by itself: at once when the
 * browser is online again or the page is looked at, else after a random wait of at most ten seconds, and of at most a minute
 * while the page is hidden or after minutes of failure.
 */
export type ConnectionState = 'connecting' | 'open' | 'reconnecting' | 'offline' | 'closed';

/** The events of a connection and what their listeners are called with. */
export interface ConnectionEvents {
  state: [state: Exclude<ConnectionState, 'connecting'>];
  /** Round trip of a heartbeat in milliseconds. */
  rtt: [rtt: number];
  /**
   * Refusals that concern no room, why the connection was closed for good, whatever `token` threw, and, once until the
   * next welcome, why there is no connection as far as the platform tells: `unreachable` (nothing answers there) or
   * `refused` (something answers and refuses the WebSocket, say for its path or the page's origin). Browsers do not tell
   * the two apart; the client asks for `/healthz` of the same host. A content security policy that forbids both, and a
   * certificate that is not accepted, look like `unreachable`.
   */
  error: [error: Error];
}

/** What the node accepts, as in `Limits` of client.proto. */
export interface Limits {
  readonly maxFrameBytes: number;
  readonly maxBoardIdBytes: number;
  readonly maxNameBytes: number;
  readonly maxStateBytes: number;
  readonly maxStateKeys: number;
  readonly maxSignalBytes: number;
  readonly maxBoards: number;
}

/** One socket at a time to any node, shared by all rooms. */
export class Connection extends Emitter<ConnectionEvents> {
  /** The same as {@link connect}. */
  constructor(url: string | URL, options?: ConnectOptions);

  readonly state: ConnectionState;
  /** UUID of the node's boot; empty before the first welcome, as are the next two. */
  readonly nodeId: string;
  readonly serverLabel: string;
  readonly connectionId: string;
  /** Round trip of the last heartbeat in milliseconds; null before the first. */
  readonly rtt: number | null;
  /** Add it to `Date.now()` to get the node's clock. */
  readonly clockOffset: number;
  readonly maxCursorHz: number;
  /** Empty before the first welcome. */
  readonly limits: Partial<Limits>;

  /**
   * Enters a board. Resolves with the complete roster, or rejects with the node's reason.
   *
   * Rejects at once with a {@link PresenceError} `already_joined`, `closed`, `board_id_invalid` for what is no string or
   * has lone surrogates, or what {@link Room.set} and {@link Room.update} throw. Without `signal` and `timeoutMs` it waits
   * for as long as there is no connection.
   */
  join(board: string, options?: JoinOptions): Promise<Room>;

  /** Hands over a fresh token before the old one expires; reconnects use it too, in place of any callback. */
  auth(token: string): void;

  /** Leaves every room and does not come back. */
  close(): void;
}

/** The events of a room and what their listeners are called with. */
export interface RoomEvents {
  /** All members, after any of the next three. */
  members: [members: Member[]];
  /** Of others only. */
  join: [member: Member];
  /** Of others only. */
  leave: [member: Member, reason: LeaveReason];
  /** Profile, status or state of anybody, this client included. */
  update: [member: Member];
  /** Another's cursor, and how old the position is. */
  cursor: [member: Member, ageMs: number];
  signal: [signal: Signal];
  /** A refusal that does not end the room. */
  error: [error: PresenceError];
  /** The room has ended; without an error after `leave()` and `close()`. */
  closed: [error: PresenceError | undefined];
}

/** A board as this client sees it; {@link Connection.join} makes them. */
export class Room extends Emitter<RoomEvents> {
  private constructor();

  readonly board: string;
  readonly connection: Connection;
  /** This client's own member; null for an observer. */
  readonly self: Member | null;
  /** Whether it has ended; it does not come back. */
  readonly closed: boolean;
  /** Everyone, this client included. */
  get members(): Member[];
  get others(): Member[];

  /**
   * Moves this client's cursor; call it as often as you like, only the latest counts. It goes out as often as the
   * node wants it, and while nobody else is on the board not before somebody comes.
   *
   * In board units: sixteenths up to ±2,097,152 arrive exactly.
   *
   * @throws TypeError for NaN
   */
  cursor(x: number, y: number): void;

  /** For when the pointer leaves the board. */
  hideCursor(): void;

  /**
   * Changes part of this member's state; `undefined` removes a name. Call it as often as you like: only the latest
   * value of each name counts. It goes out as often as the node wants cursors, and the last value always arrives, also
   * after a reconnect or when the node could not take it at once.
   *
   * @throws {@link PresenceError} if that is more than the node keeps; then nothing has changed
   * @throws TypeError for what is no object
   */
  set(values: Record<string, any>): void;

  /**
   * Renames, recolours, changes the status. Paced and kept as {@link Room.set} is.
   *
   * @throws {@link PresenceError} if a field is longer than the node takes; then nothing has changed
   * @throws TypeError for what is no object, RangeError for an unknown status
   */
  update(changes: Profile & { status?: Status }): void;

  /**
   * Sends a passing event to all others, or to some.
   *
   * @returns false if it was not sent, for signals are not kept: while not connected, while more than 256 KiB wait
   *     for the network, or for as long as the node has asked to wait. True is no promise: what the node refuses, 50 a
   *     second by default, is an `error` of the room with `retryAfterMs`, and what it drops for slow readers is not told
   * @throws {@link PresenceError} `signal_too_large`
   */
  signal(type: string, payload?: any, options?: { to?: readonly Member[] }): boolean;

  /** Leaves the board at once; the connection stays for other rooms. */
  leave(): void;
}

// Without this line everything above, the base class too, would count as exported.
export {};
