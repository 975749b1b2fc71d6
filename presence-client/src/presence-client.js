// presence-client.d.ts documents the API.
import { ClientFrame, ServerFrame, utf8Encoder } from './presence-wire.js';

const RECONNECT_BASE_MS = 250;
const RECONNECT_CAP_MS = 10_000;
const WELCOME_TIMEOUT_MS = 10_000;
const DEFAULT_HEARTBEAT_MS = 25_000;
const DEFAULT_CURSOR_HZ = 30;

const CURSOR_STEPS = 16;
const CURSOR_LIMIT = 2 ** 25;

const FINAL_CLOSES = {
  4400: 'bad_frame', 4401: 'unauthorized', 4403: 'forbidden', 4409: 'replaced', 4410: 'kicked',
};
const CLOSE_GOODBYE = 1000;
// 1000 would give up our members.
const CLOSE_BACK_SOON = 4001;

const WINDOW_EVENTS = ['online', 'visibilitychange', 'pageshow', 'pagehide'];

// Symbols are no part of the API.
const tag = Symbol('tag');
const enter = Symbol('enter');
const deliver = Symbol('deliver');
const refuse = Symbol('refuse');
const end = Symbol('end');
const send = Symbol('send');
const forget = Symbol('forget');

export function connect(url, options) {
  return new Connection(url, options);
}

export class PresenceError extends Error {
  name = 'PresenceError';

