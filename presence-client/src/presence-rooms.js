// presence-rooms.d.ts documents the API.
import { CursorsSource, MembersSource, sameJson, Source } from './presence-snapshots.js';

const FACTS = ['name', 'color', 'avatarUrl', 'userId', 'device', 'status'];
const ASKED = ['watched', 'counts', 'reactions', 'locks', 'rosterLimit', 'timeoutMs'];

const NO_ROOM = { room: null, error: null, members: null, cursors: null };
export const JOINING = Object.freeze({ ...NO_ROOM, state: 'joining' });
const LEFT = Object.freeze({ ...NO_ROOM, state: 'left' });
const MEMBER = 'member';
const OBSERVER = 'observer';

/** By connection and board; a connection can be on a board only once. */
const shared = new WeakMap();

export function shareRoom(connection, board, options = {}) {
  const boards = shared.get(connection) ?? new Map();
  shared.set(connection, boards);
  if (!boards.has(board)) boards.set(board, new SharedRoom(connection, board, () => boards.delete(board)));
  return boards.get(board).enter(options);
}

class SharedRoom extends Source {
  #connection;
  #board;
  #forget;
  /** In the order of their coming. */
  #shares = new Set();
  #status = JOINING;
  #as = null;
  #told = null;
  #settling = false;
  #retry;

  constructor(connection, board, forget) {
    super();
    this.#connection = connection;
    this.#board = board;
    this.#forget = forget;
  }

  enter({ observer = false, onError, ...asked }) {
    const share = { observer, onError, asked, about: asked };
    this.#shares.add(share);
    if (this.#status.state === 'left') this.#become(JOINING);
    this.#tell();
    this.#settle();
    return {
      subscribe: this.subscribe,
      get: this.#get,
      update: (news) => {
        share.about = news;
        if (this.#shares.has(share)) this.#tell();
      },
      leave: () => {
        if (!this.#shares.delete(share)) return;
        this.#tell();
        this.#settle();
      },
    };
  }

  #get = () => this.#status;

  // One join or leave at a time: one that is under way cannot be called back.
  async #settle() {
    if (this.#settling) return;
    this.#settling = true;
    // What mounts anew in one turn, as everything does in StrictMode, leaves no trace.
    await null;
    for (let wanted; (wanted = this.#wanted()) !== this.#as;) {
      if (this.#as && wanted && await this.#change(wanted)) continue;
      if (this.#as) this.#leave();
      if (wanted) await this.#join(wanted);
    }
    this.#settling = false;
    if (this.#shares.size > 0) return;
    clearTimeout(this.#retry);
    this.#forget();
  }

  #wanted() {
    if (this.#shares.size === 0 || this.#status.state === 'left') return null;
    return this.#each().every(({ observer }) => observer) ? OBSERVER : MEMBER;
  }

  #leave() {
    const { room } = this.#status;
    this.#as = null;
    this.#become(JOINING);
    room.leave();
  }

  /** In place; nodes of release 0.2 refuse that. */
  async #change(as) {
    const told = this.#about();
    try {
      await this.#status.room.observe(as === OBSERVER, as === OBSERVER ? {} : told);
    } catch {
      return false;
    }
    this.#as = as;
    this.#told = told;
    this.#tell();
    return true;
  }

  async #join(as) {
    clearTimeout(this.#retry);
    this.#as = as;
    this.#told = this.#about();
    const first = (name) => this.#each().find(({ asked }) => asked[name])?.asked[name];
    let room;
    try {
      room = await this.#connection.join(this.#board, {
        ...this.#told, observer: as === OBSERVER, ...Object.fromEntries(ASKED.map((name) => [name, first(name)])),
      });
    } catch (error) {
      return this.#end(error);
    }
    if (room.closed) return this.#end();
    room.on('error', (error) => this.#report(error));
    room.on('closed', (error) => {
      if (this.#status.room === room) this.#end(error);
    });
    const members = new MembersSource(room);
    this.#become(Object.freeze({
      room, state: 'joined', error: null, members, cursors: new CursorsSource(room, members),
    }));
    this.#tell();
  }

  #end(error = null) {
    this.#as = null;
    this.#become(Object.freeze({ ...LEFT, error }));
    if (!error) return;
    if (error.retryAfterMs !== undefined) {
      this.#retry = setTimeout(() => {
        this.#become(JOINING);
        this.#settle();
      }, error.retryAfterMs);
    }
    this.#report(error);
  }

  #become(status) {
    this.#status = status;
    this.tell();
  }

  #report(error) {
    for (const { onError } of this.#each()) onError?.(error);
  }

  #each() {
    return [...this.#shares];
  }

  /** What all shares say together: of each fact and each name of the state, what the first says. */
  #about() {
    const about = { state: {} };
    for (const { observer, about: said } of this.#each()) {
      if (observer) continue;
      for (const fact of FACTS) if (said[fact] !== undefined) about[fact] ??= said[fact];
      about.state = { ...said.state, ...about.state };
    }
    return about;
  }

  #tell() {
    const { room } = this.#status;
    if (!room || this.#as === OBSERVER || this.#wanted() !== MEMBER) return;
    const [before, now] = [this.#told, this.#about()];
    // Even if it is refused: not again with every rendering.
    this.#told = now;
    for (const [change, values] of [['update', changedFacts(before, now)], ['set', changedState(before.state, now.state)]]) {
      try {
        if (Object.keys(values).length) room[change](values);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

function changedFacts(before, now) {
  const changed = {};
  for (const fact of FACTS) {
    if (before[fact] !== now[fact]) changed[fact] = now[fact] ?? (fact === 'status' ? 'active' : '');
  }
  return changed;
}

function changedState(before, now) {
  const changed = {};
  for (const name of Object.keys({ ...before, ...now })) {
    if (!sameJson(before[name], now[name])) changed[name] = now[name];
  }
  return changed;
}
