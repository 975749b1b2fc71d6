// presence-watch.d.ts documents the API.
import { ClientFrame, message, optional, Profile, repeated, ServerFrame, string, uint32 } from './presence-wire.js';

// Not in the core: most pages list no boards.
ClientFrame.fields[9] = ['watch', message({ board: repeated(string), avatars: uint32 })];
ServerFrame.fields[11] = ['watched', message({
  boards: repeated(message({
    board: string,
    members: uint32,
    observers: uint32,
    users: optional(uint32),
    first: repeated(Profile),
    error: string,
  })),
})];

const watchers = new WeakMap();

export function watch(connection, boards, { avatars = 3 } = {}, callback) {
  if (!watchers.has(connection)) watchers.set(connection, new Watcher(connection));
  return watchers.get(connection).add({ boards: [...new Set(boards)], avatars, callback, sources: [], shown: [] });
}

/** All that one connection watches: a node keeps one watch. The connection treats it as one of its rooms. */
class Watcher {
  #connection;
  #watches = new Set();
  #wanted = new Set();
  /** By board, as they came. */
  #known = new Map();
  /** What the node was told, as JSON. */
  #asked = '';
  #isAdded = false;
  #settling = false;
  #retry;

  constructor(connection) {
    this.#connection = connection;
  }

  add(one) {
    this.#watches.add(one);
    this.#settle();
    return () => {
      if (this.#watches.delete(one)) this.#settle();
    };
  }

  // What changes in one turn is one frame.
  #settle() {
    if (this.#settling) return;
    this.#settling = true;
    queueMicrotask(() => {
      this.#settling = false;
      this.#ask();
      this.#tell();
    });
  }

  #ask() {
    clearTimeout(this.#retry);
    const all = [...this.#watches];
    this.#wanted = new Set(all.flatMap(({ boards }) => boards));
    for (const board of this.#known.keys()) if (!this.#wanted.has(board)) this.#known.delete(board);
    const some = this.#wanted.size > 0;
    if (some && !this.#isAdded) this.#connection._add(this);
    this.#isAdded ||= some;
    const body = { board: [...this.#wanted], avatars: Math.max(0, ...all.map(({ avatars }) => avatars)) };
    const asked = some ? JSON.stringify(body) : '';
    if (asked !== this.#asked && this.#connection._send({ id: this._tag, watch: some ? body : {} })) this.#asked = asked;
    if (!some && this.#isAdded) {
      this.#isAdded = false;
      this.#connection._forget(this);
    }
  }

  #tell() {
    for (const one of [...this.#watches]) {
      const sources = one.boards.map((board) => this.#known.get(board)).filter(Boolean);
      if (sources.length === one.sources.length && sources.every((source, i) => source === one.sources[i])) continue;
      const before = new Map(one.sources.map((source, i) => [source, one.shown[i]]));
      one.shown = Object.freeze(sources.map((source) => before.get(source) ?? shown(source, one.avatars)));
      one.sources = sources;
      try {
        one.callback(one.shown);
      } catch (error) {
        (globalThis.reportError ?? console.error)(error);
      }
    }
  }

  // What a connection asks of its rooms.

  _enter() {
    this.#asked = '';
    this.#ask();
  }

  _watched({ boards }) {
    for (const entry of boards) if (this.#wanted.has(entry.board)) this.#known.set(entry.board, entry);
    this.#tell();
  }

  _refuse(error) {
    if (error.retryAfterMs === undefined) return this.#connection.emit('error', error);
    this.#retry = setTimeout(() => this._enter(), error.retryAfterMs);
  }

  _pause() {}

  _renounce() {}

  _end() {
    clearTimeout(this.#retry);
    this.#watches.clear();
  }
}

function shown({ board, members, observers, users = null, first, error }, avatars) {
  const described = first.slice(0, avatars).map(({ userId, name, color, avatarUrl }) =>
    Object.freeze({ userId, name, color, avatarUrl }));
  return Object.freeze({ board, members, observers, users, first: Object.freeze(described), error });
}
