/**
 * Live presence: who is on a board, where their cursors are, what they are doing.
 *
 *     const room = await connect('wss://…', { token }).join('board-42', { name: 'Ada' });
 *     room.on('members', (members) => …);
 *     room.on('cursor', (member, ageMs) => …);
 *     room.cursor(x, y);
 *     room.set({ selection: ['shape-1'] });
 *     room.signal('reaction', '🎉');
 *
 * A connection survives lost sockets and restarted nodes: it reconnects, takes its seats again, and
 * tells listeners only what really changed meanwhile.
 */
import { ClientFrame, ServerFrame } from './presence-wire.js';

const SUBPROTOCOL = 'presence.v1';

/** Attempt n waits a random time below base × 2ⁿ, at most the cap ("full jitter"). */
const RECONNECT_BASE_MS = 250;
const RECONNECT_CAP_MS = 10_000;
/** A socket that has not brought a welcome by then is given up. */
const WELCOME_TIMEOUT_MS = 10_000;
const DEFAULT_HEARTBEAT_MS = 25_000;
const DEFAULT_CURSOR_HZ = 30;

/** The wire counts sixteenths of a board unit, up to this many. */
const CURSOR_STEPS = 16;
const CURSOR_LIMIT = 2 ** 25;

/** After these the node does not want us back. */
const FINAL_CLOSES = new Map([
  [4400, 'bad_frame'],
  [4401, 'unauthorized'],
  [4403, 'forbidden'],
  [4409, 'replaced'],
  [4410, 'kicked'],
]);
const CLOSE_GOODBYE = 1000;
/** 1000 would give up our members at once and browsers may not send 1001: a code of our own. */
const CLOSE_BACK_SOON = 4001;

/** Signs that the network or the page is back, and the one that it goes. */
const WINDOW_EVENTS = ['online', 'visibilitychange', 'pageshow', 'pagehide'];

/** Errors that end a room although its connection goes on. */
const ROOM_ENDINGS = new Set(['replaced', 'kicked']);

// Doors between Connection and Room; being symbols, they are not part of the API.
const tag = Symbol('tag');
const enter = Symbol('enter');
const deliver = Symbol('deliver');
const refuse = Symbol('refuse');
const end = Symbol('end');
const send = Symbol('send');
const forget = Symbol('forget');

/**
 * @typedef {object} ConnectOptions
 * @property {string} [token] sent as the first frame of every socket
 * @property {typeof WebSocket} [WebSocket] for Node before 22, for example the one from `ws`
 * @property {number} [heartbeatMs] beat more often than the node asks, say to show a live RTT
 * @property {Codec} [codec] what state values and signal payloads are on the wire; default JSON
 *
 * @typedef {object} Codec
 * @property {(value: any) => Uint8Array} encode
 * @property {(bytes: Uint8Array) => any} decode
 *
 * @typedef {'active' | 'idle' | 'away' | 'busy'} Status
 *
 * @typedef {object} Profile
 * @property {string} [name]
 * @property {string} [color]
 * @property {string} [avatarUrl]
 * @property {string} [userId]
 * @property {string} [device]
 *
 * @typedef {object} JoinOnlyOptions
 * @property {Status} [status]
 * @property {Record<string, any>} [state]
 * @property {boolean} [observer] watch without being listed
 * @typedef {Profile & JoinOnlyOptions} JoinOptions
 *
 * @typedef {object} Cursor in board units
 * @property {number} x
 * @property {number} y
 * @property {boolean} hidden
 *
 * @typedef {object} Member one object for as long as the member is in the room; to be read only
 * @property {string} id 32 hex digits; the same after a reconnect, on any node
 * @property {number} slot names the member on this node only
 * @property {string} name
 * @property {string} color
 * @property {string} avatarUrl
 * @property {string} userId two tabs of one user are two members with the same user id
 * @property {string} device
 * @property {Status | ''} status
 * @property {Record<string, any>} state
 * @property {number} version
 * @property {Cursor | null} cursor
 * @property {number} joinedAt milliseconds since 1970, by the clock of the node it joined on
 * @property {boolean} isSelf
 */

