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
 * @typeParam T - what states, signals and profiles are made of, for this connection; see {@link Register} to say it once
 */
export function connect<T extends PresenceTypes & OnlyKnown<T> = Register>(
  url: string | URL,
  options?: ConnectOptions,
): Connection<T>;

/** Rejects a kind of types that does not exist, such as `Sigals`, and a field that no profile has. */
type OnlyKnown<T> = { [Kind in Exclude<keyof T, keyof PresenceTypes>]: never } & {
  User?: { [Field in Exclude<keyof UserOf<T>, keyof Profile>]: never };
};

/**
 * Declares the types of an application once, for every connection, room, member, event and hook:
 *
 * ```ts
 * declare module 'presence-client' {
 *   interface Register {
 *     State: { tool: 'pen' | 'brush'; selection: string[] };
 *     Signals: { reaction: string; nudge: undefined };
 *     User: { color: `#${string}` };
 *   }
 * }
 * ```
 *
 * Each of the three may be left out. Types are what your own clients promise each other: nothing checks them at run
 * time, and a client of another version, or a hostile one, may send something else.
 */
export interface Register {}

/** What {@link Register} and the type argument of {@link connect} can declare. */
export interface PresenceTypes {
  /** The names of a member's state and their values; every member may lack any of them. */
  State?: object;
  /** The types of signals and their payloads; `undefined` for none. */
  Signals?: object;
  /** What the fields of a profile can be, where that is less than any string. */
  User?: { [Field in keyof Profile<{}>]?: string | undefined };
}

/** The state of a member as others read it: what was declared, or unknown values. */
export type StateOf<T = Register> = T extends { State: infer State } ? Partial<State> : Record<string, unknown>;

/** What {@link Room.set} takes: some of the state; `undefined` removes a name. */
export type StateChanges<T = Register> = T extends { State: infer State }
  ? { [Name in keyof State]?: State[Name] | undefined }
  : Record<string, any>;

/** The payloads of signals by their types: what was declared, or unknown values. */
export type SignalsOf<T = Register> = T extends { Signals: infer Signals } ? Signals : Record<string, unknown>;

/** The types of signals there are. */
export type SignalType<T = Register> = keyof SignalsOf<T> & string;

/** The profile as it was declared; empty if it was not. */
export type UserOf<T = Register> = T extends { User: infer User } ? User : {};

/** What one field of a profile can be. */
export type ProfileField<Field extends keyof Profile<{}>, T = Register> = T extends { User: { [_ in Field]?: infer Value } }
  ? Exclude<Value, undefined>
  : string;

