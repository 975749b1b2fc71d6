// API: presence-client.d.ts
import { ClientFrame, ServerFrame, utf8Decoder, utf8Encoder } from './presence-wire.js';

const RECONNECT_BASE_MS = 250;
const RECONNECT_CAP_MS = 10_000;
// The longest wait while the page is hidden, or after minutes of failure.
const PATIENT_CAP_MS = 60_000;
const PATIENT_ATTEMPTS = 30;
const TOKEN_TIMEOUT_MS = 60_000;
const TOKEN_REFUSED_MS = 1000;
const PROBE_HTTP_MS = 1500;
const WELCOME_TIMEOUT_MS = 10_000;
const PROBE_MS = 5000;
const MAX_BUFFERED_BYTES = 2 ** 18;

const CURSOR_STEPS = 16;
const CURSOR_LIMIT = 2 ** 25;
const TAKE_OVER = 2 ** 24;

const FINAL_CLOSES = {
  4400: 'bad_frame', 4401: 'unauthorized', 4403: 'forbidden', 4409: 'replaced', 4410: 'kicked',
};
const CLOSE_NORMAL = 1000;
// 1000 would give up our members.
const CLOSE_BACK_SOON = 4001;

const WINDOW_EVENTS = ['online', 'offline', 'visibilitychange', 'pageshow', 'pagehide'];

export function connect(url, options) {
  return new Connection(url, options);
}

export class PresenceError extends Error {
  name = 'PresenceError';

