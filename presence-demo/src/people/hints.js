import { colorOf, initials, nameOf, paint } from '../ui/colors.js';
import { element, oncePerFrame, place } from '../ui/dom.js';

/** From the edges, so that hints and panels do not cover each other more than they must. */
const INSET = { left: 30, right: 30, top: 92, bottom: 88 };

/** For cursors outside of the view: at the edge, in which direction they are. A click goes there. */
export class Hints {
  #layer;
  #viewport;
  #room = null;
  #hints = new Map();

  constructor(layer, viewport) {
    this.#layer = layer;
    this.#viewport = viewport;
  }

  attach(room) {
    this.#room = room;
    const draw = oncePerFrame(() => this.#draw());
    room.on('members', draw);
    room.on('cursor', draw);
    this.#viewport.on('change', draw);
    draw();
  }

  #draw() {
    const outside = new Set(this.#room.others.filter((member) => this.#isOutside(member)));
    for (const [member, hint] of this.#hints) {
      if (outside.has(member)) continue;
      hint.remove();
      this.#hints.delete(member);
    }
    for (const member of outside) this.#point(this.#hints.get(member) ?? this.#add(member), member);
  }

  #isOutside({ cursor }) {
    if (!cursor || cursor.hidden) return false;
    const [x, y] = this.#viewport.toScreen(cursor.x, cursor.y);
    return x < 0 || y < 0 || x > this.#viewport.width || y > this.#viewport.height;
  }

  #add(member) {
    const hint = element('button', 'hint');
    hint.type = 'button';
    hint.append(element('i', 'pointer'), element('span', 'face'));
    hint.addEventListener('click', () => {
      this.#viewport.center(member.cursor.x, member.cursor.y);
    });
    this.#hints.set(member, hint);
    this.#layer.append(hint);
    return hint;
  }

  #point(hint, member) {
    const { width, height } = this.#viewport;
    const [x, y] = this.#viewport.toScreen(member.cursor.x, member.cursor.y);
    const left = Math.min(width - INSET.right, Math.max(INSET.left, x));
    const top = Math.min(height - INSET.bottom, Math.max(INSET.top, y));
    place(hint, left, top);
    hint.style.setProperty('--turn', `${Math.atan2(y - top, x - left)}rad`);
    Object.assign(hint.dataset, { testid: 'hint', name: member.name, tip: `Go to ${nameOf(member)}` });
    hint.setAttribute('aria-label', hint.dataset.tip);
    hint.querySelector('.face').textContent = initials(member);
    paint(hint, colorOf(member));
  }
}
