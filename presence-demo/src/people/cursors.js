import { smoothCursors } from '/presence-cursors.js';
import { colorOf, paint } from '../ui/colors.js';
import { clone, fadeAway, place } from '../ui/dom.js';
import { isAgent, nameOf } from '../ui/names.js';
import { labelSide } from './label-side.js';

/** The largest label and its distance from the cursor, in pixels: farther from the edges, none has to be measured. */
const MARGIN = { x: 260, y: 190 };

/** Draws the other members' cursors, and what they write beside them. */
export class CursorLayer {
  #layer;
  #viewport;
  /**
   * Where they are drawn, in board units, what their labels say, and the size of these, if it is known, in pixels.
   *
   * @type {Map<string, { element: HTMLElement, x: number, y: number, words: object, side?: string, label?: object }>}
   */
  #cursors = new Map();

  constructor(layer, viewport) {
    this.#layer = layer;
    this.#viewport = viewport;
    viewport.on('change', () => {
      for (const cursor of this.#cursors.values()) if (cursor.element.dataset.hidden !== 'true') this.#place(cursor);
    });
  }

  attach(room) {
    smoothCursors(room, {
      show: (member, x, y) => this.#show(member, x, y),
      hide: ({ id }) => {
        const cursor = this.#cursors.get(id);
        if (cursor) cursor.element.dataset.hidden = true;
      },
    });
    room.on('cursor', (member) => this.#locate(member));
    room.on('members', () => this.#reconcile(room.others));
    this.#reconcile(room.others);
  }

  #show(member, x, y) {
    let cursor = this.#cursors.get(member.id);
    if (!cursor) {
      cursor = { element: clone('cursor-template') };
      this.#cursors.set(member.id, cursor);
      this.#layer.append(cursor.element);
      this.#label(member);
    }
    Object.assign(cursor, { x, y });
    this.#locate(member);
    this.#place(cursor);
  }

  #place(cursor) {
    const { element, x, y } = cursor;
    const [left, top] = this.#viewport.toScreen(x, y);
    place(element, left, top);
    const isNear = left > this.#viewport.width - MARGIN.x || top > this.#viewport.height - MARGIN.y;
    const side = isNear ? labelSide(left, top, cursor.label ??= sizeOf(element), this.#viewport) : '';
    if (side !== cursor.side) element.dataset.side = cursor.side = side;
  }

  #locate(member) {
    const dataset = this.#cursors.get(member.id)?.element.dataset;
    if (!dataset) return;
    const { x, y, hidden } = member.cursor;
    Object.assign(dataset, { x, y, hidden });
  }

  #reconcile(others) {
    const present = new Set(others.map(({ id }) => id));
    for (const [id, { element }] of this.#cursors) {
      if (present.has(id)) continue;
      this.#cursors.delete(id);
      fadeAway(element);
    }
    for (const member of others) if (this.#cursors.has(member.id)) this.#label(member);
  }

  #label(member) {
    const cursor = this.#cursors.get(member.id);
    const { element } = cursor;
    element.dataset.name = member.name;
    Object.assign(element.dataset, { status: member.status, agent: isAgent(member) });
    paint(element, colorOf(member));
    const words = { name: nameOf(member), said: chatOf(member) };
    if (words.name === cursor.words?.name && words.said === cursor.words.said) return;
    element.querySelector('.name').textContent = words.name;
    element.querySelector('.said').textContent = words.said;
    Object.assign(cursor, { words, label: undefined });
    if (cursor.x !== undefined) this.#place(cursor);
  }
}

function sizeOf(cursor) {
  const { offsetWidth: width, offsetHeight: height } = cursor.querySelector('.label');
  return { width, height };
}

const LONGEST_CHAT = 140;

/** The text that a member writes at its cursor: any value that its client sent. */
export function chatOf({ state }) {
  return typeof state.chat === 'string' ? state.chat.slice(0, LONGEST_CHAT) : '';
}
