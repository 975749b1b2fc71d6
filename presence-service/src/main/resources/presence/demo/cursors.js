import { colorOf, paint } from './colors.js';
import { Glide } from './glide.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** Everybody else's cursor, and the pings they send. */
export class CursorLayer {
  #layer;
  #template;
  /** @type {Map<string, { element: HTMLElement, glide: Glide }>} */
  #cursors = new Map();
  #drawing = false;

  constructor(layer, template) {
    this.#layer = layer;
    this.#template = template;
  }

  /** Brings names, colours and who is there at all up to date. */
  show(members) {
    const present = new Set(members.map((member) => member.id));
    for (const [id, { element }] of this.#cursors) {
      if (present.has(id)) continue;
      this.#cursors.delete(id);
      fadeAway(element);
    }
    for (const member of members) {
      if (this.#cursors.has(member.id)) this.#label(member);
      else if (member.cursor) this.move(member, 0);
    }
  }

  move(member, ageMs) {
    const { x, y } = member.cursor;
    const now = performance.now();
    let cursor = this.#cursors.get(member.id);
    if (cursor) {
      cursor.glide.moveTo(x, y, ageMs, now);
    } else {
      cursor = { element: this.#add(), glide: new Glide(x, y, now) };
      this.#cursors.set(member.id, cursor);
      this.#label(member);
    }
    const { dataset } = cursor.element;
    dataset.x = x;
    dataset.y = y;
    dataset.hidden = member.cursor.hidden;
    this.#draw();
  }

  ping(x, y, color) {
    const ripple = document.createElement('span');
    ripple.className = 'ripple';
    paint(ripple, color);
    place(ripple, x, y);
    ripple.addEventListener('animationend', ({ pseudoElement }) => {
      if (!pseudoElement) ripple.remove();
    });
    this.#layer.append(ripple);
  }

  #add() {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    this.#layer.append(element);
    return element;
  }

  #label(member) {
    const { element } = this.#cursors.get(member.id);
    element.dataset.name = member.name;
    element.dataset.status = member.status;
    element.querySelector('.label').textContent = member.name || 'Somebody';
    paint(element, colorOf(member));
  }

  /** One loop for all cursors, which ends as soon as none of them moves. */
  #draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      const now = performance.now();
      let moving = false;
      for (const { element, glide } of this.#cursors.values()) {
        const { x, y, settled } = glide.at(now);
        if (calm.matches) {
          place(element, glide.target.x, glide.target.y);
        } else {
          place(element, x, y);
          moving ||= !settled;
        }
      }
      if (moving) this.#draw();
    });
  }
}

function place(element, x, y) {
  element.style.transform = `translate(${x}px, ${y}px)`;
}

function fadeAway(element) {
  delete element.dataset.testid;
  if (calm.matches) return element.remove();
  element.animate({ opacity: 0 }, { duration: 250, easing: 'ease-out', fill: 'forwards' })
    .finished.then(() => element.remove());
}