export interface ConnectOptions {
  /**
   * Sent as the first frame of every socket. A function is asked before each socket, and for a fresh one two
   * heartbeats before a JWT expires or when the node says that the last one has. What it throws is an `error` of the
   * connection, and it is asked again later, as it is when it takes more than a minute. If the node refuses its token,
   * it is asked once more after a second or two; a second refusal in a row ends the connection.
   */
  token?: string | (() => string | Promise<string>) | undefined;
  /** For Node before 22, for example the one from `ws`. */
  WebSocket?: WebSocketConstructor | undefined;
  /** Beat more often than the node asks, say to show a live round trip. */
  heartbeatMs?: number | undefined;
  /**
   * Leave every board at once when the page goes, instead of being `away` for the grace period. The price: after a reload,
   * or when the page is shown again, the others see a leave and a join. A `close()` in a `pagehide` listener of yours
   * comes too late. Default: false.
   */
  leaveOnPageHide?: boolean | undefined;
  /**
   * The board that this connection is for, as a hint for load balancers: it is added to the address as `?board=…`, and
   * a balancer that hashes it sends all clients of a board to the same node. Nodes ignore it, and nothing depends on it.
   * Addresses get into logs of servers and proxies: where the ids of boards are secret, give a digest of it that all
   * clients compute alike. For a connection with several boards, name the busiest, or leave it out.
   */
  affinity?: string | undefined;
  /** What state values and signal payloads are on the wire; all clients of a board need the same. Default: {@link json}. */
  codec?: Codec | undefined;
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

/** What a member says about itself; of others, what a stranger's client sent: see `presence-client/safe`. */
export interface Profile<T = Register> {
  name?: ProfileField<'name', T> | undefined;
  /** As in CSS. */
  color?: ProfileField<'color', T> | undefined;
  avatarUrl?: ProfileField<'avatarUrl', T> | undefined;
  /** Two tabs of one user are two members with the same user id. */
  userId?: ProfileField<'userId', T> | undefined;
  device?: ProfileField<'device', T> | undefined;
}

export interface JoinOptions<T = Register> extends Profile<T> {
  /** Default: `active`. */
  status?: Status | undefined;
  /** The first state; see {@link Room.set}. */
  state?: StateChanges<T> | undefined;
  /** Watch without being listed. */
  observer?: boolean | undefined;
  /** Tell {@link Room.counts}. */
  counts?: boolean | undefined;
  /**
   * Know so many members at first instead of all, at most 1,000: for large boards. Others are told when they move or signal,
   * or by `loadMembers` of `presence-client/pages`; ask for `counts` to know how many there are. Default: all members.
   */
  rosterLimit?: number | undefined;
  /** Tell the event `reactions`. */
  reactions?: boolean | undefined;
  /** Tell `room.locks` and the event `locks` of `presence-client/locks`. */
  locks?: boolean | undefined;
  /** Send the cursor also while no other member is listed, because observers may be watching. */
  watched?: boolean | undefined;
  /** Gives up the join: it rejects with the signal's reason. Of no effect after the join. */
  signal?: AbortSignal | undefined;
  /** Milliseconds after which the join rejects with `timeout`, naming why there is no connection. Default: never. */
  timeoutMs?: number | undefined;
}

/** In board units, as the page that moved it gave them. */
export interface Cursor {
  readonly x: number;
  readonly y: number;
  readonly hidden: boolean;
}

/** One object for as long as the member is in the room: it changes in place and is to be read only. */
export interface Member<T = Register> {
  /** 32 hex digits; the same after a reconnect, on any node. */
  readonly id: string;
  /** Names the member on this node only. */
  readonly slot: number;
  /** Empty if there is none, as are the next four. */
  readonly name: ProfileField<'name', T> | '';
  readonly color: ProfileField<'color', T> | '';
  readonly avatarUrl: ProfileField<'avatarUrl', T> | '';
  /** Two tabs of one user are two members with the same user id. */
  readonly userId: ProfileField<'userId', T> | '';
  readonly device: ProfileField<'device', T> | '';
  /** Empty if it is none that this client knows. */
  readonly status: Status | '';
  /** Written by other clients, so anything can be in it. */
  readonly state: Readonly<StateOf<T>>;
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

/** A passing event. Where {@link Register.Signals} are declared, its `type` tells what the payload is. */
export type Signal<T = Register> = { [Type in SignalType<T>]: SignalOfType<Type, T> }[SignalType<T>];

export interface SignalOfType<Type extends SignalType<T>, T = Register> {
  /** Who sent it; null: an operator of the service. */
  readonly member: Member<T> | null;
  readonly type: Type;
  /** Sent by another client, so it can be anything. */
  readonly payload: SignalsOf<T>[Type];
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
   * certificate that is not accepted, look like `unreachable`; a policy that forbids the WebSocket only like `refused`.
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
export class Connection<T extends PresenceTypes = Register> extends Emitter<ConnectionEvents> {
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
   *
   * @typeParam RoomTypes - where the boards of one connection differ
   */
  join<RoomTypes extends PresenceTypes = T>(board: string, options?: JoinOptions<RoomTypes>): Promise<Room<RoomTypes>>;

  /** Hands over a fresh token before the old one expires; reconnects use it too, in place of any callback. */
  auth(token: string): void;

