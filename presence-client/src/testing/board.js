import { ServerFrame } from '../presence-wire.js';
import { KnownMembers } from './known.js';
import { problemWithState, RateLimit } from './limits.js';
import { Locking } from './locking.js';

/** A roster or change has at most so many bytes of members; the rest follows. */
const PART_BYTES = 60_000;
const COUNTS_MS = 1000;
const REACTIONS_MS = 500;
const MOST_REACTIONS = 16;
const TAKE_OVER = 2 ** 24;
const MAX_AFTER_VERSION = 2 ** 48;

/** A board of the test node: its members, and the state of them that was last sent. */
export class Board {
  name;
  ref;
  /** By id, as hexadecimal. */
  members = new Map();

  #node;
  /** Members by what their clients chose. */
  #made = new Map();
  #seats = new Set();
  #shown = new Map();
  #touched = new Map();
  #flushing = false;
  #slots = 0;
  #moved = new Set();
  #ticking = false;
  #lastTick = -Infinity;
  #hz = 0;
  #signalBytes;
  #counted;
  #counting = false;
  #countedAt = -Infinity;
  #reactions = new Map();
  #reactedAt = -Infinity;
  /** Asked for by frames of its members. */
  locking;

  constructor(node, name, ref) {
    this.#node = node;
    this.name = name;
    this.ref = ref;
    this.#signalBytes = new RateLimit(node.rates.boardSignalBytes);
    this.locking = new Locking(node.clock, (news) => this.#tellLocks(news));
  }

  /** @param former the seat that its client gives up for the new one, if there is one */
  isFull(former) {
    return Math.max(this.members.size - Boolean(former?.member), this.#seats.size - Boolean(former)) >= this.#node.maxMembers;
  }

  memberInSlot(slot) {
    return [...this.members.values()].find((member) => member.slot === slot);
  }

  /** The member with this resume key, if it may be this user's. */
  find(key, userId) {
    const member = key.length ? this.members.get(String(key)) : undefined;
    return member && (!userId || member.profile.userId === userId) ? member : undefined;
  }

  /** The member that the same join has made before. */
  findMade(newKey, userId) {
    const member = this.#made.get(madeBy(newKey, userId));
    return member && this.members.get(String(member.key)) === member ? member : undefined;
  }

  observe(session, wants) {
    return this.#sit(session, null, wants);
  }

  join(session, { profile, status, state, newKey, afterVersion, ...wants }, userId) {
    const { id, key } = this.#node._newMember();
    const version = afterVersion ? versionAbove(afterVersion) : 1;
    const member = {
      id, key, slot: ++this.#slots, profile, status: status || 'active', state: new Map(state), version,
      madeBy: madeBy(newKey, userId), cursor: null, joinedAtMs: Date.now(), seat: null,
    };
    this.members.set(String(key), member);
    if (isRandom(newKey)) this.#made.set(member.madeBy, member);
    this.#touch(member);
    return this.#sit(session, member, wants);
  }

  resume(session, { profile, status, state, afterVersion, ...wants }, member) {
    clearTimeout(member.grace);
    this.expel(member, 'replaced', "another connection came with this member's key");
    member.version = versionAbove(Math.max(member.version, afterVersion));
    Object.assign(member, { profile: profile ?? member.profile, status: status || 'active' });
    if (state.size) member.state = new Map(state);
    this.#touch(member);
    return this.#sit(session, member, wants);
  }

  /** Ends the seat of a member; the member stays. */
  expel(member, code, message) {
    const { seat } = member;
    if (!seat) return;
    this.#seats.delete(seat);
    member.seat = null;
    seat.session.onSeatLost(seat, code, message);
  }

  leave(seat, reason) {
    this.#seats.delete(seat);
    this.#countSoon();
    if (seat.member?.seat === seat) this.#remove(seat.member, reason);
  }

  /** The connection is lost: the member stays for the grace. */
  lose(seat) {
    this.#seats.delete(seat);
    this.#countSoon();
    const { member } = seat;
    if (member?.seat !== seat) return;
    member.seat = null;
    const { graceMs } = this.#node;
    if (!graceMs) return this.#remove(member, 'timed_out');
    Object.assign(member, { status: 'away', version: member.version + 1 });
    this.#touch(member);
    member.grace = this.#node.clock.after(graceMs, () => this.#remove(member, 'timed_out'));
  }

  kick(isMeant, reason) {
    for (const member of [...this.members.values()].filter(isMeant)) {
      clearTimeout(member.grace);
      this.expel(member, 'kicked', reason);
      this.#remove(member, 'kicked');
    }
  }

  /** Applies a patch; returns what is wrong with it, if anything is. */
  patch({ member }, { set, unset, profile, status }) {
    const state = new Map(member.state);
    for (const name of unset) state.delete(name);
    for (const [name, value] of set) state.set(name, value);
    const problem = problemWithState(state, this.#node.limits);
    if (problem) return problem;
    const next = { profile: profile ?? member.profile, status: status || member.status, state };
    if (sameFacts(member, next)) return;
    Object.assign(member, next, { version: member.version + 1 });
    this.#touch(member);
  }

  /** Passes a signal on; returns after how many milliseconds the board takes so much again, or 0. */
  signal(seat, { type, payload, to }, bytes) {
    const wait = this.#signalBytes.take(bytes);
    if (wait) return wait;
    // A signal is sent after the state that its sender set before it.
    this.#flush();
    this.#pass({ from: seat.member.slot, type, payload }, to, seat);
    return 0;
  }

  react(type) {
    const first = !this.#reactions.size;
    this.#reactions.set(type, (this.#reactions.get(type) ?? 0) + 1);
    if (first) this.#node.clock.at(this.#reactedAt + REACTIONS_MS, () => this.#tellReactions());
  }

  #tellReactions() {
    this.#reactedAt = Date.now();
    const reactions = [...this.#reactions].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count);
    this.#reactions.clear();
    for (const seat of this.#seats) {
      if (seat.reactions && seat.complete) {
        seat.session.send({ reactions: { boardRef: this.ref, reactions: reactions.slice(0, MOST_REACTIONS) } });
      }
    }
  }

  #tellLocks(news) {
    for (const seat of this.#seats) {
      if (seat.locks && seat.complete) seat.session.send({ locks: { boardRef: this.ref, ...news } });
    }
  }

  /** A signal of the operator. */
  announce(signal, to = []) {
    this.#flush();
    this.#pass({ from: 0, ...signal }, to);
  }

  move({ member }, { x, y, hidden }) {
    const clamp = (steps) => Math.min(2 ** 25 - 1, Math.max(1 - 2 ** 25, steps));
    member.cursor = { x: clamp(x), y: clamp(y), hidden, atMs: Date.now() };
    this.#moved.add(member);
    if (this.#ticking) return;
    this.#ticking = true;
    this.#node.clock.at(this.#lastTick + Math.ceil(1000 / (this.#hz || this.#node.maxCursorHz)), () => this.#tick());
  }

  pace(hz) {
    this.#hz = hz;
    this.#sendAll({ pace: { boardRef: this.ref, maxCursorHz: hz || this.#node.maxCursorHz } });
  }

  /** @param density in board units; null: none any more */
  tellDensity(density) {
    const { x, y, cell, columns, counts } = density ?? { x: 0, y: 0, cell: 0, columns: 0, counts: [] };
    const frame = { density: { boardRef: this.ref, x: x * 16, y: y * 16, cell: cell * 16, columns, counts } };
    for (const seat of this.#seats) if (seat.hasViewport && seat.complete) seat.session.send(frame);
  }

  #sit(session, member, { counts, reactions, locks, rosterLimit }) {
    const known = rosterLimit ? new KnownMembers(rosterLimit) : null;
    const seat = { session, board: this, member, counts, reactions, locks, known, complete: false };
    if (member) member.seat = seat;
    this.#seats.add(seat);
    this.#flushSoon();
    return seat;
  }

  #remove(member, reason) {
    clearTimeout(member.grace);
    this.members.delete(String(member.key));
    this.#made.delete(member.madeBy);
    this.locking.release(member);
    this.#moved.delete(member);
    this.#touch(member, reason);
  }

  #touch(member, reason) {
    this.#touched.set(member, reason);
    this.#flushSoon();
  }

  #flushSoon() {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#node.clock.at(Date.now() + this.#node.rosterTickMs, () => this.#flush());
  }