/**
 * Opens a connection; it starts at once and keeps itself up until `close()`.
 *
 * @param {string} url ws: or wss:
 * @param {ConnectOptions} [options]
 * @returns {Connection}
 */
export function connect(url, options) {
  return new Connection(url, options);
}

/** Why the node refused something, or why a room or connection ended. */
export class PresenceError extends Error {
  name = 'PresenceError';

  /** @param {string} code @param {string} message @param {{ retryAfterMs?: number }} [more] */
  constructor(code, message, { retryAfterMs } = {}) {
    super(message || code);
    /** A word to branch on, such as 'board_id_invalid'. */
    this.code = code;
    /** When to try again; undefined where that does not help. */
    this.retryAfterMs = retryAfterMs;
  }
}

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder();

/**
 * The default codec. A `Uint8Array` goes out as it is, and what is not JSON comes in as one.
 *
 * @type {Codec}
 */
export const json = {
  encode: (value) =>
    value instanceof Uint8Array ? value : utf8Encoder.encode(JSON.stringify(value)),
  decode(bytes) {
    if (bytes.length === 0) return undefined;
    try {
      return JSON.parse(utf8Decoder.decode(bytes));
    } catch {
      return bytes;
    }
  },
};

class Emitter {
  #listeners = new Map();

  /** @returns {() => void} call it to stop listening */
  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
    return () => this.off(event, listener);
  }

  off(event, listener) {
    this.#listeners.get(event)?.delete(listener);
  }

  /** A listener that throws is reported and harms neither the others nor the connection. */
  emit(event, ...details) {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        listener(...details);
      } catch (error) {
        (globalThis.reportError ?? console.error)(error);
      }
    }
  }
}

/**
 * One socket at a time to any node, shared by all rooms.
 *
 * Events: `state` (state), `rtt` (milliseconds), `error` (PresenceError or WireError).
 */
export class Connection extends Emitter {
  /** @type {'connecting' | 'open' | 'reconnecting' | 'closed'} */
  state = 'connecting';
  /** UUID of the node's boot. */
  nodeId = '';
  serverLabel = '';
  connectionId = '';
  /** Round trip of the last heartbeat in milliseconds. @type {number | null} */
  rtt = null;
  /** Add it to `Date.now()` to get the node's clock. */
  clockOffset = 0;
  maxCursorHz = DEFAULT_CURSOR_HZ;
  /** What the node accepts, as in `Limits` of client.proto. */
  limits = {};

  #url;
  /** @type {ConnectOptions & { codec: Codec }} */
  #options;
  #WebSocket;
  #socket = null;
  /** Connecting, open and reconnecting each wait for one thing only: one timer serves them all. */
  #timer;
  #attempt = 0;
  #heartbeatMs = DEFAULT_HEARTBEAT_MS;
  #unanswered = false;
  /** How long the node wants us to wait before the next attempt. */
  #waitMs = 0;
  /** When the node that is going away wants us back, or 0. */
  #returnAt = 0;
  /** @type {Set<Room>} */
  #rooms = new Set();
  /** Board refs of this socket. @type {Map<number, Room>} */
  #refs = new Map();
  #lastTag = 0;

