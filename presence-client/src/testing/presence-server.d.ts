/**
 * A real node in a process or container of its own, for tests in Node: needs a Java runtime (17 or newer) and
 * `presence-service.jar`, or Docker and the image.
 *
 * ```js
 * const server = await startPresence({ jar: 'presence-service.jar' });
 * const room = await connect(server.webSocketUrl).join('board-42', { name: 'Ada' });
 * await server.stop();
 * ```
 *
 * The node runs in dev mode: free ports on loopback, short times, no Redis. It ends with the process that started it.
 *
 * @packageDocumentation
 */

/**
 * Starts a node and waits until it is ready.
 *
 * @throws TypeError unless one of `jar` and `image` is given
 * @throws Error if the program cannot be started, or the node ends or is not ready in time; the message holds its log
 */
export function startPresence(options: PresenceServerOptions): Promise<PresenceServer>;

export interface PresenceServerOptions {
  /** Path of presence-service.jar. */
  jar?: string;
  /** Name of the image, such as `presence-service`. */
  image?: string;
  /** By the names of the service's docs/configuration.md: `{ PRESENCE_GRACE_MS: 500 }`. Default: those of dev mode. */
  settings?: Record<string, string | number | boolean>;
  /** The program. Default: `java` on the PATH. */
  java?: string;
  /** Options of the JVM. Default: those of a small JVM that starts fast. */
  javaOptions?: readonly string[];
  /** The program. Default: `docker` on the PATH. */
  docker?: string;
  /** How long a start may take. Default: 60,000. */
  startTimeoutMs?: number;
}

export interface PresenceServer {
  /** Where clients connect, such as `ws://127.0.0.1:40251/ws`. */
  readonly webSocketUrl: string;
  /** Where the demo page and the browser client are served, without a slash at the end. */
  readonly httpUrl: string;
  /** The operators' port, with health, metrics and the HTTP API, without a slash at the end. */
  readonly opsUrl: string;
  /** Changes with every start. */
  readonly nodeId: string;
  /** Whether the process or container runs. */
  readonly running: boolean;
  /** The last 1,000 lines that the node has logged since its first start: warnings, unless `LOG_LEVEL` is set. */
  readonly log: string;

  /** Stops the node in an orderly way; its clients are told. Resolves when it is gone. */
  stop(): Promise<void>;

  /** Kills the node, as a crash does. Resolves when it is gone. */
  kill(): Promise<void>;

  /** Starts the stopped node again at the same addresses, without its members. */
  start(): Promise<void>;

  /** Stops the node and starts it again at the same addresses, without its members. */
  restart(): Promise<void>;
}
