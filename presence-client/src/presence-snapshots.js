// presence-snapshots.d.ts documents the API.
import { smoothCursors } from './presence-cursors.js';

// Neither the cursor, which moves all the time, nor the version, which nothing tells of.
const FACTS = [
  'id', 'name', 'color', 'avatarUrl', 'userId', 'device', 'status', 'state', 'joinedAt', 'isSelf',
];
const NOTHING = Object.freeze([]);

export class Source {
  #listeners = new Set();

  // Bound, as they are handed to useSyncExternalStore.
  subscribe = (listener) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.start?.();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.stop?.();
    };
  };

  tell() {
    for (const listener of [...this.#listeners]) listener();
  }
}

export class ConnectionSource extends Source {
  static none = snapshotOf(null, null);

  #current;
  #error = null;
  #listening;

  constructor(connection) {
    super();
    this.connection = connection;
    const take = () => {
      this.#current = snapshotOf(connection, this.#error);
      this.tell();
    };
    const fail = (error) => {
      this.#error = error;
      take();
    };
    this.#listening = [connection.on('state', take), connection.on('rtt', take), connection.on('error', fail)];
    take();
  }

  get = () => this.#current;

  close = () => {
    for (const off of this.#listening) off();
  };
}

function snapshotOf(connection, error) {
  const {
    state = 'connecting', rtt = null, clockOffset = 0, nodeId = '', serverLabel = '', connectionId = '',
  } = connection ?? {};
  return Object.freeze({
    connection, state, rtt, clockOffset, nodeId, serverLabel, connectionId,
    error: state === 'open' ? null : error,
  });
}

export class MembersSource extends Source {
  #snapshots = new WeakMap();
  #others = NOTHING;
  #self = null;
  #byId = new Map();
  #room;

  constructor(room) {
    super();
    this.#room = room;
    this.close = room.on('members', () => {
      this.#take();
      this.tell();
    });
    this.#take();
  }

  others = () => this.#others;
  self = () => this.#self;
  other = (id) => this.#byId.get(id) ?? null;

  of(member) {
    const known = this.#snapshots.get(member);
    if (known && FACTS.every((name) => known[name] === member[name])) return known;
    const snapshot = Object.freeze({
      ...Object.fromEntries(FACTS.map((name) => [name, member[name]])),
      // Another one on every node, and nothing tells of that either.
      get slot() {
        return member.slot;
      },
    });
    this.#snapshots.set(member, snapshot);
    return snapshot;
  }

  #take() {
    const { members, self } = this.#room;
    const others = members.filter((member) => !member.isSelf).map((member) => this.of(member));
    if (!sameItems(others, this.#others)) {
      this.#others = Object.freeze(others);
      this.#byId = new Map(others.map((member) => [member.id, member]));
    }
    this.#self = self && this.of(self);
  }
}

export class CursorsSource extends Source {
  #room;
  #members;
  #places = new Map();
  #current = NOTHING;
  #draw = null;
  #awaited = false;
  #end = null;

  constructor(room, members) {
    super();
    this.#room = room;
    this.#members = members;
  }

  get = () => this.#current;

  start() {
    const end = smoothCursors(this.#room, {
      show: (member, x, y) => this.#put(member, x, y),
      hide: (member) => {
        this.#places.delete(member);
        this.#awaitFrame();
      },
    }, { requestFrame: (draw) => this.#awaitFrame(draw) });
    // A renamed member has a new snapshot.
    const off = this.#members.subscribe(() => this.#awaitFrame());
    this.#end = () => {
      off();
      end();
    };
  }

  stop() {
    this.#end();
    this.#draw = null;
    this.#current = NOTHING;
  }

  #put(member, x, y) {
    this.#places.set(member, Object.freeze({ member: this.#members.of(member), x, y }));
  }

  // One frame for the drawing and for all that hid meanwhile, so that it is told of once.
  #awaitFrame(draw) {
    if (draw) this.#draw = draw;
    if (this.#awaited) return;
    this.#awaited = true;
    const frame = globalThis.requestAnimationFrame ?? ((action) => setTimeout(action, 16));
    frame((time) => {
      this.#awaited = false;
      const drawing = this.#draw;
      this.#draw = null;
      drawing?.(time);
      this.#publish();
    });
  }

  #publish() {
    for (const [member, { member: snapshot, x, y }] of this.#places) {
      if (this.#members.of(member) !== snapshot) this.#put(member, x, y);
    }
    const next = [...this.#places.values()];
    if (sameItems(next, this.#current)) return;
    this.#current = Object.freeze(next);
    this.tell();
  }
}

export function sameItems(a, b) {
  return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
}

export function sameShallow(a, b) {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return sameItems(a, b);
  if (!isPlain(a) || !isPlain(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length
    && names.every((name) => Object.hasOwn(b, name) && Object.is(a[name], b[name]));
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

export function sameJson(a, b) {
  return Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);
}
