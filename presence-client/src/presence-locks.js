// presence-locks.d.ts documents the API.
import { PresenceError, Room } from './presence-client.js';
import { bool, bytes, ClientFrame, enumeration, message, optional, repeated, ServerFrame, string, uint32, uint64 } from './presence-wire.js';

// Not in the core: most pages lock nothing.
ClientFrame.fields[12] = ['lock', message({ boardRef: uint32, name: string, ttlMs: uint32, wait: bool })];
ClientFrame.fields[13] = ['unlock', message({ boardRef: uint32, name: string })];
ServerFrame.fields[13] = ['locks', message({
  boardRef: uint32,
  held: repeated(message({ name: string, holder: bytes, fencing: uint64 })),
  released: repeated(string),
  all: bool,
  more: bool,
})];
ServerFrame.fields[14] = ['lockResult', message({
  boardRef: uint32,
  name: string,
  state: enumeration('', 'granted', 'denied', 'queued'),
  fencing: uint64,
  ttlMs: uint32,
  holder: bytes,
  inReplyTo: optional(uint32),
})];

// The longest time that ends before a node that is cut off may be declared dead, with default settings.
const TTL_MS = 6000;
const RENEWALS = 3;
const RETRY_MS = 1000;

const Emitter = Object.getPrototypeOf(Room);
const books = new WeakMap();

function bookOf(room) {
  if (!books.has(room)) books.set(room, new Book(room));
  return books.get(room);
}

Object.defineProperty(Room.prototype, 'locks', { get() { return bookOf(this).shown(); }, configurable: true });

Room.prototype.lock = function (name, options) {
  return bookOf(this).lock(name, options);
};

Room.prototype._locks = function (body) {
  bookOf(this).learn(body);
};

Room.prototype._lockResult = function (body) {
  bookOf(this).answer(body);
};

const roster = Room.prototype._roster;
Room.prototype._roster = function (body) {
  roster.call(this, body);
  books.get(this)?.enter();
  refs.set(this, body.boardRef);
};

const refs = new WeakMap();

/** All locks of a room, and those that this page wants. */
class Book {
  room;
  locks = new Map();

  #held = new Map();
  #replacing = false;
  #shown;