  constructor(code, message, retryAfterMs) {
    super(message || code);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

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

  _hears(event) {
    return this.#listeners.get(event)?.size > 0;
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
  maxCursorHz = 30;
  limits = {};
  _givenUp = 0;
  // Seats of rooms that were left offline.
  _left = new Map();

  #url;
  #options;
  #socket = null;
  #timer;
  #attempt = 0;
  #tokensRefused = 0;
  #why;
  #explained = false;
  #heartbeatMs;
  #unanswered = false;
  #expires = NaN;
  #waitMs = 0;
  #returnAt = 0;
  #rooms = new Map();
  #refs = new Map();
  #lastTag = 0;

  constructor(url, { token, WebSocket = globalThis.WebSocket, heartbeatMs = Infinity, codec = json, leaveOnPageHide, affinity } = {}) {
    super();
    if (!WebSocket) throw new TypeError('options.WebSocket is missing');
    this.#url = url + (affinity ? (/\?/.test(url) ? '&' : '?') + 'board=' + encodeURIComponent(affinity) : '');
    this.#options = { token, WebSocket, heartbeatMs, codec, leaveOnPageHide };
    this.#open();
    if (this.state === 'closed') throw this.#why;
    for (const event of WINDOW_EVENTS) globalThis.addEventListener?.(event, this);
  }

  async join(board, { signal, timeoutMs, ...options } = {}) {
    if (typeof board !== 'string' || /\p{Surrogate}/u.test(board)) {
      throw new PresenceError('board_id_invalid', `a board is a string of whole characters, not ${show(board)}`);
    }
    signal?.throwIfAborted();
    if (this.state === 'closed') throw new PresenceError('closed', 'the connection has ended: connect again');
    if (this.#roomOn(board)) {
      throw new PresenceError('already_joined', `already on board ${show(board)}: share that room or leave it`);
    }
    let timer;
    let abort;
    try {
      return await new Promise((resolve, reject) => {
        const room = new Room(this, board, options, this.#options.codec, { resolve, reject });
        this._add(room);
        room._enter();
        abort = () => room._cancel(signal.reason);
        signal?.addEventListener('abort', abort);
        if (timeoutMs) timer = setTimeout(() => room._cancel(this.#late(board, timeoutMs)), timeoutMs);
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  #late(board, ms) {
    const why = this.state !== 'open' && this.#why?.message || 'no answer';
    return new PresenceError('timeout', `not on board ${show(board)} within ${ms} ms: ${why}`);
  }

  auth(token) {
    this.#options.token = token;
    this._send({ auth: { token } });
  }

  close() {
    if (this.state === 'closed') return;
    this.#hangUp(CLOSE_NORMAL);
    this.#end();
  }

  handleEvent({ type }) {
    if (type === 'pagehide') {
      const leaves = this.#options.leaveOnPageHide;
      this.#rooms.forEach((room) => room._pause(leaves));
      this.#comeBack(leaves && CLOSE_NORMAL);
    } else if (type !== 'visibilitychange' || document.visibilityState === 'visible') {
      if (this.state === 'open') return this.#beat(PROBE_MS);
      if (!this.#socket && type !== 'offline') this.#open();
      if (this.state !== 'connecting') this.#become();
    }
  }

  _send(frame, droppable) {
    if (this.state !== 'open' || (droppable && this.#socket.bufferedAmount > MAX_BUFFERED_BYTES)) return false;
    this.#socket.send(ClientFrame.encode(frame));
    return true;
  }

  _add(room) {
    room._tag = this.#lastTag += 2;
    this.#rooms.set(room._tag, room);
  }

  _forget(room) {
    this.#rooms.delete(room._tag);
    for (const [ref, other] of this.#refs) if (other === room) this.#refs.delete(ref);
  }

  #open() {
    this.#returnAt = 0;
    if (!this.#asksForTokens) return this.#dial(this.#options.token);
    const asking = this.#socket = {};
    this.#after(TOKEN_TIMEOUT_MS, () => this.#comeBack());
    this.#askForToken(
      (token) => { if (this.#socket === asking) this.#dial(token); },
      () => { if (this.#socket === asking) this.#comeBack(); },
    );
  }

  #dial(token) {
    let socket;
    try {
      socket = new this.#options.WebSocket(this.#url, 'presence.v1');
    } catch (error) {
      this.#hangUp();
      return this.#end(error);
    }
    this.#after(WELCOME_TIMEOUT_MS, () => {
      this.#explain('no welcome in time');
      this.#comeBack();
    });
    let refused = true;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      refused = false;
      if (token) socket.send(ClientFrame.encode({ auth: { token } }));
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    // Node's may tell no close.
    socket.onerror = socket.onclose = ({ code, reason, message, error }) => {
      this.#hangUp();
      if (refused) this.#explain(message || error?.code, error);
      const name = FINAL_CLOSES[code];
      if (code === 4401) this.#waitMs = TOKEN_REFUSED_MS;
      const again = code === 4401 ? this.#asksForTokens && !this.#tokensRefused++ : code === 4409 && this._seatIsOurs();
      if (!name || again) this.#retryLater(code !== 4409);
      else this.#end(this.#why?.code === name ? this.#why : new PresenceError(name, reason));
    };
    this.#socket = socket;
  }

  // Once until the next welcome. Browsers say nothing: ask whether anything answers.
  async #explain(message, error) {
    if (this.#explained || globalThis.navigator?.onLine === false) return;
    this.#explained = true;
    const tell = (code, text) => {
      this.#why = new PresenceError(code, `${text} (${this.#url})`);
      if (this.state !== 'open' && this.state !== 'closed') this.emit('error', this.#why);
    };
    if (/: \d{3}$/.test(message)) return tell('refused', message);
    if (error?.code || (message && !error)) return tell('unreachable', message);
    if (!this._hears('error')) return;
    try {
      const address = new URL('/healthz', this.#url.replace(/^ws/, 'http'));
      await fetch(address, { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(PROBE_HTTP_MS) });
      tell('refused', 'something answers, but no WebSocket: see path, allowed origins, proxies, content security policy');
    } catch {
      tell('unreachable', 'no answer: see address, certificate, content security policy');
    }
  }

  // A given-up join may come late.
  _seatIsOurs(rooms = [...this.#rooms.values()]) {
    return this._givenUp > 0 ? this._givenUp-- : rooms.some((room) => room._renounce());
  }

  get #asksForTokens() {
    return typeof this.#options.token === 'function';
  }

  async #askForToken(use, doWithout) {
    const expires = this.#expires;
    this.#expires = NaN;
    try {
      const token = await this.#options.token();
      this.#expires = expiryOf(token);
      use(token);
    } catch (error) {
      if (this.state === 'closed') return;
      this.#expires = expires;
      doWithout?.();
      this.emit('error', error);
    }
  }

  #receive(data) {
    let frame;
    try {
      frame = ServerFrame.decode(new Uint8Array(data));
    } catch (error) {
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
      case 'roster': return this.#seat(body);
      case 'watched': return this.#rooms.forEach((room) => room._watched?.(body));
    }
    const ref = body.boardRef || this.#refs.keys().next().value;
    this.#refs.get(ref)?.[`_${kind}`](body);
  }

  #welcome({ nodeId, connectionId, serverLabel, maxCursorHz, heartbeatIntervalMs, limits = {} }) {
    Object.assign(this, { nodeId, connectionId, serverLabel, maxCursorHz, limits });
    this.#heartbeatMs = Math.min(heartbeatIntervalMs, this.#options.heartbeatMs);
    this.#refs.clear();
    this.state = 'open';
    this.#explained = false;
    this.#beat();
    this.#rooms.forEach((room) => room._enter());
    this.emit('state', 'open');
  }

  #beat(patience = this.#heartbeatMs) {
    this.#unanswered ||= this._send({ heartbeat: { clientTimeMs: Date.now() } });
    if (!this.#returnAt) this.#after(patience, () => this.#unanswered ? this.#comeBack() : this.#beat());
  }

  #measure({ clientTimeMs, serverTimeMs }) {
    const now = Date.now();
    this.rtt = Math.max(0, now - clientTimeMs);
    this.clockOffset = serverTimeMs + this.rtt / 2 - now;
    this.#attempt = this.#waitMs = this.#tokensRefused = 0;
    if (this.#expires < serverTimeMs + 2 * this.#heartbeatMs) {
      this.#askForToken((token) => this._send({ auth: { token } }));
    }
    this.emit('rtt', this.rtt);
  }

  #refused({ code, message, retryAfterMs, inReplyTo, boardRef }) {
    const error = new PresenceError(code, message, retryAfterMs);
    // Odd: about state.
    const room = this.#rooms.get(inReplyTo & ~1) ?? this.#refs.get(boardRef);
    if (room) return room._refuse(error, inReplyTo & 1);
    this.#waitMs = retryAfterMs ?? 0;
    this.#why = error;
    // With unauthorized comes a close, which may be tried again.
    if (code !== 'not_joined' && (code !== 'unauthorized' || retryAfterMs)) this.emit('error', error);
  }

  #goingAway({ reconnectAfterMs }) {
    this.#returnAt = Date.now() + reconnectAfterMs;
    this.#after(reconnectAfterMs, () => this.#comeBack());
  }

  #seat(roster) {
    const { boardRef } = roster;
    const room = this.#roomOn(roster.board);
    if (!room) return this._send({ leave: { boardRef } });
    this.#refs.set(boardRef, room);
    room._roster(roster);
  }

  #roomOn(board) {
    return [...this.#rooms.values()].find((room) => room.board === board);
  }

  #comeBack(code = CLOSE_BACK_SOON) {
    this.#hangUp(code);
    this.#retryLater(true);
  }

  #retryLater(lost) {
    // Its join may come late and take the seat.
    this._givenUp += lost;
    const patient = this.#attempt > PATIENT_ATTEMPTS || globalThis.document?.visibilityState === 'hidden';
    const wait = this.#returnAt ? this.#returnAt - Date.now()
      : this.#waitMs + Math.random() * Math.min(patient ? PATIENT_CAP_MS : RECONNECT_CAP_MS, RECONNECT_BASE_MS * 2 ** this.#attempt++);
    this.#waitMs = 0;
    this.#after(wait, () => this.#open());
    this.#become();
  }

  #hangUp(code) {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timer);
    if (!socket) return;
    // Unheard, `ws` would throw.
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = () => {};
    if (code) socket.close?.(code);
  }

  #end(error) {
    this.#why = error;
    for (const event of WINDOW_EVENTS) globalThis.removeEventListener?.(event, this);
    this.#become('closed');
    if (error) this.emit('error', error);
    this.#rooms.forEach((room) => room._end(error));
    this.#rooms.clear();
  }

  #become(state = globalThis.navigator?.onLine === false ? 'offline' : 'reconnecting') {
    if (this.state === state) return;
    this.state = state;
    this.emit('state', state);
  }

  #after(ms, action) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, ms);
  }
}

// Since the last event.
class News {
  left = new Map();
  joined = new Set();
  updated = new Set();
  moved = new Set();
}

export class Room extends Emitter {
  self = null;
  counts;
  closed = false;
  _ref = 0;

