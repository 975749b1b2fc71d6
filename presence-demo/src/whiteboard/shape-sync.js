import { isId, isRevision } from './shape.js';

/** Time between two signals while a shape is drawn or dragged. */
const TICK_MS = 100;
/** A signal holds 16 KiB. */
const PACKET_BYTES = 15_000;
/** A node takes 128 KiB a second of a client's joins, states and signals (PRESENCE_EVENT_BYTES_PER_SECOND). */
const BYTES_PER_MS = 120;
/** After this time without an answer, the next member is asked for the shapes. */
const ANSWER_MS = 2000;
/** Shapes sent this recently are sent again when a member joins: the answer it gets may lack them. */
const RECENT_MS = 3000;
/** Most entries of a signal that are read; a page sends fewer. */
const MOST_ENTRIES = 1000;

const encoder = new TextEncoder();
const bytesOf = (value) => encoder.encode(JSON.stringify(value)).length;

/**
 * Exchanges shapes with the other pages of a board, as signals; the service stores none. A page that joins asks
 * the longest present member for all shapes.
 */
export class ShapeSync {
  #room;
  #shapes;
  /** @type {Map<string, Set<string> | null>} fields that changed since the last signal; null: everything */
  #dirty = new Map();
  /** @type {Map<string, number>} how much of a line the others have */
  #sent = new Map();
  /** Shapes of which only parts were sent; they are sent whole when they change no more. */
  #owed = new Set();
  /** @type {Map<string, number>} when a shape was last sent */
  #told = new Map();
  #answers = [];
  #timer = null;
  /** The timer of this page's own question, until the last part of the answer arrives; else null. */
  #waiting = null;
  /** The members to ask if no answer comes; undefined: all again. */
  #next = [];

