// presence-viewport.d.ts documents the API. Not in the core: most boards are small, and their pages show everybody.
import { ClientFrame, message, repeated, ServerFrame, sint32, uint32 } from './presence-wire.js';

ClientFrame.fields[10] = ['viewport', message({
  boardRef: uint32, x: sint32, y: sint32, width: uint32, height: uint32, follow: repeated(uint32),
})];
ServerFrame.fields[12] = ['density', message({
  boardRef: uint32, x: sint32, y: sint32, cell: uint32, columns: uint32, counts: repeated(uint32),
})];

const STEPS = 16;
const LIMIT = 2 ** 25;
// Half as often as a node allows.
const PACE_MS = 100;
const RETRY_MS = 1000;
// On boards with more members a node sends nothing of those outside of the window.
const SMALL = 500;
const SWEEP_MS = 1000;
const MOST_FOLLOWED = 16;
const NOTHING = { x: 0, y: 0, width: 0, height: 0 };

const views = new WeakMap();

export function setViewport(room, rect, { follow = [] } = {}) {
  const shown = rect ? inSteps(rect) : NOTHING;
  const ids = [...follow];
  if (ids.length > MOST_FOLLOWED) throw new RangeError(`${ids.length} members to follow; a node takes ${MOST_FOLLOWED}`);
  if (room.closed) return;
  if (!views.has(room)) views.set(room, new View(room));
  views.get(room).show(shown, ids);
}

export const densityOf = (room) => views.get(room)?.density ?? null;

/** What a page shows of one board. The connection treats it as one of its rooms, which it tells of welcomes and refusals. */
class View {
  density = null;
  #room;
  #shown = NOTHING;
  #follow = [];
  /** What the node was told, as JSON; null if it is to be told everything again. */
  #told = null;
  /** The area whose positions are known, and who was followed then; null while all are known. */
  #known = null;
  #followed = new Set();
  #isSupported = true;
  /** Whether the node may have refused a window that followed windows it knows. */
  #isUncertain = false;
  #timer = null;
  #sweep = null;
  /** The cursors outside of the area when it was swept last, by member. */
  #outside = new Map();

  constructor(room) {
    this.#room = room;
    const { _roster } = room;
    room._roster = (roster) => {
      _roster.call(room, roster);
      this.#startAnew();
    };
    room._density = (density) => this.#tellDensity(density);
    room.connection._add(this);
    const onVisibility = () => this.#settle();
    globalThis.addEventListener?.('visibilitychange', onVisibility);
    room.on('members', () => {
      if (this.#follow.length) this.#settle();
      this.#sweepSoon();
    });
    room.on('closed', () => {
      globalThis.removeEventListener?.('visibilitychange', onVisibility);
      room.connection._forget(this);
      clearTimeout(this.#timer);
      clearTimeout(this.#sweep);
    });
  }

  show(shown, follow) {
    this.#shown = shown;
    this.#follow = follow;
    this.#settle();
  }

  // What changes in one turn is one frame.
  #settle() {
    if (this.#timer !== null) return;
    this.#timer = 0;
    queueMicrotask(() => { if (this.#timer === 0) this.#send(); });
  }

  #sendIn(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), ms);
  }

  #send() {
    this.#timer = null;
    const { closed, connection, _ref: boardRef } = this.#room;
    if (closed || !this.#isSupported) return;
    const isHidden = globalThis.document?.visibilityState === 'hidden';
    const shown = isHidden ? NOTHING : this.#shown;
    const followed = isHidden ? [] : this.#slots();
    const told = JSON.stringify([shown, followed]);
    if (told === this.#told) return;
    const tell = (viewport) => boardRef && connection._send({ id: this._tag, viewport: { boardRef, ...viewport } });
    if (this.#isUncertain && tell()) {
      // After an empty window the node sends everybody in the next.
      this.#isUncertain = false;
      this.#known = enlarged(NOTHING);
    }
    if (!tell({ ...shown, follow: followed })) return this.#sendIn(RETRY_MS);
    this.#told = told;
    if (this.#known && this.#isLarge) this.#hide(this.#othersOutside());
    this.#known = enlarged(shown);
    this.#followed = new Set(followed);
    this.#outside.clear();
    this.#sendIn(PACE_MS);
    this.#sweepSoon();
  }

  #slots() {
    const { others } = this.#room;
    return this.#follow.map((id) => others.find((member) => member.id === id)?.slot).filter(Boolean);
  }

  get #isLarge() {
    return this.density !== null || this.#room.members.length > SMALL;
  }

  #othersOutside() {
    return this.#room.others.filter(({ slot, cursor }) =>
      cursor && !cursor.hidden && !contains(this.#known, cursor) && !this.#followed.has(slot));
  }

  // On large boards the node tells no more of who is there.
  #hide(members) {
    for (const member of members) {
      member.cursor = { ...member.cursor, hidden: true };
      this.#room.emit('cursor', member, 0);
    }
  }

  #sweepSoon() {
    if (this.#sweep === null && this.#known && this.#isLarge) this.#sweep = setTimeout(() => this.#sweepOutside(), SWEEP_MS);
  }

  // Positions that have not changed for a second are of members that have left the window.
  #sweepOutside() {
    this.#sweep = null;
    if (!this.#isLarge || !this.#known) return this.#outside.clear();
    const outside = this.#othersOutside();
    this.#hide(outside.filter((member) => this.#outside.get(member) === member.cursor));
    this.#outside = new Map(outside.map((member) => [member, member.cursor]));
    this.#sweepSoon();
  }

  // With its roster a node tells all positions, and knows of no window.
  #startAnew() {
    this.#told = this.#known = null;
    this.#isUncertain = false;
    this.#outside.clear();
    if (this.density) this.#tellDensity({ columns: 0 });
    if (this.#room._ref) this.#sendIn(0);
  }

  #tellDensity({ x, y, cell, columns, counts }) {
    this.density = columns ? Object.freeze({
      x: x / STEPS, y: y / STEPS, cell: cell / STEPS, columns, counts: Object.freeze(counts),
    }) : null;
    this.#room.emit('density', this.density);
    this.#sweepSoon();
  }

  // What a connection asks of its rooms.

  _enter() {
    this.#isSupported = true;
  }

  _refuse(error) {
    if (error.code === 'unknown_frame') this.#isSupported = false;
    if (error.retryAfterMs === undefined) return;
    this.#told = null;
    this.#isUncertain = true;
    this.#sendIn(error.retryAfterMs);
  }

  _pause() {}

  _renounce() {}

  _end() {}
}

function inSteps({ x, y, width, height }) {
  const edges = [x, y, x + width, y + height];
  if (edges.some(isNaN)) throw new TypeError(`not a rectangle: ${JSON.stringify({ x, y, width, height })}`);
  if (!(width > 0 && height > 0)) return NOTHING;
  const [left, top] = edges.map((edge) => clamp(Math.floor(edge * STEPS)));
  const [, , right, bottom] = edges.map((edge) => clamp(Math.ceil(edge * STEPS)));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const clamp = (steps) => Math.min(LIMIT, Math.max(-LIMIT, steps)) || 0;

// As far as a node promises positions, in board units.
function enlarged({ x, y, width, height }) {
  const more = width && height && Math.floor(Math.max(width, height) / STEPS);
  return {
    left: (x - more) / STEPS, top: (y - more) / STEPS,
    right: (x + width + more) / STEPS, bottom: (y + height + more) / STEPS,
  };
}

const contains = ({ left, top, right, bottom }, { x, y }) => x >= left && x < right && y >= top && y < bottom;
