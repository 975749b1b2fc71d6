/**
 * A node in memory, for tests of an application that uses presence: without a server, a network or a wait.
 *
 * ```js
 * const node = testNode();
 * const bob = await node.enter('board-42', { name: 'Bob' });
 * const app = startApp({ url: node.url, WebSocket: node.WebSocket }); // it calls connect(url, { WebSocket })
 * bob.cursor(10, 20);
 * await node.settled();
 * ```
 *
 * The real client connects to it. It behaves as a real node does: the same contract test is run against both. Nothing
 * needs time to pass except what a node does by the clock: pauses between cursors, grace periods, expiring tokens. They use
 * `setTimeout` and `Date` as they are at the time of the call, so that fake timers work.
 *
 * Not simulated: slow readers, several nodes with a Redis between them, limits per address and per user, allowed origins,
 * the HTTP API.
 *
 * @packageDocumentation
 */
import type {
  Codec, Connection, Density, JoinOptions, Limits, Member, PresenceTypes, Register, Room, Status, WebSocketConstructor,
} from '../presence-client.js';

/** Makes a node; nothing has to be started. */
export function testNode(options?: TestNodeOptions): TestNode;

export interface TestNodeOptions {
  /** Default: empty. */
  serverLabel?: string;
  /** Default: 25,000. */
  heartbeatIntervalMs?: number;
  /** Cursors a second, in each direction. Default: 30. */
  maxCursorHz?: number;
  /** How long a member stays that has lost its connection. Default: 10,000, as of a real node. */
  graceMs?: number;
  /** How long a node gathers changes of a roster. Default: 0, that is until the next microtask; 50 is as a real node's. */
  rosterTickMs?: number;
  /** One way; see {@link TestNode.latencyMs}. Default: 0. */
  latencyMs?: number;
  /** Of a board. Default: 10,000. */
  maxMembers?: number;
  /** Those not named are as a real node's. */
  limits?: Partial<Limits>;
  /** Those not named are as a real node's. */
  rates?: Partial<TestRates>;
  /**
   * Returns the user of a token. Without this function no tokens are required. An error that it throws refuses the token;
   * its message is the reason. With a `retryAfterMs` the token counts as not valid yet.
   */
  authenticate?: (token: string) => TestUser;
  /** That of the application's connections. Default: `json`. */
  codec?: Codec;
}

/** So many in a second, twice as many at once; 0 is no limit. Beyond it is `rate_limited`. */
export interface TestRates {
  /** Of a connection; beyond it is the close code 4429. Default: 2,000. */
  frames: number;
  /** Of a connection; beyond it is the close code 4429. Default: 1 MiB. */
  bytes: number;
  /** Of a connection. Default: 20. */
  joins: number;
  /** Joins of a connection that resume. Default: 50. */
  resumes: number;
  /** Of a connection. Default: 50. */
  signals: number;
  /** State frames of a connection. Default: 50. */
  states: number;
  /** Bytes of joins, states and signals of a connection. Default: 128 KiB. */
  eventBytes: number;
  /** Bytes of signals of a board. Default: 512 KiB. */
  boardSignalBytes: number;
  /** Reactions of a connection. Default: 10. */
  reactions: number;
  /** Viewports of a connection. Default: 20. */
  viewports: number;
  /** Pages of rosters of a connection. Default: 10. */
  rosterPages: number;
}

/** The content of a token. */
export interface TestUser {
  userId: string;
  /** Replaces the name that the client sends; the same for the next two. */
  name?: string;
  color?: string;
  avatarUrl?: string;
  /** Milliseconds since 1970. Default: never. */
  expiresAtMs?: number;
  /** Default: everything is allowed. */
  may?: (right: 'join' | 'observe' | 'signal' | 'watch' | 'lock', board: string) => boolean;
}

/** A member as the node has it. */
export interface TestMember extends Pick<Member<{}>, 'id' | 'slot' | 'name' | 'color' | 'avatarUrl' | 'userId' | 'device' | 'cursor'> {
  readonly status: Status;
  readonly state: Record<string, unknown>;
}