  /** @param {string} url @param {ConnectOptions} [options] */
  constructor(url, options = {}) {
    super();
    this.#url = url;
    this.#options = { codec: json, ...options };
    this.#WebSocket = options.WebSocket ?? globalThis.WebSocket;
    if (!this.#WebSocket) throw new TypeError('no WebSocket here: pass options.WebSocket');
    this.#open();
    for (const event of WINDOW_EVENTS) globalThis.addEventListener?.(event, this);
  }

  /**
   * Enters a board. Resolves with the complete roster, or rejects with the node's reason.
   *
   * @param {string} board
   * @param {JoinOptions} [options]
   * @returns {Promise<Room>}
   */
  join(board, options = {}) {
    return new Promise((resolve, reject) => {
      if (this.state === 'closed') throw new PresenceError('closed', 'the connection is closed');
      if (this.#roomOn(board)) throw new PresenceError('already_joined', `already on ${board}`);
      const room = new Room(this, {
        board, options, resolve, reject, tag: ++this.#lastTag, codec: this.#options.codec,
      });
      this.#rooms.add(room);
      room[enter]();
    });
  }

  /**
   * Hands over a fresh token before the old one expires; reconnects use it too.
   *
   * @param {string} token
   */
  auth(token) {
    this.#options.token = token;
    this[send]({ auth: { token } });
  }

  /** Leaves every room and does not come back. */
  close() {
    if (this.state === 'closed') return;
    this.#hangUp(CLOSE_GOODBYE);
    this.#end();
  }

  /** Called by the window for the events it was asked for. */
  handleEvent({ type }) {
    if (type === 'pagehide') {
      // The page may come back from the cache, but until then nobody should see its cursor.
      this.#hangUp(CLOSE_GOODBYE);
      this.#retryLater();
    } else if (type !== 'visibilitychange' || document.visibilityState === 'visible') {
      if (!this.#socket) this.#open();
      else if (this.state === 'open' && !this.#unanswered) this.#beat();
    }
  }

  [send](frame) {
    if (this.state !== 'open') return false;
    this.#socket.send(ClientFrame.encode(frame));
    return true;
  }

  [forget](room) {
    this.#rooms.delete(room);
    for (const [ref, other] of this.#refs) if (other === room) this.#refs.delete(ref);
  }

  #open() {
    const socket = new this.#WebSocket(this.#url, SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      const { token } = this.#options;
      if (token) socket.send(ClientFrame.encode({ auth: { token } }));
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#lost(code, reason);
    // A close always follows; `ws` in Node would throw if nobody listened.
    socket.onerror = () => {};
    this.#socket = socket;
    this.#returnAt = 0;
    this.#after(WELCOME_TIMEOUT_MS, () => this.#comeBack());
  }

  #receive(data) {
    let frame;
    try {
      frame = ServerFrame.decode(new Uint8Array(data));
    } catch (error) {
      // Whatever it said, we missed it: only a new roster makes that good.
      this.#comeBack();
      this.emit('error', error);
      return;
    }
    this.#unanswered = false;
    for (const [kind, body] of Object.entries(frame)) this.#handle(kind, body);
  }

  #handle(kind, body) {
    switch (kind) {
      case 'welcome': return this.#welcome(body);
      case 'heartbeatAck': return this.#measure(body);
      case 'error': return this.#refused(body);
      case 'goingAway': return this.#goingAway(body);
      case 'roster': return this.#seat(body)?.[deliver](kind, body);
      default: return this.#roomWithRef(body.boardRef)?.[deliver](kind, body);
    }
  }

  #welcome({ nodeId, connectionId, serverLabel, maxCursorHz, heartbeatIntervalMs, limits = {} }) {
    Object.assign(this, { nodeId, connectionId, serverLabel, limits });
    this.maxCursorHz = maxCursorHz || DEFAULT_CURSOR_HZ;
    const asked = heartbeatIntervalMs || DEFAULT_HEARTBEAT_MS;
    this.#heartbeatMs = Math.min(asked, this.#options.heartbeatMs ?? asked);
    this.#refs.clear();
    this.#become('open');
    if (this.state !== 'open') return; // a listener closed us
    this.#beat();
    for (const room of this.#rooms) room[enter]();
  }

  #beat() {
    if (this.#unanswered) return this.#comeBack();
    this.#unanswered = this[send]({ heartbeat: { clientTimeMs: Date.now() } });
    // A node that goes away has already given the timer its last purpose.
    if (!this.#returnAt) this.#after(this.#heartbeatMs, () => this.#beat());
  }

  #measure({ clientTimeMs, serverTimeMs }) {
    const now = Date.now();
    this.rtt = Math.max(0, now - clientTimeMs);
    this.clockOffset = serverTimeMs + this.rtt / 2 - now;
    // Only now is the node known to work; a welcome alone could repeat forever without any wait.
    this.#attempt = 0;
    this.#waitMs = 0;
    this.emit('rtt', this.rtt);
  }

  #refused({ code, message, retryAfterMs, inReplyTo, boardRef }) {
    const error = new PresenceError(code, message, { retryAfterMs });
    const room = [...this.#rooms].find((candidate) => candidate[tag] === inReplyTo)
      ?? (boardRef ? this.#refs.get(boardRef) : undefined);
    if (room) return room[refuse](error);
    // Perhaps of the connection as a whole: then it is about to be closed, and too early an attempt would be, too.
    this.#waitMs = retryAfterMs ?? 0;
    this.emit('error', error);
  }

  #goingAway({ reconnectAfterMs }) {
    this.#returnAt = Date.now() + reconnectAfterMs;
    this.#after(reconnectAfterMs, () => {
      this.#hangUp(CLOSE_BACK_SOON);
      this.#open();
      this.#become('reconnecting');
    });
  }

