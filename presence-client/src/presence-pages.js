// presence-pages.d.ts documents the API.
import { PresenceError } from './presence-client.js';
import { ClientFrame, message, optional, ServerFrame, uint32 } from './presence-wire.js';

// Not in the core: most boards are small, and their pages are told everybody.
ClientFrame.fields[11] = ['rosterPage', message({ boardRef: uint32, from: uint32, limit: uint32 })];
const [, [, roster], [, change]] = ServerFrame.fields;
roster.fields[6] = ['total', optional(uint32)];
roster.fields[7] = ['next', uint32];
change.fields[5] = ['page', message({ next: uint32, total: uint32, inReplyTo: optional(uint32) })];

const pagers = new WeakMap();

function pagerOf(room) {
  if (!pagers.has(room)) pagers.set(room, new Pager(room));
  return pagers.get(room);
}

export function loadMembers(room, { limit = 0 } = {}) {
  return pagerOf(room).load(limit);
}

export function totalOf(room) {
  return room.counts?.members ?? pagers.get(room)?.total ?? room.members.length;
}

/** Asks for pages of one room, one at a time. The connection treats it as one of its rooms. */
class Pager {
  total;

  #room;
  /** The first of them was sent, unless the room waits for its roster. */
  #requests = [];
  #retry;

  constructor(room) {
    this.#room = room;
    for (const frame of ['_roster', '_change']) {
      const handle = room[frame];
      room[frame] = (body) => {
        const before = body.page && new Set(room.members);
        handle.call(room, body);
        if (frame === '_roster') this.#restart(body);
        else if (body.page) this.#answer(body.page, room.members.filter((member) => !before.has(member)));
      };
    }
    room.connection._add(this);
    room.on('closed', (error) => {
      room.connection._forget(this);
      this._end(error);
    });
  }

  load(limit) {
    return new Promise((resolve, reject) => {
      if (this.#room.closed) return reject(new PresenceError('closed', 'the room was left'));
      this.#requests.push({ limit, resolve, reject });
      if (this.#requests.length === 1) this.#ask();
    });
  }

  #ask() {
    clearTimeout(this.#retry);
    const [request] = this.#requests;
    const { _ref: boardRef, connection } = this.#room;
    // Without a ref the roster is still to come.
    if (request && boardRef) {
      // From the start: what was told is not told again.
      connection._send({ id: this._tag, rosterPage: { boardRef, limit: request.limit } });
    }
  }

  #restart({ total }) {
    this.total = total;
    this.#ask();
  }

  #answer({ next, total }, members) {
    this.total = total;
    this.#requests.shift()?.resolve({ members, complete: next === 0 });
    this.#ask();
  }

  // What a connection asks of its rooms.

  _enter() {}

  _refuse(error) {
    if (error.retryAfterMs !== undefined) {
      this.#retry = setTimeout(() => this.#ask(), error.retryAfterMs);
      return;
    }
    const request = this.#requests.shift();
    // A release that knows no pages has told everybody.
    if (error.code === 'unknown_frame') request?.resolve({ members: [], complete: true });
    else request?.reject(error);
    this.#ask();
  }

  _pause() {}

  _renounce() {}

  _end(error) {
    clearTimeout(this.#retry);
    for (const { reject } of this.#requests.splice(0)) {
      reject(error ?? new PresenceError('closed', 'the room was left'));
    }
  }
}