/** Frames that {@link TestNode.refuse} refuses. */
export type TestFrameKind = 'join' | 'leave' | 'cursor' | 'state' | 'signal' | 'heartbeat' | 'auth' | 'react' | 'watch' | 'viewport' | 'rosterPage' | 'lock' | 'unlock';

export interface TestRefusal {
  /** Such as `board_full`; those of a node are in docs/protocol/client.md. */
  code: string;
  /** Default: the code. */
  message?: string;
  /** Absent: trying again does not help. */
  retryAfterMs?: number;
  /** Default: 1. */
  times?: number;
  /** Which of them, by the content of the frame: `board` of a join, `type` of a signal … Default: all. */
  when?: (body: any) => boolean;
}

/** A connection, or that of a room. */
export type TestTarget = Room<any> | Connection<any>;

export class TestNode {
  /** The same as {@link testNode}. */
  constructor(options?: TestNodeOptions);

  /** For `connect`. Any host leads here; a path other than `/` and `/ws` is refused. */
  readonly url: string;
  /** For the option `WebSocket` of `connect`. */
  readonly WebSocket: WebSocketConstructor;
  /** Changes with every {@link TestNode.restart}. */
  readonly nodeId: string;
  /** How long a frame takes from one end to the other. Frames never overtake each other. */
  latencyMs: number;

  /** Joins as another member: returns a room of the real client, on a connection of its own. */
  enter<T extends PresenceTypes = Register>(
    board: string,
    options?: JoinOptions<T> & { token?: string | (() => string | Promise<string>) },
  ): Promise<Room<T>>;

  /** Lists the members of a board in the order of joining; members whose connection is lost are `away`. */
  members(board: string): TestMember[];

  /**
   * Resolves when everything is delivered that needs no time to pass: frames of both sides, rosters, the first cursor after
   * a pause. Latency and paced frames need time to pass before.
   */
  settled(): Promise<void>;

  /**
   * Breaks connections as a network does: frames under way are lost, members stay for the grace period, clients reconnect.
   *
   * @param target - default: all connections
   * @param code - the close code that the client gets, such as 4403; default: 1006
   */
  cut(target?: TestTarget, code?: number, reason?: string): void;

  /** Holds all frames of both directions back without closing anything; without `target`, new connections as well. */
  freeze(target?: TestTarget): void;

  /** Delivers the frames that were held back, and all later ones. */
  thaw(target?: TestTarget): void;

  /** Cuts all connections, and refuses new ones. */
  down(): void;

  /** Accepts connections again. */
  up(): void;

  /** Cuts all connections and removes all members: clients come back as new members. */
  restart(): void;

  /** Asks all clients to reconnect, as a node that is about to stop does; they resume their members. */
  goAway(reconnectAfterMs?: number): void;

  /**
   * Refuses frames of a kind.
   *
   * @returns call it to stop
   */
  refuse(kind: TestFrameKind, refusal: TestRefusal): () => void;

  /**
   * Removes a member, or all of a user, from one board or from all.
   *
   * @throws TypeError unless one of `member` and `userId` is given
   */
  kick(order: {
    /** Or its id. */
    member?: Pick<Member, 'id'> | string;
    userId?: string;
    /** Default: all boards. */
    board?: string;
    reason?: string;
    /** The user may not join for so long. Default: 0. */
    banMs?: number;
  }): void;

  /** Ends the seat of a member as if another connection had joined with its resume key. */
  replace(member: Pick<Member, 'id'> | string): void;

  /** A signal of the operator, to all or some. */
  signal(board: string, type: string, payload?: any, options?: { to?: readonly Pick<Member, 'slot'>[] }): void;

  /** Slows the cursors of a board down, as a busy node does; 0 is as before. */
  pace(board: string, hz: number): void;

  /** Tells where members are, as a node does on boards of more than 500 of them, to all that told a viewport; null: no more. */
  density(board: string, density: Density | null): void;

  /**
   * Closes the connections that {@link TestNode.enter} made and cuts all others. Close those of the application first: they
   * would go on reconnecting.
   */
  close(): Promise<void>;
}

export {};