  #flush() {
    this.#flushing = false;
    const change = { left: [], joined: [], updated: [] };
    for (const [member, reason] of this.#touched) {
      const before = this.#shown.get(member);
      const here = this.members.get(String(member.key)) === member;
      if (here) this.#shown.set(member, { ...member });
      else this.#shown.delete(member);
      if (!here && before) change.left.push({ slot: member.slot, reason });
      else if (here && !before) change.joined.push(member);
      else if (here) change.updated.push(differenceOf(before, member));
    }
    this.#touched.clear();
    const parts = [...partsOf(change)];
    for (const seat of this.#seats) {
      if (seat.complete) this.#sendChange(seat, seat.known ? partsOf(seat.known.changeOf(change, this.#all)) : parts);
    }
    for (const seat of this.#seats) if (!seat.complete) this.#sendRoster(seat);
    this.#countSoon();
  }

  /** What is told of the board to those who watch it. */
  summary(avatars) {
    const { members, observers, users } = this.#counts();
    const first = [...this.members.values()]
      .sort((a, b) => a.joinedAtMs - b.joinedAtMs || a.slot - b.slot)
      .slice(0, avatars)
      .map(({ profile }) => ({ ...profile, device: '' }));
    return { members, observers, users, first };
  }

  #counts() {
    const members = [...this.members.values()];
    const users = new Set(members.map(({ profile }) => profile.userId).filter(Boolean));
    const observers = [...this.#seats].filter(({ member }) => !member).length;
    return { boardRef: this.ref, members: members.length, observers, users: users.size };
  }

