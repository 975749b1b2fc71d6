import { isPlace } from '../whiteboard/shape.js';
import { colorOf, paint } from '../ui/colors.js';
import { calm, element, icon } from '../ui/dom.js';
import { nameOf } from '../ui/names.js';

/** In the order of the keys 1 to 6; each is a drawing in icons.svg. */
export const REACTIONS = ['heart', 'like', 'laugh', 'party', 'fire', 'eyes'];

const MOST_IN_THE_AIR = 60;
const FLIGHT_MS = 2200;

/** Small pictures that rise from where somebody's cursor is, on every page. */
export class Reactions {
  #layer;
  #viewport;
  #room = null;
  /** @type {Map<Element, { x: number, y: number }>} */
  #flying = new Map();

  constructor(layer, viewport) {
    this.#layer = layer;
    this.#viewport = viewport;
    viewport.on('change', () => {
      for (const [flyer, place] of this.#flying) this.#place(flyer, place);
    });
  }

  attach(room) {
    this.#room = room;
    room.on('signal', ({ member, type, payload }) => {
      if (type !== 'reaction' || !member || !isPlace(payload) || !REACTIONS.includes(payload.kind)) return;
      this.#show(payload, nameOf(member), colorOf(member));
    });
  }

  send(kind, [x, y], color) {
    this.#show({ kind, x, y }, '', color);
    this.#room?.signal('reaction', { kind, x, y });
  }

  #show({ kind, x, y }, name, color) {
    if (this.#flying.size >= MOST_IN_THE_AIR) return;
    const flyer = element('div', 'flyer');
    Object.assign(flyer.dataset, { testid: 'reaction', kind });
    const picture = icon(kind, 'picture');
    flyer.append(picture);
    if (name) flyer.append(element('span', 'by', name));
    paint(flyer, color);
    this.#layer.append(flyer);
    this.#flying.set(flyer, { x, y });
    this.#place(flyer, { x, y });
    fly(flyer).then(() => {
      this.#flying.delete(flyer);
      flyer.remove();
    });
  }

  #place(flyer, { x, y }) {
    const [left, top] = this.#viewport.toScreen(x, y);
    flyer.style.left = `${left}px`;
    flyer.style.top = `${top}px`;
  }
}

function fly(flyer) {
  if (calm.matches) return flyer.animate({ opacity: [1, 1, 0] }, { duration: FLIGHT_MS }).finished;
  const sway = (Math.random() - 0.5) * 90;
  const height = 130 + Math.random() * 70;
  const at = (up, side, scale, turn) =>
    `translate(${sway * side}px, ${-height * up}px) scale(${scale}) rotate(${turn * sway / 4}deg)`;
  return flyer.animate([
    { opacity: 0, transform: at(0, 0, 0.2, 0) },
    { opacity: 1, transform: at(0.16, 0.1, 1.35, 1), offset: 0.14 },
    { opacity: 1, transform: at(0.34, 0.4, 1, -1), offset: 0.32 },
    { opacity: 1, transform: at(0.75, 0.6, 1, 1), offset: 0.7 },
    { opacity: 0, transform: at(1, 1, 0.8, 0) },
  ], { duration: FLIGHT_MS, easing: 'ease-out' }).finished;
}