  constructor(room) {
    this.room = room;
    // A holder may come after its lock, and leave before it.
    room.on('members', () => {
      if (this.shown().some(({ member }, i) => member !== this.#member([...this.#held.values()][i].holder))) this.#tell();
    });
    room.on('closed', (error) => { for (const lock of [...this.locks.values()]) lock._end(error); });
  }

  get ref() {
    return refs.get(this.room) ?? 0;
  }

  /** The same array until it changes, as stores of frameworks ask for. */
  shown() {
    return this.#shown ??= Object.freeze([...this.#held].map(([name, { holder, fencing }]) => {
      const member = this.#member(holder);
      return Object.freeze({ name, fencing, member, isMine: member?.isSelf ?? false });
    }));
  }

  #member(id) {
    return this.room.members.find((member) => member.id === id) ?? null;
  }

  #tell() {
    this.#shown = undefined;
    this.room.emit('locks', this.shown());
  }

  async lock(name, { ttl = TTL_MS, wait = false, signal } = {}) {
    if (typeof name !== 'string' || !name) throw new PresenceError('lock_invalid', 'a lock has a name');
    signal?.throwIfAborted();
    if (this.room.closed) throw new PresenceError('closed', 'the room was left');
    if ([...this.locks.values()].some((lock) => lock.name === name)) {
      throw new PresenceError('already_locked', `this page has, or waits for, the lock ${JSON.stringify(name)}: share it`);
    }
    let abort;
    try {
      return await new Promise((resolve, reject) => {
        const lock = new Lock(this, name, ttl, wait, { resolve, reject });
        abort = () => lock._drop(signal.reason);
        signal?.addEventListener('abort', abort);
        lock._ask();
      });
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** A roster has come: what was asked for before is asked for again, by the same member or by another one. */
  enter() {
    queueMicrotask(() => { for (const lock of [...this.locks.values()]) lock._resume(); });
  }

  learn({ held, released, all, more }) {
    if (all) this.#held.clear();
    this.#replacing ||= all;
    for (const { name, holder, fencing } of held) this.#held.set(name, { holder: toHex(holder), fencing });
    for (const name of released) this.#held.delete(name);
    if (more) return;
    const names = this.#replacing ? null : new Set([...released, ...held.map(({ name }) => name)]);
    this.#replacing = false;
    for (const lock of [...this.locks.values()]) {
      const now = this.#held.get(lock.name)?.fencing ?? Infinity;
      if (now > lock.fencing && lock.fencing && (!names || names.has(lock.name))) lock._lose('another member has it, or it has ended');
    }
    this.#tell();
  }

  answer({ inReplyTo, ...result }) {
    this.locks.get(inReplyTo)?._answer(result);
  }
}

/** A lock that this page has, or waits for. Its connection treats it as one of its rooms, and gives it a tag. */
class Lock extends Emitter {
  name;
  fencing = 0;

  #book;
  #ttl;
  #wait;
  #entry;
  #sentAt = 0;
  #has = false;
  #until = 0;
  #queued = false;
  #memberId;
  #again;
  #end;

  constructor(book, name, ttl, wait, entry) {
    super();
    this.name = name;
    this.#book = book;
    this.#ttl = ttl;
    this.#wait = wait;
    this.#entry = entry;
    this.#memberId = book.room.self?.id;
    book.room.connection._add(this);
    book.locks.set(this._tag, this);
  }

  /** A page that slept finds its time over before its timers do. */
  get held() {
    return this.#has && Date.now() < this.#until;
  }

  release() {
    this._drop(new PresenceError('released', 'the lock was given back'));
  }

  [Symbol.dispose ?? Symbol('dispose')]() {
    this.release();
  }

  _ask() {
    clearTimeout(this.#again);
    const { ref, room } = this.#book;
    this.#sentAt = Date.now();
    const asked = ref && room.connection._send({
      id: this._tag, lock: { boardRef: ref, name: this.name, ttlMs: this.#ttl, wait: this.#wait || this.#has },
    });
    // Offline, the next roster comes first.
    if (asked && this.#has) this.#again = setTimeout(() => this._ask(), this.#ttl / RENEWALS);
  }

  _resume() {
    if (this.#memberId && this.#memberId !== this.#book.room.self?.id && this.#has) {
      return this._lose('the member that had it is gone');
    }
    this.#memberId = this.#book.room.self?.id;
    this._ask();
  }

  _answer({ state, fencing, holder }) {
    if (state === 'queued') {
      this.#queued = true;
      // A renewal is not queued unless the lock was lost.
      if (this.#has) this._lose('another member has it');
      return;
    }
    if (state === 'denied') {
      if (this.#has) return this._lose('another member has it');
      const error = new PresenceError('lock_denied', `another member has the lock ${JSON.stringify(this.name)}`);
      const id = toHex(holder);
      error.holder = this.#book.room.members.find((member) => member.id === id) ?? null;
      return this.#finish(error);
    }
    if (this.#queued) {
      // When its turn came is not known here: only an answered request says from when on to count.
      this.#queued = false;
      return this._ask();
    }
    if (this.#has && fencing !== this.fencing) return this._lose('it had ended, and was granted anew');
    this.fencing = fencing;
    clearTimeout(this.#end);
    this.#until = this.#sentAt + this.#ttl;
    this.#end = setTimeout(() => this._lose('its time is over'), this.#until - Date.now());
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this._ask(), this.#sentAt + this.#ttl / RENEWALS - Date.now());
    if (this.#has) return;
    this.#has = true;
    this.#entry?.resolve(this);
    this.#entry = null;
  }

  _lose(why) {
    this._drop(new PresenceError('lock_lost', `the lock ${JSON.stringify(this.name)} is lost: ${why}`));
  }

  /** Gives it back and ends it. */
  _drop(error) {
    if (!this.#book.locks.has(this._tag)) return;
    const { ref, room } = this.#book;
    if (ref) room.connection._send({ id: this._tag, unlock: { boardRef: ref, name: this.name } });
    this.#finish(error);
  }

  #finish(error) {
    clearTimeout(this.#again);
    clearTimeout(this.#end);
    this.#book.room.connection._forget(this);
    this.#book.locks.delete(this._tag);
    const lost = this.#has && error?.code !== 'released';
    this.#has = false;
    this.#entry?.reject(error);
    this.#entry = null;
    if (lost) this.emit('lost', error);
  }

  // What a connection asks of its rooms.

  _enter() {
    refs.delete(this.#book.room);
  }

  _refuse(error) {
    if (!this.#has && (!this.#wait || error.retryAfterMs === undefined)) return this.#finish(error);
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this._ask(), error.retryAfterMs ?? RETRY_MS);
  }

  _pause() {}

  _renounce() {}

  _end(error) {
    this.#finish(error ?? new PresenceError('closed', 'the room was left'));
  }
}

const toHex = (id) => Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