  #seat({ board, boardRef }) {
    const room = this.#roomOn(board);
    if (room) this.#refs.set(boardRef, room);
    else this[send]({ leave: { boardRef } }); // we left before the node had answered
    return room;
  }

  #roomOn(board) {
    return [...this.#rooms].find((room) => room.board === board);
  }

  /** No ref means the earliest board still joined. */
  #roomWithRef(ref) {
    return ref ? this.#refs.get(ref) : this.#refs.values().next().value;
  }

  #lost(code, reason) {
    this.#hangUp();
    if (FINAL_CLOSES.has(code)) this.#end(new PresenceError(FINAL_CLOSES.get(code), reason));
    else this.#retryLater();
  }

  /** Gives up a socket that does not do its work, and tries another. */
  #comeBack() {
    this.#hangUp(CLOSE_BACK_SOON);
    this.#retryLater();
  }

  #retryLater() {
    const wait = this.#returnAt ? this.#returnAt - Date.now() : this.#backOff();
    this.#after(Math.max(0, wait), () => this.#open());
    this.#become('reconnecting');
  }

  #backOff() {
    const asked = this.#waitMs;
    this.#waitMs = 0;
    return asked + Math.random() * Math.min(RECONNECT_CAP_MS, RECONNECT_BASE_MS * 2 ** this.#attempt++);
  }

  /** Turns away from the socket first: a dead one can take minutes to report its own close. */
  #hangUp(code) {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timer);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (code) socket.close(code);
  }

  #end(error) {
    for (const event of WINDOW_EVENTS) globalThis.removeEventListener?.(event, this);
    this.#become('closed');
    if (error) this.emit('error', error);
    for (const room of this.#rooms) room[end](error);
    this.#rooms.clear();
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.emit('state', state);
  }

  #after(ms, action) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, ms);
  }
}

/**
 * A board as this client sees it.
 *
 * Events: `members` (all members, after any of the next three), `join` (member) and `leave`
 * (member, reason) of others, `update` (member), `cursor` (member, age of the position in ms),
 * `signal` ({ member, type, payload }; member null: from an operator), `error` (PresenceError), `closed` (PresenceError, or
 * nothing after `leave()` and `close()`).
 */
export class Room extends Emitter {
  /** @type {string} */
  board;
  /** @type {Connection} */
  connection;
  /** This client's own member; null for an observer. @type {Member | null} */
  self = null;
  /** Whether it has ended; it does not come back. */
  closed = false;

  /** @type {Map<string, Member>} */
  #members = new Map();
  /** @type {Map<number, Member>} */
  #slots = new Map();
  /** Members the roster being received has not named yet. */
  #unseen = new Set();
  #news = new News();

  #ref = 0;
  #you = 0;
  #resumeKey;
  #codec;
  #observer;
  /** What we say about ourselves, and how much of it was said: replaced, never changed. */
  #about;
  #announced;
  /** Our state as it goes over the wire. @type {Map<string, Uint8Array>} */
  #state = new Map();
  #position = null;
  /** What the node said of this board; 0 = what it said in its welcome. */
  #maxCursorHz = 0;
  #pace = new Pace(() => this.#sendCursor(), () => 1000 / (this.#maxCursorHz || this.connection.maxCursorHz));
  #retry;
  /** Settles the promise of `join`; null once it has. */
  #entry;