  constructor(room, shapes) {
    this.#room = room;
    this.#shapes = shapes;
    shapes.on('own', (id, fields) => this.#note(id, fields));
    room.on('signal', ({ member, type, payload }) => {
      if (type === 'shapes') this.#receive(payload);
      if (type === 'shapes?' && member) this.#answer(member);
    });
    room.on('join', () => this.#repeat());
    room.connection.on('state', (state) => {
      if (state === 'open') this.ask();
    });
    for (const shape of shapes.all) this.#note(shape.id, null);
    this.ask();
  }

  /** Asks the members for all shapes, one after the other, the longest present first, until one answers. */
  ask(members = this.#room.others.sort((a, b) => a.joinedAt - b.joinedAt)) {
    this.#rest();
    const [first, ...rest] = members;
    if (!first) return;
    const asked = this.#room.signal('shapes?', null, { to: [first] });
    // The signal was not sent: the socket is open, but the board is not joined yet.
    this.#next = asked ? rest : undefined;
    this.#wait(asked ? ANSWER_MS : TICK_MS);
  }

  #wait(ms) {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      if (!this.#room.closed) this.ask(this.#next?.filter((member) => this.#room.members.includes(member)));
    }, ms);
  }

  #rest() {
    clearTimeout(this.#waiting);
    this.#waiting = null;
  }

  #note(id, fields) {
    const known = this.#dirty.get(id);
    const news = fields === null || known === null ? null : new Set([...known ?? [], ...fields]);
    this.#dirty.set(id, news);
    this.#wake();
  }

  #answer(member) {
    this.#answers = this.#answers.filter(({ to }) => to[0] !== member);
    // A page that still waits for its own answer lets others answer, too.
    const knows = this.#waiting === null;
    const parts = packets(this.#shapes.whole, this.#shapes.tombstones);
    parts.forEach((part, index) => {
      const isLast = index === parts.length - 1;
      this.#answers.push({ packet: { ...part, answer: knows && isLast, continues: !isLast }, to: [member] });
    });
    this.#wake();
  }

  #receive(payload) {
    if (payload?.answer === true) this.#rest();
    // If the answering page leaves before the last part, another one is asked.
    else if (payload?.continues === true && this.#waiting !== null) this.#wait(ANSWER_MS);
    for (const news of listOf(payload?.shapes)) this.#shapes.merge(news);
    for (const tombstone of listOf(payload?.gone)) {
      const [id, rev] = listOf(tombstone);
      if (isId(id) && isRevision(rev)) this.#shapes.mergeRemoval(id, rev);
    }
  }

  #wake(waitMs = TICK_MS) {
    this.#timer ??= setTimeout(() => this.#tick(), waitMs);
  }

  /** Sends at most one signal of changes and one of an answer; the next when the node's byte limit allows. */
  #tick() {
    this.#timer = null;
    let sent = this.#tell();
    const answer = this.#answers.shift();
    if (answer && this.#room.members.includes(answer.to[0])) {
      if (this.#room.signal('shapes', answer.packet, { to: answer.to })) sent += bytesOf(answer.packet);
      // Without a connection it is kept and sent later.
      else this.#answers.unshift(answer);
    }
    for (const [id, at] of this.#told) {
      if (Date.now() - at < RECENT_MS) break;
      this.#told.delete(id);
    }
    if (this.#dirty.size || this.#owed.size || this.#answers.length) {
      this.#wake(Math.max(TICK_MS, sent / BYTES_PER_MS));
    }
  }

  /** Returns how many bytes it sent. */
  #tell() {
    this.#settle();
    if (this.#dirty.size === 0) return 0;
    const packet = { shapes: [], gone: [] };
    const told = [];
    let size = 0;
    for (const [id, fields] of this.#dirty) {
      const shape = this.#shapes.get(id);
      const news = shape ? this.#newsOf(shape, fields) : [id, new Map(this.#shapes.tombstones).get(id) ?? 1];
      size += bytesOf(news);
      if (size > PACKET_BYTES && told.length) break;
      (shape ? packet.shapes : packet.gone).push(news);
      told.push([id, shape]);
    }
    // Without a connection it is kept and sent later.
    if (!this.#room.signal('shapes', packet)) return 0;
    for (const [id, shape] of told) {
      this.#dirty.delete(id);
      this.#told.delete(id);
      this.#told.set(id, Date.now());
      if (shape?.points) this.#sent.set(id, shape.points.length);
    }
    return size;
  }

  #repeat() {
    for (const [id, at] of this.#told) {
      if (Date.now() - at < RECENT_MS && this.#shapes.isWhole(id)) this.#note(id, null);
    }
  }

  #settle() {
    for (const id of this.#owed) {
      if (this.#dirty.has(id)) continue;
      this.#owed.delete(id);
      // Another page may have changed or deleted it meanwhile.
      if (this.#shapes.get(id) && this.#shapes.isWhole(id)) this.#dirty.set(id, null);
    }
  }

  #newsOf(shape, fields) {
    if (fields === null) return shape;
    this.#owed.add(shape.id);
    const { id, rev, points } = shape;
    const news = { id, rev };
    for (const name of fields) news[name] = shape[name];
    if (!fields.has('points')) return news;
    const from = this.#sent.get(id) ?? 0;
    if (from === 0 || from === points.length) return shape;
    delete news.points;
    return { ...news, from, more: points.slice(from) };
  }
}

function listOf(value) {
  return Array.isArray(value) ? value.slice(0, MOST_ENTRIES) : [];
}

/** Splits shapes and deletions into as few signals as possible, at least one, so that there is an answer. */
function packets(shapes, tombstones) {
  const all = [{ shapes: [], gone: tombstones.slice(-200) }];
  let size = bytesOf(all[0]);
  for (const shape of shapes) {
    const more = bytesOf(shape) + 1;
    if (size + more > PACKET_BYTES) {
      all.push({ shapes: [], gone: [] });
      size = 0;
    }
    size += more;
    all.at(-1).shapes.push(shape);
  }
  return all;
}