  /** Leaves every room and does not come back. */
  close(): void;
}

/** How many are on a board, over all nodes. */
export interface BoardCounts {
  readonly members: number;
  readonly observers: number;
  /** Distinct user ids among the members; members without one are not counted. */
  readonly users: number;
}

/** How many reactions of a type there were. */
export interface ReactionSum {
  readonly type: string;
  readonly count: number;
}

/** Where the members of a large board are: how many have their cursor in each cell of a grid. */
export interface Density {
  /** The left edge of the grid, in board units. */
  readonly x: number;
  /** The top edge of the grid. */
  readonly y: number;
  /** Width and height of a cell, in board units. */
  readonly cell: number;
  /** At most 32. */
  readonly columns: number;
  /** Members by cell, row by row from the top, at most 18 rows. */
  readonly counts: readonly number[];
}

/** The events of a room and what their listeners are called with. */
export interface RoomEvents<T = Register> {
  /** All members, after any of the next three. */
  members: [members: Member<T>[]];
  /** Of others only. */
  join: [member: Member<T>];
  /** Of others only. */
  leave: [member: Member<T>, reason: LeaveReason];
  /** Profile, status or state of anybody, this client included. */
  update: [member: Member<T>];
  /** Another's cursor, and how old the position is. */
  cursor: [member: Member<T>, ageMs: number];
  signal: [signal: Signal<T>];
  /** The counts have changed; at most once a second, and only where the join asked for `counts`. */
  counts: [counts: BoardCounts];
  /**
   * The reactions of all clients of the board since the last of these events, this client's included: at most 16 types, the
   * most frequent first, twice a second at most, and only where the join asked for `reactions`.
   */
  reactions: [sums: readonly ReactionSum[]];
  /**
   * Where the members are, on boards of more than 500 members, once a second while it changes; null when there is none any
   * more. Only of rooms whose viewport was told, see `presence-client/viewport`.
   */
  density: [density: Density | null];
  /** A refusal that does not end the room. */
  error: [error: PresenceError];
  /** The room has ended; without an error after `leave()` and `close()`. */
  closed: [error: PresenceError | undefined];
}

/** What {@link Room.signal} takes after the type: a payload, which may be left out if it may be undefined, and options. */
export type SignalDetails<Type extends SignalType<T>, T = Register> = undefined extends SignalsOf<T>[Type]
  ? [payload?: SignalsOf<T>[Type], options?: { to?: readonly Member<T>[] }]
  : [payload: SignalsOf<T>[Type], options?: { to?: readonly Member<T>[] }];

/** A board as this client sees it; {@link Connection.join} makes them. */
export class Room<T extends PresenceTypes = Register> extends Emitter<RoomEvents<T>> {
  private constructor();

  readonly board: string;
  readonly connection: Connection;
  /** This client's own member; null for an observer. */
  readonly self: Member<T> | null;
  /** The last counts; undefined before the first, and where the join did not ask for `counts`. */
  readonly counts: BoardCounts | undefined;
  /** Whether it has ended; it does not come back. */
  readonly closed: boolean;
  /** Everyone, this client included. */
  get members(): Member<T>[];
  get others(): Member<T>[];

  /**
   * Moves this client's cursor; call it as often as you like, only the latest counts. It goes out as often as the
   * node wants it, and while no other member is on the board not before one joins.
   *
   * In board units: sixteenths up to ±2,097,152 arrive exactly, everything else is rounded to them. Fractions of a width, such as
   * `x / width`, would have 16 places: multiply them, say by 1,000, and divide where you draw. On pages of `localhost` a room
   * says so once on the console, after nine positions between 0 and 1.
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
  set(values: StateChanges<T>): void;

  /**
   * Renames, recolours, changes the status. Paced and kept as {@link Room.set} is.
   *
   * @throws {@link PresenceError} if a field is longer than the node takes; then nothing has changed
   * @throws TypeError for what is no object, RangeError for an unknown status
   */
  update(changes: Profile<T> & { status?: Status | undefined }): void;

  /**
   * Sends a passing event to all others, or to some.
   *
   * @returns false if it was not sent, for signals are not kept: while not connected, while more than 256 KiB wait
   *     for the network, or for as long as the node has asked to wait. True is no promise: what the node refuses, 50 a
   *     second by default, is an `error` of the room with `retryAfterMs`, and what it drops for slow readers is not told.
   *     The node does not tell its rates ({@link Limits} has sizes), so they cannot be counted here
   * @throws {@link PresenceError} `signal_too_large`
   */
  signal<Type extends SignalType<T>>(type: Type, ...details: SignalDetails<Type, T>): boolean;

  /**
   * Sends a reaction, which is not passed on but counted. Observers may, too; with tokens it needs the right `signal`.
   *
   * @param type such as an emoji; at most 32 bytes, or the room has an `error` `field_too_long`
   * @returns false if it was not sent, as with {@link Room.signal}: what the node refuses, 10 a second by default, is
   *     an `error` of the room
   */
  react(type: string): boolean;

  /**
   * Becomes an observer, or a member, without leaving: what the room shows goes on, and the others see one leave or join.
   * The promise ends when it is so; `self` is null then, or somebody new. To be called once at a time.
   *
   * Rejects with the node's refusal; the room is then what it was. Nodes of release 0.2 refuse with `already_joined`: leave
   * and join there.
   *
   * @param about what the new member says of itself beside what the room has said so far
   * @throws what {@link Room.set} and {@link Room.update} throw
   */
  observe(observer: boolean, about?: Profile<T> & { status?: Status | undefined; state?: StateChanges<T> | undefined }): Promise<void>;

  /** Leaves the board at once; the connection stays for other rooms. */
  leave(): void;
}

// Without this line everything above, the base class too, would count as exported.
export {};