  constructor(connection, { board, options, resolve, reject, tag: number, codec }) {
    super();
    const { status = 'active', state = {}, observer = false, ...profile } = options;
    this.board = board;
    this.connection = connection;
    this[tag] = number;
    this.#entry = { resolve, reject };
    this.#codec = codec;
    this.#observer = observer;
    this.#present({ profile, status });
    this.#remember(state);
  }

  /** Everyone, this client included. */
  get members() {
    return [...this.#members.values()];
  }

  get others() {
    return this.members.filter((member) => !member.isSelf);
  }

  /**
   * Moves this client's cursor; call it as often as you like, only the latest counts.
   *
   * @param {number} x
   * @param {number} y
   */
  cursor(x, y) {
    this.#move({ x: toSteps(x), y: toSteps(y), hidden: false });
  }

  /** For when the pointer leaves the board. */
  hideCursor() {
    if (this.#position) this.#move({ ...this.#position, hidden: true });
  }

  /**
   * Changes part of this member's state; `undefined` removes a name.
   *
   * @param {Record<string, any>} values
   * @throws {PresenceError} if that is more than the node keeps; then nothing has changed
   */
  set(values) {
    this.#say('state', this.#remember(values));
    this.#show({ state: this.#read(this.#state) });
  }

  /** Renames, recolours, changes the status. @param {Profile & { status?: Status }} changes */
  update({ status, ...changes }) {
    const profile = { ...this.#about.profile, ...changes };
    this.#present({ profile, status: status ?? this.#about.status });
    const patch = Object.keys(changes).length ? { profile, status } : { status };
    if (this.#say('state', patch)) this.#announced = this.#about;
    this.#show({ ...changes, status: this.#about.status });
  }

  /**
   * Sends a passing event to all others, or to some.
   *
   * @param {string} type
   * @param {any} [payload]
   * @param {{ to?: Member[] }} [options]
   * @returns {boolean} false while not connected: signals are not kept
   */
  signal(type, payload, { to = [] } = {}) {
    return this.#say('signal', {
      type, payload: this.#codec.encode(payload), to: to.map((member) => member.slot),
    });
  }

  /** Leaves the board at once; the connection stays for other rooms. */
  leave() {
    this.#say('leave');
    this.#finish();
  }

  /** Asks for a seat, the first one or again on a new socket. */
  [enter]() {
    clearTimeout(this.#retry);
    this.#ref = 0;
    this.#announced = this.#about;
    this.connection[send]({
      id: this[tag],
      join: {
        board: this.board,
        ...this.#about,
        state: this.#state,
        resumeKey: this.#resumeKey,
        observer: this.#observer,
      },
    });
  }

  [deliver](kind, body) {
    switch (kind) {
      case 'roster': return this.#roster(body);
      case 'change': return this.#change(body);
      case 'cursors': return this.#cursors(body);
      case 'signal': return this.#signal(body);
      case 'pace': this.#maxCursorHz = body.maxCursorHz;
    }
  }

  [refuse](error) {
    const outside = this.#ref === 0;
    const hopeless = this.#entry || error.retryAfterMs === undefined;
    if (ROOM_ENDINGS.has(error.code) || (outside && hopeless)) return this.#finish(error);
    if (outside) this.#retry = setTimeout(() => this[enter](), error.retryAfterMs);
    this.emit('error', error);
  }

  [end](error) {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.#retry);
    this.#pace.stop();
    this.#ref = 0;
    const reason = error ?? new PresenceError('closed', 'closed before the join was answered');
    this.#entry?.reject(reason);
    this.#entry = null;
    this.emit('closed', error);
  }

  #finish(error) {
    this.connection[forget](this);
    this[end](error);
  }

  #roster({ boardRef, you, resumeKey, members, more }) {
    this.#ref = boardRef;
    this.#maxCursorHz = 0;
    this.#you = you;
    this.#resumeKey = resumeKey;
    this.#slots.clear();
    this.#unseen = new Set(this.#members.values());
    for (const member of members) this.#meet(member);
    this.#catchUp(members.find((member) => member.slot === you));
    this.#tell(more);
  }

  #change({ left, joined, updated, more }) {
    for (const { slot, reason } of left) {
      const member = this.#slots.get(slot);
      if (member) this.#part(member, reason);
    }
    for (const member of joined) this.#meet(member);
    for (const { slot, profile, status, set, unset, version } of updated) {
      const member = this.#slots.get(slot);
      if (!member) continue;
      const state = { ...member.state, ...this.#read(set) };
      for (const name of unset) delete state[name];
      this.#learn(member, {
        ...profile, state, status: status || member.status, version: version || member.version,
      });
    }
    this.#tell(more);
  }

  #cursors({ slot: slots, x, y, ageMs, hidden }) {
    const concealed = new Set(hidden);
    slots.forEach((slot, i) => {
      const member = this.#slots.get(slot);
      if (!member || member.isSelf || i >= x.length || i >= y.length) return;
      member.cursor = toCursor({ x: x[i], y: y[i], hidden: concealed.has(slot) });
      this.emit('cursor', member, ageMs[i] ?? 0);
    });
  }

  #signal({ from, type, payload }) {
    // From no slot: an operator of the service.
    const member = from === 0 ? null : this.#slots.get(from);
    if (member !== undefined) this.emit('signal', { member, type, payload: this.#codec.decode(payload) });
  }

  /** A member was named: new to us, or one we know from before a reconnect. */
  #meet({ slot, memberId, profile, status, state, version, cursor, joinedAtMs }) {
    const id = toHex(memberId);
    const isSelf = slot === this.#you;
    const known = this.#members.get(id);
    const member = known ?? { ...UNKNOWN, id };
    this.#members.set(id, member);
    this.#unseen.delete(member);
    // Our own former self is news too, where it outlives a resume that failed.
    if (!known || (known.isSelf && !isSelf)) this.#news.joined.add(member);
    this.#vacate(member);
    this.#slots.set(slot, member);
    if (isSelf) this.self = member;
    member.slot = slot;
    member.isSelf = isSelf;
    member.joinedAt = joinedAtMs;
    this.#learn(member, { ...profile, status, state: this.#read(state), version });
    if (cursor && !isSelf && !same(member.cursor, toCursor(cursor))) {
      member.cursor = toCursor(cursor);
      this.#news.moved.add(member);
    }
  }

  #learn(member, facts) {
    // Only we write our state, and an echo of an older value must not undo a newer one.
    if (member.isSelf) facts.state = this.#read(this.#state);
    if (amend(member, facts)) this.#news.updated.add(member);
  }

  #part(member, reason) {
    this.#vacate(member);
    this.#members.delete(member.id);
    this.#news.updated.delete(member);
    this.#news.moved.delete(member);
    if (!this.#news.joined.delete(member)) this.#news.left.set(member, reason);
  }

  /** On another node its old slot may be somebody else's by now. */
  #vacate(member) {
    if (this.#slots.get(member.slot) === member) this.#slots.delete(member.slot);
  }

  /** Brings a node that took us in up to date: things change while a socket is down. */
  #catchUp(own) {
    if (!own) return;
    const set = new Map();
    for (const [name, bytes] of this.#state) {
      if (!same(bytes, own.state.get(name))) set.set(name, bytes);
    }
    const unset = [...own.state.keys()].filter((name) => !this.#state.has(name));
    const about = this.#announced === this.#about ? {} : this.#about;
    if (set.size || unset.length || about.profile) this.#say('state', { set, unset, ...about });
    this.#announced = this.#about;
    if (this.#position) this.#pace.ask();
  }

  /** Tells listeners the difference once it is complete. */
  #tell(more) {
    if (more) return;
    for (const member of this.#unseen) this.#part(member, '');
    this.#unseen.clear();
    const { left, joined, updated, moved } = this.#news;
    this.#news = new News();
    for (const [member, reason] of left) if (!member.isSelf) this.emit('leave', member, reason);
    for (const member of joined) if (!member.isSelf) this.emit('join', member);
    for (const member of updated) if (!joined.has(member)) this.emit('update', member);
    for (const member of moved) this.emit('cursor', member, 0);
    if (left.size || joined.size || updated.size) this.emit('members', this.members);
    this.#entry?.resolve(this);
    this.#entry = null;
  }

  /** Shows this client its own change without waiting for the node. */
  #show(facts) {
    if (!this.self || !amend(this.self, facts)) return;
    this.emit('update', this.self);
    this.emit('members', this.members);
  }

  #move(position) {
    if (!this.self || this.closed) return;
    this.#position = position;
    this.self.cursor = toCursor(position);
    this.#pace.ask();
  }

  #sendCursor() {
    if (this.#ref) {
      this.connection[send]({ cursor: { boardRef: this.#ref, ...this.#position } });
    }
  }

  /** What the node would refuse is refused here: kept, it would cost the seat on the next node. */
  #present(about) {
    ClientFrame.encode({ join: about });
    for (const field of ['name', 'color', 'userId', 'device']) {
      const size = sizeOf(about.profile[field] ?? '');
      this.#fit('field_too_long', `bytes of ${field}`, size, this.connection.limits.maxNameBytes);
    }
    this.#about = about;
  }

  /** All our frames carry the same id, so that an error finds its room. */
  #say(kind, body) {
    if (!this.#ref) return false;
    return this.connection[send]({ id: this[tag], [kind]: { boardRef: this.#ref, ...body } });
  }

  /** Keeps our own state for the next socket, and returns the difference. */
  #remember(values) {
    const set = new Map();
    const unset = [];
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) unset.push(name);
      else set.set(name, this.#codec.encode(value));
    }
    const state = new Map([...this.#state, ...set]);
    for (const name of unset) state.delete(name);
    this.#fitState(state);
    this.#state = state;
    return { set, unset };
  }

  #fitState(state) {
    const { maxStateKeys, maxStateBytes, maxNameBytes } = this.connection.limits;
    let bytes = 0;
    for (const [name, value] of state) {
      this.#fit('field_too_long', 'bytes of a state name', sizeOf(name), maxNameBytes);
      bytes += sizeOf(name) + value.length;
    }
    this.#fit('state_too_large', 'state names', state.size, maxStateKeys);
    this.#fit('state_too_large', 'bytes of state', bytes, maxStateBytes);
  }

  #fit(code, what, size, limit) {
    if (!limit || size <= limit) return;
    throw new PresenceError(code, `${size} ${what}, the limit is ${limit}`);
  }

  #read(state) {
    // Unlike an assignment, fromEntries makes "__proto__" a name like any other.
    return Object.fromEntries([...state].map(([name, bytes]) => [name, this.#codec.decode(bytes)]));
  }
}

/** What listeners have yet to hear. */
class News {
  left = new Map();
  joined = new Set();
  updated = new Set();
  moved = new Set();
}

/** Acts at once, then at most once an interval, and always once more after the last request. */
class Pace {
  #act;
  #interval;
  #timer = null;
  #asked = false;

  constructor(act, interval) {
    this.#act = act;
    this.#interval = interval;
  }

  ask() {
    this.#asked = true;
    if (this.#timer === null) this.#next();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #next() {
    this.#timer = null;
    if (!this.#asked) return;
    this.#asked = false;
    this.#timer = setTimeout(() => this.#next(), Math.ceil(this.#interval()));
    this.#act();
  }
}

/** @type {Member} */
const UNKNOWN = {
  id: '', slot: 0, name: '', color: '', avatarUrl: '', userId: '', device: '', status: '',
  state: {}, version: 0, cursor: null, joinedAt: 0, isSelf: false,
};

/** Returns whether anybody could see the difference; a version alone is bookkeeping. */
function amend(member, facts) {
  let visible = false;
  for (const [name, value] of Object.entries(facts)) {
    if (same(member[name], value)) continue;
    member[name] = value;
    visible ||= name !== 'version';
  }
  return visible;
}

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

const sizeOf = (text) => utf8Encoder.encode(text).length;

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function toSteps(units) {
  const steps = Math.round(units * CURSOR_STEPS);
  if (Number.isNaN(steps)) throw new TypeError(`not a coordinate: ${units}`);
  return Math.min(CURSOR_LIMIT, Math.max(-CURSOR_LIMIT, steps));
}

const toCursor = ({ x, y, hidden }) => ({ x: x / CURSOR_STEPS, y: y / CURSOR_STEPS, hidden });
