/**
 * For backends: tokens for the browser client, calls to the HTTP API of the service, and verification of its webhooks. Needs `fetch` and
 * WebCrypto, which Node 20, Deno, Bun and workers have.
 *
 * ```js
 * const token = await createToken({ secret: process.env.PRESENCE_JWT_SECRET, user: 'user-17', name: 'Ada', board: 'board-42' });
 *
 * const api = createApi({ url: 'http://presence.internal:9464', token: process.env.PRESENCE_API_TOKEN });
 * const { members } = await api.get('/boards/{board}/members', { path: { board: 'board-42' } });
 * await api.post('/boards/{board}/signals', { path: { board: 'board-42' }, body: { type: 'notice', payload: '"Hello"' } });
 *
 * const { events } = await verifyWebhook({ secret: process.env.WEBHOOK_SECRET, headers: request.headers, body: await request.text() });
 * ```
 *
 * @packageDocumentation
 */
import type { components, paths } from './openapi.js';

// Tokens

/** `join` includes `observe`, which includes `watch`. */
export type Right = 'join' | 'observe' | 'watch' | 'signal';

export interface TokenOptions {
  /**
   * Signs with HS256: the service's `PRESENCE_JWT_SECRET`, at least 32 bytes. White space at the ends of a text is left out, as the
   * service does with `PRESENCE_JWT_SECRET_FILE`.
   */
  secret?: string | Uint8Array | undefined;
  /**
   * Signs with RS256, ES256 (P-256) or EdDSA (Ed25519), by the kind of the key: a private key as PKCS #8 in PEM, as a JWK, or imported.
   * Instead of `secret`.
   */
  key?: string | JsonWebKey | CryptoKey | undefined;
  /** The `kid` of the key in the key set of the service. Default: that of a JWK. */
  keyId?: string | undefined;
  /** User id, without control characters; at most 128 bytes by default (`PRESENCE_MAX_NAME_BYTES`). */
  user: string;
  /** The one board that the token is for; without `*`. */
  board?: string | undefined;
  /** The rights on `board`. Default: `join` and `signal`. */
  rights?: readonly Right[] | undefined;
  /** Rights by pattern, in which `*` stands for any characters; at most 100 of them. Instead of `board`. */
  boards?: Readonly<Record<string, readonly Right[]>> | undefined;
  /**
   * How long the token is valid, in seconds. The service closes the connection then, unless the client has presented a fresh token.
   * Default: 3,600.
   */
  ttlSeconds?: number | undefined;
  /** Before it, clients are told to wait. */
  notBefore?: Date | undefined;
  /** What others see of the user, whatever the client says. */
  name?: string | undefined;
  color?: string | undefined;
  avatarUrl?: string | undefined;
  /** `PRESENCE_JWT_ISSUER` of the service, if it is set. */
  issuer?: string | undefined;
  /** One of `PRESENCE_JWT_AUDIENCE` of the service, if it is set. */
  audience?: string | readonly string[] | undefined;
}

/**
 * Makes the token that a page hands to `connect(url, { token })`: a JSON Web Token.
 *
 * @throws {TypeError} if no node would accept the token: no user, no rights that exist, a key of another kind, a secret that is too
 *     short, or more than 8,192 characters
 */
export function createToken(options: TokenOptions): Promise<string>;

/**
 * Imports a private key once, for many tokens.
 *
 * @param key PKCS #8 in PEM (`-----BEGIN PRIVATE KEY-----`), or a JWK; RSA of at least 2,048 bits, EC P-256 or Ed25519
 * @throws {TypeError} if it is another key, encrypted or damaged
 */
export function importKey(key: string | JsonWebKey): Promise<CryptoKey>;

// The HTTP API

export interface ApiOptions {
  /** The operators' port of a node or of a balancer before it, such as `http://presence.internal:9464`; without `/api/v1`. */
  url: string | URL;
  /** `PRESENCE_API_TOKEN` of the service, or a token of its `PRESENCE_API_TOKENS_FILE` with the rights that the calls need. */
  token: string;
  /** How long a call may take, with its repetitions, in milliseconds. Default: 10,000. */
  timeoutMs?: number | undefined;
  /**
   * How often a GET or a PUT is repeated after no answer or a status of 502, 503 or 504, with growing pauses from 100 ms on. Other calls
   * are never repeated. Default: 2.
   */
  retries?: number | undefined;
  /** Default: that of the platform. */
  fetch?: typeof fetch | undefined;
}

/** @throws {TypeError} if the URL is none, or the token is empty */
export function createApi(options: ApiOptions): PresenceApi;

/**
 * The calls of the service's OpenAPI document, with its paths, parameters and answers as types. A node of another release may have fewer
 * paths (`not_found`) or answer with more fields.
 *
 * All calls reject with a {@link PresenceApiError}, with the reason of an aborted `signal`, or with a `TypeError` for a variable of the
 * path that is missing, or is `.` or `..`, which no address can have.
 */
export interface PresenceApi {
  get<P extends ApiPath<'get'>>(path: P, ...options: Arguments<P, 'get'>): Promise<ApiAnswer<P, 'get'>>;
  post<P extends ApiPath<'post'>>(path: P, ...options: Arguments<P, 'post'>): Promise<ApiAnswer<P, 'post'>>;
  put<P extends ApiPath<'put'>>(path: P, ...options: Arguments<P, 'put'>): Promise<ApiAnswer<P, 'put'>>;
  delete<P extends ApiPath<'delete'>>(path: P, ...options: Arguments<P, 'delete'>): Promise<ApiAnswer<P, 'delete'>>;

