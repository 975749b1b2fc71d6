import { smoothCursors } from '/presence-cursors.js';
import { colorOf, nameOf, paint } from '../ui/colors.js';
import { clone, fadeAway, place } from '../ui/dom.js';

/** Draws the other members' cursors, and what they write beside them. */
export class CursorLayer {
  #layer;
  #viewport;
  /** @type {Map<string, { element: HTMLElement, x: number, y: number }>} where they are drawn, in board units */
  #cursors = new Map();

  constructor(layer, viewport) {
    this.#layer = layer;
    this.#viewport = viewport;
    viewport.on('change', () => {
      for (const cursor of this.#cursors.values()) this.#place(cursor);
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

  #place({ element, x, y }) {
    place(element, ...this.#viewport.toScreen(x, y));
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
    const { element } = this.#cursors.get(member.id);
    element.dataset.name = member.name;
    element.dataset.status = member.status;
    element.querySelector('.name').textContent = nameOf(member);
    element.querySelector('.said').textContent = chatOf(member);
    paint(element, colorOf(member));
  }
}

const LONGEST_CHAT = 140;

/** The text that a member writes at its cursor: any value that its client sent. */
export function chatOf({ state }) {
  return typeof state.chat === 'string' ? state.chat.slice(0, LONGEST_CHAT) : '';
}
