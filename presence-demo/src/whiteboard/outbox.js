import { Pace } from './pace.js';
import { Recent } from './recent.js';
import { toWire } from './record.js';

/** Time between two signals while a shape is drawn or dragged. */
const TICK_MS = 100;
/** Members that lack the same ask within this time, and get one signal. */
const GATHER_MS = 40;
const GIVEN_MS = 400;
/** A signal holds 16 KiB, unless the node is configured otherwise. */
const PACKET_BYTES = 15_000;
/** Of so many lines this page knows what the others have; any other is sent whole when it grows. */
const MOST_LINES = 20;

const encoder = new TextEncoder();
const bytesOf = (value) => encoder.encode(JSON.stringify(value)).length;

/** What this page still has to send of its shapes, as fast as the node takes it: own changes first. */
export class Outbox {
  #room;
  #records;
  #pace = new Pace();
  #isHidden;
  #timer = null;
  #tickAt = 0;
  /** @type {Map<string, Set<string>>} fields that this visitor changed since the last signal */
  #changed = new Map();
  /** @type {Map<string, import('./record.js').Field>} the points that the others have of a line that is drawn */
  #told = new Map();
  /** Records that all were given: who asked before that has them by now. */
  #given = new Recent(GIVEN_MS);
  /** @type {Map<string, Set<object>>} the members to which a record is handed on */
  #wanted = new Map();

  /**
   * @param {import('./record-table.js').RecordTable} records
   * @param isHidden whether this page's timers are late
   */
  constructor(room, records, isHidden) {
    this.#isHidden = isHidden;
    this.#room = room;
    this.#records = records;
  }

  /** Tells everybody of these fields, soon. */
  tell(id, names) {
    this.#changed.set(id, new Set([...this.#changed.get(id) ?? [], ...names]));
    this.#wake();
  }

  /** Hands the whole record on to a member, soon, unless all were given it a moment ago. */
  give(id, member) {
    if (this.#given.has(this.#records.get(id))) return;
    this.#wanted.set(id, (this.#wanted.get(id) ?? new Set()).add(member));
    // A browser lets timers of hidden tabs wait for up to a minute, but what comes in is read at once.
    if (this.#isHidden()) queueMicrotask(() => this.#tick());
    else this.#wake(GATHER_MS);
  }

  /** Sends a signal now, if the node takes it. */
  send(type, payload, to) {
    const bytes = bytesOf(payload);
    return bytes <= this.packetBytes && this.#pace.take(bytes) && this.#room.signal(type, payload, { to });
  }

  get packetBytes() {
    return Math.min(PACKET_BYTES, this.#room.connection.limits?.maxSignalBytes ?? Infinity);
  }

  #wake(waitMs = TICK_MS) {
    const at = Date.now() + waitMs;
    if (this.#timer !== null && this.#tickAt <= at) return;
    clearTimeout(this.#timer);
    this.#tickAt = at;
    this.#timer = setTimeout(() => this.#tick(), waitMs);
  }

  /** What cannot be sent now is kept. */
  #tick() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#room.closed) return;
    while (this.#sendChanges() || this.#handOn());
    if (this.#changed.size || this.#wanted.size) this.#wake();
  }

  #sendChanges() {
    for (const id of this.#changed.keys()) if (!this.#records.get(id)) this.#changed.delete(id);
    const changes = this.#fill(this.#changed, [...this.#changed.keys()], (id) =>
      toWire(this.#records.get(id), this.#changed.get(id), this.#told.get(id)));
    if (changes.size === 0 || !this.send('shapes.new', [...changes.values()])) return false;
    for (const id of changes.keys()) {
      this.#changed.delete(id);
      this.#remember(id);
    }
    return true;
  }

  #remember(id) {
    const points = this.#records.get(id).fields.get('points');
    if (!points) return;
    this.#told.delete(id);
    this.#told.set(id, points);
    if (this.#told.size > MOST_LINES) this.#told.delete(this.#told.keys().next().value);
  }

  /** Sends one signal to those who all lack the same. */
  #handOn() {
    this.#forgetWhoLeft();
    const [first] = this.#wanted.values();
    if (!first) return false;
    const ids = [...this.#wanted].filter(([, members]) => isSame(members, first)).map(([id]) => id);
    const gifts = this.#fill(this.#wanted, ids, (id) => [this.#records.floorFor(id), toWire(this.#records.get(id))]);
    // What several lack, others are about to ask for.
    const isForAll = first.size > 1;
    if (gifts.size === 0) return ids.length > 0;
    if (!this.send('shapes.give', [...gifts.values()], isForAll ? undefined : [...first])) return false;
    for (const id of gifts.keys()) {
      this.#wanted.delete(id);
      if (isForAll) this.#given.add(this.#records.get(id));
    }
    return true;
  }

  #forgetWhoLeft() {
    const here = new Set(this.#room.others);
    for (const [id, members] of this.#wanted) {
      for (const member of members) if (!here.has(member)) members.delete(member);
      if (members.size === 0 || !this.#records.get(id)) this.#wanted.delete(id);
    }
  }

  /** What there is to send of as many ids as one signal holds; what no signal holds leaves the queue. */
  #fill(queue, ids, contentOf) {
    const packet = new Map();
    let room = this.packetBytes - 2;
    for (const id of ids) {
      const content = contentOf(id);
      const bytes = bytesOf(content) + 1;
      if (bytes > this.packetBytes - 2) queue.delete(id);
      else if (bytes > room) break;
      else packet.set(id, content);
      room -= packet.has(id) ? bytes : 0;
    }
    return packet;
  }
}

function isSame(some, others) {
  return some.size === others.size && [...some].every((each) => others.has(each));
}