  /** All pages of a list, each asked for when it is needed. Of `/events` it ends with the latest event; `next` of that page goes on. */
  pages<P extends PagedPath>(path: P, ...options: Arguments<P, 'get'>): AsyncGenerator<ApiAnswer<P, 'get'>, void, undefined>;

  /**
   * Events as they are written, until the loop is left or `signal` is aborted. Connects again by itself, after 0.25 s to 30 s, and goes on
   * where it was. Throws when the node refuses for good, such as `events_off`.
   *
   * ```js
   * for await (const event of api.liveEvents({ after: lastId })) console.log(event.kind, event.user_id);
   * ```
   */
  liveEvents(options?: LiveEventsOptions): AsyncGenerator<PresenceEvent, void, undefined>;
}

export interface LiveEventsOptions {
  /** The id after which to begin. Default: with the next event. */
  after?: string | undefined;
  board?: string | undefined;
  /** Default: all kinds. */
  kind?: PresenceEvent['kind'] | readonly PresenceEvent['kind'][] | undefined;
  /** Called where events may be missing, because the log has removed them before they were read. */
  onGap?: (() => void) | undefined;
  signal?: AbortSignal | undefined;
}

export class PresenceApiError extends Error {
  constructor(code: string, message: string, status?: number, options?: ErrorOptions);

  /**
   * For programs: the code of the service, such as `unauthorized`, `not_found` or `writes_refused`; `unreachable` and `timeout` without an
   * answer; `unexpected_answer` if something else than the API has answered.
   */
  readonly code: string;
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
}

type Method = 'get' | 'post' | 'put' | 'delete';

/** The paths that have such a call with an answer in JSON. */
export type ApiPath<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: infer R } } ? ([Answers<R>] extends [never] ? never : P) : never;
}[keyof paths];

/** What a call resolves with. */
export type ApiAnswer<P extends ApiPath<M>, M extends Method> =
  paths[P] extends { [K in M]: { responses: infer R } } ? Answers<R> : never;

/** The paths of lists in pages. */
export type PagedPath = { [P in ApiPath<'get'>]: ApiAnswer<P, 'get'> extends { next: string | null } ? P : never }[ApiPath<'get'>];

export interface CallOptions {
  /** Headers besides those that the call needs. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Default: that of the API. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** The variables of the path, the query and the body of a call, and what all calls take. */
export type ApiRequest<P extends ApiPath<M>, M extends Method> = paths[P] extends { [K in M]: infer O }
  ? Part<'path', Parameter<O, 'path'>> & Part<'query', Parameter<O, 'query'>> & Part<'body', Body<O>> & CallOptions
  : never;

type Arguments<P extends ApiPath<M>, M extends Method> =
  {} extends ApiRequest<P, M> ? [options?: ApiRequest<P, M>] : [options: ApiRequest<P, M>];

type Answers<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : S extends 204 ? undefined : never }[keyof R];
type Json<R> = R extends { content: { 'application/json': infer B } } ? B : never;
type Parameter<O, N extends string> = O extends { parameters: { [K in N]?: infer V } } ? V : never;
type Body<O> = O extends { requestBody?: infer B } ? (Exclude<B, undefined> extends { content: { 'application/json': infer J } } ? J : never) : never;

/** A part of a request: absent if there is nothing to say, and optional if all of it is. */
type Part<N extends string, V> = [Exclude<V, undefined>] extends [never] ? { [K in N]?: undefined }
  : {} extends Exclude<V, undefined> ? { [K in N]?: Undefinable<Exclude<V, undefined>> | undefined }
  : { [K in N]: Undefinable<Exclude<V, undefined>> };
type Undefinable<T> = { [K in keyof T]: {} extends Pick<T, K> ? T[K] | undefined : T[K] };

// Events and webhooks

/** An event of the log; its `kind` says what is in `data`. Later releases may have other kinds: skip those you do not know. */
export type PresenceEvent = components['schemas']['Event'];

export interface WebhookOptions {
  /** One of the secrets in `PRESENCE_WEBHOOK_SECRET_FILE`: `whsec_` and base64. Several while you exchange them. */
  secret: string | readonly string[];
  /** Of the request: `Headers`, or an object as Node's servers have it. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as it came, before any parser. */
  body: string | Uint8Array | ArrayBuffer;
  /** How far the clocks of the node and of this machine may be apart, in seconds. Default: 300. */
  toleranceSeconds?: number | undefined;
}

export interface VerifiedWebhook {
  /** The `webhook-id`: the same if the request is sent again. */
  readonly id: string;
  /** `presence.events`, or a type of a later release. */
  readonly type: string;
  /** When the request was made, as ISO 8601. */
  readonly timestamp: string;
  /** The oldest first; empty for other types. Drop those whose `id` you have seen. */
  readonly events: readonly PresenceEvent[];
}

/**
 * Verifies a request of the service by the [Standard Webhooks](https://www.standardwebhooks.com/) specification, and reads it.
 *
 * @throws {WebhookError} if the request is not to be trusted; answer with 400
 * @throws {TypeError} if a secret is none, or the body was parsed already
 */
export function verifyWebhook(options: WebhookOptions): Promise<VerifiedWebhook>;

export class WebhookError extends Error {
  constructor(code: WebhookError['code'], message: string, options?: ErrorOptions);

  readonly code: 'header_missing' | 'timestamp_invalid' | 'timestamp_outside' | 'signature_invalid' | 'body_invalid';
}