  constructor(code, message, { retryAfterMs } = {}) {
    super(message || code);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

const utf8Decoder = new TextDecoder();

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

  on(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => this.off(event, listener);
  }

  off(event, listener) {
    this.#listeners.get(event)?.delete(listener);
  }

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

export class Connection extends Emitter {
  state = 'connecting';
  nodeId = '';
  serverLabel = '';
  connectionId = '';
  rtt = null;
  clockOffset = 0;
  maxCursorHz = DEFAULT_CURSOR_HZ;
  limits = {};

  #url;
  #options;
  #socket = null;
  #timer;
  #attempt = 0;
  #heartbeatMs;
  #unanswered = false;
  #waitMs = 0;
  #returnAt = 0;
  #rooms = new Map();
  #refs = new Map();
  #lastTag = 0;

  constructor(url, options = {}) {
    super();
    this.#url = url;
    this.#options = {
      ...options,
      WebSocket: options.WebSocket ?? globalThis.WebSocket,
      heartbeatMs: options.heartbeatMs ?? Infinity,
      codec: options.codec ?? json,
    };
    if (!this.#options.WebSocket) throw new TypeError('options.WebSocket is missing');
    this.#open();
    for (const event of WINDOW_EVENTS) globalThis.addEventListener?.(event, this);
  }

  join(board, options = {}) {
    return new Promise((resolve, reject) => {
      if (this.state === 'closed') throw new PresenceError('closed', 'the connection is closed');
      if (this.#roomOn(board)) throw new PresenceError('already_joined', `already on ${board}`);
      const room = new Room(this, ++this.#lastTag, board, options, this.#options.codec, { resolve, reject });
      this.#rooms.set(room[tag], room);
      room[enter]();
    });
  }

  auth(token) {
    this.#options.token = token;
    this[send]({ auth: { token } });
  }

  close() {
    if (this.state === 'closed') return;
    this.#hangUp(CLOSE_GOODBYE);
    this.#end();
  }

  handleEvent({ type }) {
    if (type === 'pagehide') {
      // Nobody should see its cursor meanwhile.
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
    this.#rooms.delete(room[tag]);
    for (const [ref, other] of this.#refs) if (other === room) this.#refs.delete(ref);
  }

  #open() {
    const socket = new this.#options.WebSocket(this.#url, 'presence.v1');
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      const { token } = this.#options;
      if (token) socket.send(ClientFrame.encode({ auth: { token } }));
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => {
      this.#hangUp();
      if (FINAL_CLOSES[code]) this.#end(new PresenceError(FINAL_CLOSES[code], reason));
      else this.#retryLater();
    };
    // Unheard, it would make `ws` throw.
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
      // Only a new roster tells what we missed.
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
    }
    // No ref: the earliest board still joined.
    const ref = body.boardRef || this.#refs.keys().next().value;
    this.#refs.get(ref)?.[deliver](kind, body);
  }

  #welcome({ nodeId, connectionId, serverLabel, maxCursorHz, heartbeatIntervalMs, limits = {} }) {
    Object.assign(this, { nodeId, connectionId, serverLabel, limits });
    this.maxCursorHz = maxCursorHz || DEFAULT_CURSOR_HZ;
    this.#heartbeatMs = Math.min(heartbeatIntervalMs || DEFAULT_HEARTBEAT_MS, this.#options.heartbeatMs);
    this.#refs.clear();
    this.#become('open');
    if (this.state !== 'open') return; // a listener closed us
    this.#beat();
    for (const room of this.#rooms.values()) room[enter]();
  }

  #beat() {
    if (this.#unanswered) return this.#comeBack();
    this.#unanswered = this[send]({ heartbeat: { clientTimeMs: Date.now() } });
    // Else the timer waits to leave this node.
    if (!this.#returnAt) this.#after(this.#heartbeatMs, () => this.#beat());
  }

  #measure({ clientTimeMs, serverTimeMs }) {
    const now = Date.now();
    this.rtt = Math.max(0, now - clientTimeMs);
    this.clockOffset = serverTimeMs + this.rtt / 2 - now;
    // A welcome alone could repeat forever.
    this.#attempt = this.#waitMs = 0;
    this.emit('rtt', this.rtt);
  }

  #refused({ code, message, retryAfterMs, inReplyTo, boardRef }) {
    const error = new PresenceError(code, message, { retryAfterMs });
    const room = this.#rooms.get(inReplyTo) ?? this.#refs.get(boardRef);
    if (room) return room[refuse](error);
    // The node may be about to close.
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
    else this[send]({ leave: { boardRef } }); // we have left
    return room;
  }

  #roomOn(board) {
    return [...this.#rooms.values()].find((room) => room.board === board);
  }

  #comeBack() {
    this.#hangUp(CLOSE_BACK_SOON);
    this.#retryLater();
  }

  #retryLater() {
    const wait = this.#returnAt ? this.#returnAt - Date.now() : this.#backOff();
    this.#after(wait, () => this.#open());
    this.#become('reconnecting');
  }

  #backOff() {
    const asked = this.#waitMs;
    this.#waitMs = 0;
    // Full jitter.
    return asked + Math.random() * Math.min(RECONNECT_CAP_MS, RECONNECT_BASE_MS * 2 ** this.#attempt++);
  }

  // A dead socket can take minutes to close.
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
    for (const room of this.#rooms.values()) room[end](error);
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

export class Room extends Emitter {
  self = null;
  closed = false;

  #members = new Map();
  #slots = new Map();
  #unseen = new Set();
  #news = noNews();

  #ref = 0;
  #you = 0;
  #resumeKey;
  #codec;
  #observer;
  #about;
  #announced;
  #state = new Map();
  #position = null;
  #maxCursorHz = 0;
  #moved = false;
  #pause = null;
  #retry;
  #entry;

  constructor(connection, id, board, options, codec, entry) {
    super();
    const { status = 'active', state = {}, observer = false, ...profile } = options;
    this.board = board;
    this.connection = connection;
    this[tag] = id;
    this.#codec = codec;
    this.#entry = entry;
    this.#observer = observer;
    this.#present({ profile, status });
    this.#remember(state);
  }

  get members() {
    return [...this.#members.values()];
  }

  get others() {
    return this.members.filter((member) => !member.isSelf);
  }

  cursor(x, y) {
    this.#move({ x: toSteps(x), y: toSteps(y), hidden: false });
  }

  hideCursor() {
    if (this.#position) this.#move({ ...this.#position, hidden: true });
  }

  set(values) {
    this.#say('state', this.#remember(values));
    this.#show({ state: this.#read(this.#state) });
  }

  update({ status, ...changes }) {
    const profile = { ...this.#about.profile, ...changes };
    this.#present({ profile, status: status ?? this.#about.status });
    const patch = Object.keys(changes).length ? { profile, status } : { status };
    if (this.#say('state', patch)) this.#announced = this.#about;
    this.#show({ ...changes, status: this.#about.status });
  }

  signal(type, payload, { to = [] } = {}) {
    return this.#say('signal', {
      type, payload: this.#codec.encode(payload), to: to.map((member) => member.slot),
    });
  }

  leave() {
    this.#say('leave');
    this.#finish();
  }

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
    const hopeless = !this.#ref && (this.#entry || error.retryAfterMs === undefined);
    if (hopeless || ['replaced', 'kicked'].includes(error.code)) return this.#finish(error);
    if (!this.#ref) this.#retry = setTimeout(() => this[enter](), error.retryAfterMs);
    this.emit('error', error);
  }

  [end](error) {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#pause);
    this.#ref = 0;
    this.#entry?.reject(error ?? new PresenceError('closed', 'the connection is closed'));
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
    const member = from === 0 ? null : this.#slots.get(from); // 0: an operator
    if (member !== undefined) this.emit('signal', { member, type, payload: this.#codec.decode(payload) });
  }

  #meet({ slot, memberId, profile, status, state, version, cursor, joinedAtMs }) {
    const id = toHex(memberId);
    const isSelf = slot === this.#you;
    const known = this.#members.get(id);
    const member = known ?? { ...UNKNOWN, id };
    this.#members.set(id, member);
    this.#unseen.delete(member);
    // After a failed resume, our former self.
    if (!known || (known.isSelf && !isSelf)) this.#news.joined.add(member);
    this.#vacate(member);
    this.#slots.set(slot, member);
    if (isSelf) this.self = member;
    Object.assign(member, { slot, isSelf, joinedAt: joinedAtMs });
    this.#learn(member, { ...profile, status, state: this.#read(state), version });
    if (cursor && !isSelf && !same(member.cursor, toCursor(cursor))) {
      member.cursor = toCursor(cursor);
      this.#news.moved.add(member);
    }
  }

  #learn(member, facts) {
    // An echo may be older.
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

  // Somebody else may have its old slot.
  #vacate(member) {
    if (this.#slots.get(member.slot) === member) this.#slots.delete(member.slot);
  }

  #catchUp(own) {
    if (!own) return;
    const set = new Map([...this.#state].filter(([name, bytes]) => !same(bytes, own.state.get(name))));
    const unset = [...own.state.keys()].filter((name) => !this.#state.has(name));
    const about = this.#announced === this.#about ? {} : this.#about;
    if (set.size || unset.length || about.profile) this.#say('state', { set, unset, ...about });
    this.#announced = this.#about;
    if (this.#position) this.#move(this.#position);
  }

  #tell(more) {
    if (more) return;
    for (const member of this.#unseen) this.#part(member, '');
    this.#unseen.clear();
    const { left, joined, updated, moved } = this.#news;
    this.#news = noNews();
    for (const [member, reason] of left) if (!member.isSelf) this.emit('leave', member, reason);
    for (const member of joined) if (!member.isSelf) this.emit('join', member);
    for (const member of updated) if (!joined.has(member)) this.emit('update', member);
    for (const member of moved) this.emit('cursor', member, 0);
    if (left.size || joined.size || updated.size) this.emit('members', this.members);
    this.#entry?.resolve(this);
    this.#entry = null;
  }

  #show(facts) {
    if (!this.self || !amend(this.self, facts)) return;
    this.emit('update', this.self);
    this.emit('members', this.members);
  }

  #move(position) {
    if (!this.self || this.closed) return;
    this.#position = position;
    this.self.cursor = toCursor(position);
    this.#moved = true;
    if (this.#pause === null) this.#sendCursor();
  }

  #sendCursor() {
    this.#pause = null;
    if (!this.#moved) return;
    this.#moved = false;
    const hz = this.#maxCursorHz || this.connection.maxCursorHz;
    this.#pause = setTimeout(() => this.#sendCursor(), Math.ceil(1000 / hz));
    if (this.#ref) this.connection[send]({ cursor: { boardRef: this.#ref, ...this.#position } });
  }

  // Kept, it would cost the seat on the next node.
  #present(about) {
    ClientFrame.encode({ join: about });
    for (const field of ['name', 'color', 'userId', 'device']) {
      this.#fitName(field, about.profile[field] ?? '');
    }
    this.#about = about;
  }

  #say(kind, body) {
    return this.#ref !== 0 && this.connection[send]({ id: this[tag], [kind]: { boardRef: this.#ref, ...body } });
  }

  #remember(values) {
    const set = new Map();
    const unset = [];
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) unset.push(name);
      else set.set(name, this.#codec.encode(value));
    }
    const state = new Map([...this.#state, ...set]);
    for (const name of unset) state.delete(name);
    const { maxStateKeys, maxStateBytes } = this.connection.limits;
    let bytes = 0;
    for (const [name, value] of state) bytes += this.#fitName('a state name', name) + value.length;
    this.#fit('state_too_large', 'state names', state.size, maxStateKeys);
    this.#fit('state_too_large', 'bytes of state', bytes, maxStateBytes);
    this.#state = state;
    return { set, unset };
  }

  #fitName(what, text) {
    const size = utf8Encoder.encode(text).length;
    return this.#fit('field_too_long', `bytes of ${what}`, size, this.connection.limits.maxNameBytes);
  }

  #fit(code, what, size, limit) {
    if (limit && size > limit) throw new PresenceError(code, `${size} ${what}, limit ${limit}`);
    return size;
  }

  #read(state) {
    // To fromEntries, "__proto__" is a name like any other.
    return Object.fromEntries([...state].map(([name, bytes]) => [name, this.#codec.decode(bytes)]));
  }
}

const noNews = () => ({ left: new Map(), joined: new Set(), updated: new Set(), moved: new Set() });

const UNKNOWN = { name: '', color: '', avatarUrl: '', userId: '', device: '', cursor: null };

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

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function toSteps(units) {
  const steps = Math.round(units * CURSOR_STEPS);
  if (Number.isNaN(steps)) throw new TypeError(`not a coordinate: ${units}`);
  return Math.min(CURSOR_LIMIT, Math.max(-CURSOR_LIMIT, steps));
}

const toCursor = ({ x, y, hidden }) => ({ x: x / CURSOR_STEPS, y: y / CURSOR_STEPS, hidden });