  #members = new Map();
  #slots = new Map();
  #unseen = new Set();
  #news = new News();

  #you = 0;
  #resumeKey;
  // Of a join that is repeated until its roster comes.
  #newKey;
  #tries = 0;
  #seatName;
  #inherited = false;
  #signalsAt = 0;
  #codec;
  #options;
  #about = { state: new Map() };
  // What the node was told, and every name that it may know.
  #announced;
  #names = new Set();
  #stateTimer = null;
  #stateRefused = false;
  #position = null;
  #maxCursorHz = 0;
  #moved = false;
  #fractions = 0;
  #pause = null;
  #stirred = new Map();
  #rest = null;
  #since = 0;
  #burst = 0;
  #retry;
  #entry;

  constructor(connection, board, options, codec, entry) {
    super();
    const { status = 'active', state = {}, observer, watched, counts, reactions, locks, rosterLimit, ...profile } = options;
    this.board = board;
    this.connection = connection;
    this.#resumeKey = connection._left.get(board);
    connection._left.delete(board);
    this.#codec = codec;
    this.#entry = entry;
    this.#options = { observer, watched, counts, reactions, locks, rosterLimit };
    this.update({ ...profile, status });
    this.set(state);
  }

  get members() {
    return [...this.#members.values()];
  }

  get others() {
    return this.members.filter((member) => !member.isSelf);
  }

  cursor(x, y) {
    this.#move({ x: toSteps(x), y: toSteps(y), hidden: false });
    if (Math.hypot(x, y) > 1.5) this.#fractions = NaN;
    if (x * CURSOR_STEPS % 1 && ++this.#fractions === 9 && globalThis.location?.hostname === 'localhost') {
      console.warn('cursors have steps of 1/16: scale x / width');
    }
  }

  hideCursor() {
    if (this.#position) this.#move({ ...this.#position, hidden: true });
  }

  set(values) {
    named('set', values);
    const state = new Map(this.#about.state);
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) state.delete(name);
      else state.set(name, this.#codec.encode(value));
    }
    this.#present({ state });
    this.#show({ state: this.#read(state) });
  }

  update(values) {
    named('update', values);
    const { status, ...changes } = values;
    const about = { profile: { ...this.#about.profile, ...changes }, status: status ?? this.#about.status };
    this.#present(about);
    this.#show({ ...changes, status: about.status });
  }

  signal(type, payload, { to = [] } = {}) {
    const bytes = this.#codec.encode(payload);
    fit('signal_too_large', 'a payload', bytes.length, this.connection.limits.maxSignalBytes);
    // No signal before the state that was set before it.
    if (!this.#stateRefused) this.#sendState();
    if (Date.now() < this.#signalsAt) return false;
    return this.#say('signal', { type, payload: bytes, to: to.map((member) => member.slot) }, true);
  }

  react(type) {
    return this.#say('react', { type }, true);
  }

  async observe(observer, { state = {}, ...about } = {}) {
    const ref = this._ref;
    this._ref = 0;
    this.set(state);
    this.update(about);
    this.#options.observer = observer;
    this._enter();
    await new Promise((resolve, reject) => { this.#entry = { resolve, reject, ref }; });
  }

  leave() {
    if (!this.closed && !this.#say('leave') && this.#resumeKey) this.connection._left.set(this.board, this.#resumeKey);
    this.#finish();
  }

  _cancel(error) {
    if (!this.#entry) return;
    this.#say('leave');
    this.#finish(error);
  }

  // Whether the seat may be that of the tab that opened this one: its storage is inherited.
  _renounce() {
    const inherited = this.#inherited;
    if (inherited) this.#resumeKey = undefined;
    this.#inherited = false;
    return inherited;
  }

  _enter() {
    clearTimeout(this.#retry);
    this._ref = 0;
    if (this.#entry) this.#entry.ref = 0;
    // Not for a duplicated tab.
    this.#seatName ??= takeSeatName(this.board);
    const kept = swapKey(this.#seatName);
    this.#inherited ||= !this.#resumeKey && !!kept;
    this.#resumeKey ??= kept;
    this.#announced = this.#about;
    this.#names = new Set(this.#about.state.keys());
    this.#newKey ??= globalThis.crypto?.getRandomValues(new Uint8Array(16));
    this.#tries += this.connection._send({
      id: this._tag,
      join: {
        board: this.board,
        ...this.#about,
        ...this.#options,
        resumeKey: this.#resumeKey,
        ...this.#options,
        newKey: this.#newKey,
        afterVersion: (this.self?.version ?? 0) + this.#tries * TAKE_OVER,
      },
    });
  }

  _pause(leaves) {
    this.#sendState();
    this.hideCursor();
    this.#sendCursor();
    if (leaves) this.#resumeKey = undefined;
    swapKey(this.#seatName, this.#resumeKey);
    this.#freeSeatName();
  }

  _refuse(error, ofState) {
    if (this.#entry?.ref && !ofState) {
      this._ref = this.#entry.ref;
      this.#options.observer = !this.#you;
      this.#entry.reject(error);
      return this.#entry = null;
    }
    if (ofState && this._ref && error.retryAfterMs !== undefined) {
      this.#stateRefused = true;
      return this.#sendAllIn(error.retryAfterMs);
    }
    if (error.code === 'replaced' && this.connection._seatIsOurs([this])) return this._enter();
    // The seat is that of a join we had left.
    if (error.code === 'already_joined' && this._ref) return this.#sendAllIn(0);
    const hopeless = !this._ref && (this.#entry || error.retryAfterMs === undefined);
    if (hopeless || ['replaced', 'kicked'].includes(error.code)) return this.#finish(error);
    if (!this._ref) this.#retry = setTimeout(() => this._enter(), error.retryAfterMs);
    else if (error.retryAfterMs) this.#signalsAt = Date.now() + error.retryAfterMs;
    this.emit('error', error);
  }

  _end(error) {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#pause);
    clearTimeout(this.#rest);
    clearTimeout(this.#stateTimer);
    this.#freeSeatName();
    this._ref = 0;
    this.#entry?.reject(error ?? new PresenceError('closed', 'the room was left before it was joined'));
    this.#entry = null;
    this.emit('closed', error);
  }

  #freeSeatName() {
    seatNames.delete(this.#seatName);
    this.#seatName = undefined;
  }

  #finish(error) {
    this.connection._forget(this);
    this._end(error);
  }

  _roster({ boardRef, you, resumeKey, members, more }) {
    this._ref = boardRef;
    this.#maxCursorHz = 0;
    this.#you = you;
    if (!you) this.self = null;
    this.#resumeKey = resumeKey;
    this.#newKey = undefined;
    this.#tries = 0;
    this.#slots.clear();
    this.#unseen = new Set(this.members);
    for (const member of members) this.#meet(member);
    this.#sendState();
    this.#tell(more);
  }

  _pace({ maxCursorHz }) {
    this.#maxCursorHz = maxCursorHz;
  }

  _counts({ members, observers, users }) {
    this.counts = { members, observers, users };
    this.emit('counts', this.counts);
  }

  _reactions({ reactions }) {
    this.emit('reactions', reactions);
  }

  _change({ left, joined, updated, more }) {
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

  _cursors({ slot: slots, x, y, ageMs, hidden }) {
    const concealed = new Set(hidden);
    slots.forEach((slot, i) => {
      const member = this.#slots.get(slot);
      if (!member || member.isSelf || i >= x.length || i >= y.length) return;
      member.cursor = toCursor({ x: x[i], y: y[i], hidden: concealed.has(slot) });
      this.#stirred.set(member, ageMs[i] ?? 0);
    });
    // A page that slept gets all at once: tell the newest.
    const now = Date.now();
    if (now - this.#since > 50) {
      this.#since = now;
      this.#burst = 0;
    }
    if (++this.#burst < 9) this.#tellCursors();
    else this.#rest ??= setTimeout(() => this.#tellCursors(), 50);
  }

  #tellCursors() {
    this.#rest = null;
    const stirred = this.#stirred;
    this.#stirred = new Map();
    for (const [member, ageMs] of stirred) this.emit('cursor', member, ageMs);
  }

  _signal({ from, type, payload }) {
    const member = from === 0 ? null : this.#slots.get(from);
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
    Object.assign(member, { slot, isSelf, joinedAt: joinedAtMs });
    if (isSelf) this.#takeSeat(member, state, cursor);
    this.#learn(member, { ...profile, status, state: this.#read(state), version });
    if (cursor && !isSelf && !same(member.cursor, toCursor(cursor))) {
      member.cursor = toCursor(cursor);
      this.#news.moved.add(member);
    }
  }

  // In any part of the roster.
  #takeSeat(member, state, cursor) {
    this.self = member;
    for (const name of state.keys()) this.#names.add(name);
    this.#announced = { ...this.#announced, state: new Map([...unknown(state.keys()), ...this.#announced.state]) };
    if (this.#stateTimer === null) this.#sendState();
    // Of a room that was left offline.
    this.#position ??= cursor && { ...cursor, hidden: true };
    if (this.#position) this.#move(this.#position);
  }

  #learn(member, facts) {
    // An echo may be older.
    if (member.isSelf) facts.state = this.#read(this.#about.state);
    if (amend(member, facts)) this.#news.updated.add(member);
  }

  #part(member, reason) {
    this.#vacate(member);
    this.#members.delete(member.id);
    this.#news.updated.delete(member);
    this.#news.moved.delete(member);
    this.#stirred.delete(member);
    if (!this.#news.joined.delete(member)) this.#news.left.set(member, reason);
  }

  #vacate(member) {
    if (this.#slots.get(member.slot) === member) this.#slots.delete(member.slot);
  }

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
    if (this.#pause === null) this.#sendCursor();
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
    const alone = this.#members.size < 2 && !this.#options.watched;
    if (!this.#moved || !this._ref || alone || this.connection.state !== 'open') return;
    this.#moved = !this.connection._send({ cursor: { boardRef: this._ref, ...this.#position } }, true);
    this.#pause = setTimeout(() => this.#sendCursor(), this.#paceMs);
  }

  // What a node refuses would cost the seat on the next.
  #present(changes) {
    const about = { ...this.#about, ...changes };
    ClientFrame.encode({ join: { ...about, ...this.#options } });
    const { profile: { name, color, userId, device }, state } = about;
    const { maxNameBytes, maxStateKeys, maxStateBytes } = this.connection.limits;
    for (const text of [name, color, userId, device, ...state.keys()]) {
      fit('field_too_long', show(text), sizeOf(text), maxNameBytes);
    }
    fit('state_too_large', 'the state', state.size, maxStateKeys, 'names');
    let bytes = 0;
    for (const [key, value] of state) bytes += sizeOf(key) + value.length;
    fit('state_too_large', 'the state', bytes, maxStateBytes);
    this.#about = about;
    if (this.#stateTimer === null) this.#sendState();
  }

  // As often as cursors: a node takes only some a second.
  #sendState() {
    clearTimeout(this.#stateTimer);
    this.#stateTimer = null;
    if (!this._ref || this.#announced === this.#about) return;
    const [was, now] = [this.#announced, this.#about];
    const patch = {
      set: new Map([...now.state].filter(([name, value]) => String(was.state.get(name)) !== String(value))),
      unset: [...was.state.keys()].filter((name) => !now.state.has(name)),
      profile: same(was.profile, now.profile) ? undefined : now.profile,
      status: was.status === now.status ? undefined : now.status,
    };
    const news = patch.set.size || patch.unset.length || patch.profile || patch.status;
    if (news && !this.#say('state', patch)) return;
    this.#announced = now;
    if (!news) return;
    this.#stateRefused = false;
    for (const name of patch.set.keys()) this.#names.add(name);
    this.#stateTimer = setTimeout(() => this.#sendState(), this.#paceMs);
  }

  // Which patches the node has not taken is not known.
  #sendAllIn(ms) {
    this.#announced = { state: unknown(this.#names) };
    clearTimeout(this.#stateTimer);
    this.#stateTimer = setTimeout(() => this.#sendState(), ms);
  }

  get #paceMs() {
    return Math.ceil(1000 / (this.#maxCursorHz || this.connection.maxCursorHz));
  }

  #say(kind, body, droppable) {
    return this._ref !== 0
      && this.connection._send({ id: this._tag + (kind === 'state'), [kind]: { boardRef: this._ref, ...body } }, droppable);
  }

  #read(state) {
    return Object.fromEntries([...state].map(([name, value]) => [name, this.#codec.decode(value)]));
  }
}

const unknown = (names) => new Map([...names].map((name) => [name]));

const sizeOf = (text) => utf8Encoder.encode(text).length;

function fit(code, what, size, limit, unit = 'bytes') {
  if (size > limit) throw new PresenceError(code, `${what} has ${size} ${unit}; the node takes ${limit}`);
}

const show = (value) => attempt(() => JSON.stringify(value)) ?? String(value);

function named(method, values) {
  if (Object(values) !== values || Array.isArray(values)) throw new TypeError(`${method} takes an object, such as { name: value }, not ${show(values)}`);
}

const UNKNOWN = { name: '', color: '', avatarUrl: '', userId: '', device: '', cursor: null };

function amend(member, facts) {
  let visible = false;
  for (const [name, value = UNKNOWN[name]] of Object.entries(facts)) {
    if (same(member[name], value)) continue;
    member[name] = value;
    visible ||= name !== 'version';
  }
  return visible;
}

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

const attempt = (action) => {
  try {
    return action();
  } catch {}
};

// Frames and widgets of one tab on one board each keep a seat.
const seatNames = new Set();

function takeSeatName(board) {
  const frame = attempt(() => pathOf(globalThis)) ?? '';
  let name = `presence ${board}${frame && ` ${frame}`}`;
  for (let n = 2; seatNames.has(name); n++) name = `presence ${board} ${frame}#${n}`;
  seatNames.add(name);
  return name;
}

function pathOf(frame) {
  const { parent } = frame;
  if (!parent || parent === frame) return '';
  let i = 0;
  while (i < parent.length && parent[i] !== frame) i++;
  return `${pathOf(parent)}/${i}`;
}

const swapKey = (name, key) => attempt(() => {
  const kept = sessionStorage[name];
  delete sessionStorage[name];
  if (key) sessionStorage[name] = key;
  return kept && Uint8Array.from(kept.split(','));
});

const expiryOf = (jwt) => attempt(() =>
  JSON.parse(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).exp * 1000);

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function toSteps(units) {
  const steps = Math.round(units * CURSOR_STEPS);
  if (isNaN(steps)) throw new TypeError(`not a coordinate: ${units}`);
  return Math.min(CURSOR_LIMIT, Math.max(-CURSOR_LIMIT, steps));
}

const toCursor = ({ x, y, hidden }) => ({ x: x / CURSOR_STEPS, y: y / CURSOR_STEPS, hidden });
