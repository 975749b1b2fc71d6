/**
 * The client with a log of what it does, for when something is not as expected.
 *
 * ```js
 * import { connect } from 'presence-client/debug'; // in place of 'presence-client'
 * localStorage.presenceDebug = 1; // in the console of the page, then reload
 * ```
 *
 * @packageDocumentation
 */
import type { ConnectOptions, Connection, Member, PresenceTypes, Register, Room, WebSocketConstructor } from './presence-client.js';

export interface DebugOptions extends ConnectOptions {
  /**
   * Logs every frame and decision as a line: to the console, or to this function. Cursors are counted and told once a second;
   * with `'all'` each has its line. Tokens and resume keys are never logged; names, states and signals are. Default: what
   * `localStorage.presenceDebug` says, which is nothing where there is none.
   */
  debug?: boolean | string | ((line: string) => void);
}

/** As {@link presence-client!connect}, which it is when nothing is to be logged. */
export function connect<T extends PresenceTypes = Register>(url: string | URL, options?: DebugOptions): Connection<T>;

/**
 * Counts what goes over the sockets of one connection.
 *
 * ```js
 * const probe = new Probe();
 * const connection = probe.watch(connect(url, { WebSocket: probe.WebSocket }));
 * ```
 */
export class Probe {
  constructor(options?: {
    /** The one that carries the frames. Default: the platform's. */
    WebSocket?: WebSocketConstructor;
    /** Told of everything as it happens; what there is may change. */
    hear?: (event: string, detail: any) => void;
  });

  /** For the option `WebSocket` of `connect`. */
  readonly WebSocket: WebSocketConstructor;

  /**
   * Follows the connection and the rooms that it joins from now on.
   *
   * @returns the connection
   */
  watch<Watched extends Connection<any>>(connection: Watched): Watched;

  readonly connection: Connection<any> | null;
  /** Those that have not ended. */
  readonly rooms: ReadonlySet<Room<any>>;
  /** Attempts to connect. */
  readonly sockets: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Positions of others. */
  readonly cursors: number;
  /** How old the positions of the last five seconds were when they came, in milliseconds. */
  ages(): number[];
  /** How long ago another member moved its cursor, in milliseconds; null if it has not. */
  movedAgo(member: Member<any>): number | null;
}

/** A frame of `presence-wire.js` as a line. */
export function describeFrame(frame: object, boardOf?: (boardRef: number) => string | undefined): string;

export {};