  #countSoon() {
    this.#node._boardChanged();
    if (this.#counting || ![...this.#seats].some(({ counts }) => counts)) return;
    this.#counting = true;
    this.#node.clock.at(this.#countedAt + COUNTS_MS, () => {
      this.#counting = false;
      const counts = this.#counts();
      if (same(counts, this.#counted)) return;
      this.#counted = counts;
      this.#countedAt = Date.now();
      for (const seat of this.#seats) if (seat.counts && seat.complete) seat.session.send({ counts });
    });
  }

  get #all() {
    return [...this.members.values()];
  }

  #sendChange(seat, parts) {
    for (const part of parts) seat.session.send({ change: { boardRef: this.ref, ...part } });
  }

  /** Tells a client with a roster in parts members that it does not know. */
  #tell(seat, members) {
    if (seat.known) this.#sendChange(seat, partsOf({ left: [], joined: seat.known.take(members), updated: [] }));
  }

  /** Answers a client that asks for more of a roster in parts. */
  page({ session, known }, { from, limit }, inReplyTo) {
    const joined = known.take(this.#all, from, limit || known.limit).map(wireOf);
    const page = { next: known.next(this.#all, from), total: this.members.size, inReplyTo };
    session.send({ change: { boardRef: this.ref, joined, page } });
  }

  #sendRoster(seat) {
    seat.complete = true;
    const { known, member } = seat;
    // The first part has the reader's own member.
    const members = known ? [...known.take(member ? [member] : []), ...known.fill(this.#all)]
      : this.#all.sort((a, b) => (b === member) - (a === member));
    const [first, ...rest] = partsOf({ left: [], joined: members, updated: [] }, true);
    const roster = {
      board: this.name, boardRef: this.ref, you: seat.member?.slot ?? 0, resumeKey: seat.member?.key,
      members: first.joined, more: first.more,
      ...known && { total: this.members.size, next: known.next(this.#all) },
    };
    seat.session.send({ roster });
    this.#sendChange(seat, rest);
    if (this.#hz) seat.session.send({ pace: { boardRef: this.ref, maxCursorHz: this.#hz } });
    if (seat.locks) seat.session.send({ locks: { boardRef: this.ref, held: this.locking.all(), all: true } });
    if (!seat.counts) return;
    const counts = this.#counts();
    if (![...this.#seats].some((other) => other !== seat && other.counts)) {
      this.#counted = counts;
      this.#countedAt = Date.now();
    }
    seat.session.send({ counts });
  }

  #sendAll(frame) {
    for (const seat of this.#seats) if (seat.complete) seat.session.send(frame);
  }

  #pass(signal, to, except) {
    const frame = { signal: { boardRef: this.ref, ...signal } };
    for (const seat of this.#seats) {
      const isMeant = !to.length || to.includes(seat.member?.slot);
      if (!isMeant || seat === except || !seat.complete) continue;
      this.#tell(seat, this.#all.filter(({ slot }) => slot === signal.from));
      seat.session.send(frame);
    }
  }

  #tick() {
    this.#ticking = false;
    const now = Date.now();
    this.#lastTick = now;
    // A member that was not shown yet has its position in the roster or `joined`.
    const moved = [...this.#moved].filter((member) => this.#shown.has(member));
    this.#moved.clear();
    const [only] = this.#seats;
    if (!moved.length || (this.#seats.size === 1 && moved.length === 1 && only.member === moved[0])) return;
    for (const seat of this.#seats) if (seat.complete) this.#tell(seat, moved);
    this.#sendAll({ cursors: {
      boardRef: this.ref,
      slot: moved.map((member) => member.slot),
      x: moved.map((member) => member.cursor.x),
      y: moved.map((member) => member.cursor.y),
      ageMs: moved.map((member) => now - member.cursor.atMs),
      hidden: moved.filter((member) => member.cursor.hidden).map((member) => member.slot),
    } });
  }
}

const versionAbove = (version) => (Math.floor(Math.min(version, MAX_AFTER_VERSION) / TAKE_OVER) + 1) * TAKE_OVER;

const madeBy = (newKey, userId = '') => `${newKey} ${userId}`;
const isRandom = (newKey) => newKey.length >= 16 && newKey.length <= 64 && new Set(newKey).size >= 8;

const wireOf = ({ id, ...member }) => ({ memberId: id, ...member });

function* partsOf({ left, joined, updated }, evenIfEmpty) {
  let part = { left, joined: [], updated: [], more: false };
  let bytes = 0;
  const all = [...joined.map((member) => ['joined', wireOf(member)]), ...updated.map((update) => ['updated', update])];
  for (const [kind, item] of all) {
    const size = ServerFrame.encode({ change: { [kind]: [item] } }).length;
    if (bytes && bytes + size > PART_BYTES) {
      yield { ...part, more: true };
      part = { left: [], joined: [], updated: [], more: false };
      bytes = 0;
    }
    part[kind].push(item);
    bytes += size;
  }
  if (bytes || left.length || evenIfEmpty) yield part;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const sameBytes = (a, b) => String(a) === String(b);

function sameFacts(before, after) {
  return same(before.profile, after.profile) && before.status === after.status
    && before.state.size === after.state.size
    && [...after.state].every(([name, value]) => before.state.has(name) && sameBytes(before.state.get(name), value));
}

function differenceOf(before, { slot, profile, status, state, version }) {
  return {
    slot,
    version,
    profile: same(before.profile, profile) ? undefined : profile,
    status: before.status === status ? '' : status,
    set: new Map([...state].filter(([name, value]) =>
      !before.state.has(name) || !sameBytes(before.state.get(name), value))),
    unset: [...before.state.keys()].filter((name) => !state.has(name)),
  };
}
