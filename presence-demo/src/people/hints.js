import { colorOf, paint } from '../ui/colors.js';
import { element, oncePerFrame, place } from '../ui/dom.js';
import { initials, nameInText } from '../ui/names.js';
import { arrangeHints } from './hint-layout.js';

/** From the edges of the view to the middle of a hint, and below from the tools, in pixels. */
const INSET = { left: 30, right: 30, top: 92, bottom: 24 };
/** A hint's diameter with its pointer and some room, in pixels. */
const SIZE = 44;
const MOST = 16;
const PANELS = '.bar > .panel, .foot-left, .dock, .corner, .stats, .following';

/** For cursors outside of the view: at the edge, in which direction they are. A click goes there. */
export class Hints {
  #layer;
  #viewport;
  #room = null;
  /** By the first of the members that a hint is for. */
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
    // Panels open and close.
    const panels = new ResizeObserver(draw);
    for (const panel of document.querySelectorAll(PANELS)) panels.observe(panel);
    draw();
  }

  #draw() {
    const outside = this.#room.others.filter((member) => this.#isOutside(member));
    const arranged = outside.length > 0 ? this.#arrange(outside) : [];
    const leaders = new Set(arranged.map(({ items: [member] }) => member));
    for (const [member, hint] of this.#hints) {
      if (leaders.has(member)) continue;
      hint.remove();
      this.#hints.delete(member);
    }
    for (const { items: [member, ...more], x, y } of arranged) {
      this.#point(this.#hints.get(member) ?? this.#add(member), member, more.length, x, y);
    }
  }

  #isOutside({ cursor }) {
    if (!cursor || cursor.hidden) return false;
    const [x, y] = this.#viewport.toScreen(cursor.x, cursor.y);
    return x < 0 || y < 0 || x > this.#viewport.width || y > this.#viewport.height;
  }

  #arrange(members) {
    const { width, height } = this.#viewport;
    const { left, top } = INSET;
    // On phones, the tools are higher.
    const bottom = Math.min(height, document.querySelector('.tools').getBoundingClientRect().top) - INSET.bottom;
    // A window may be lower than the panels at its edges.
    const edge = { left, top, right: Math.max(left + 1, width - INSET.right), bottom: Math.max(top + 1, bottom) };
    const wanted = members.map((member) => {
      const [x, y] = this.#viewport.toScreen(member.cursor.x, member.cursor.y);
      return {
        item: member,
        x: Math.min(edge.right, Math.max(edge.left, x)),
        y: Math.min(edge.bottom, Math.max(edge.top, y)),
      };
    });
    const panels = Array.from(document.querySelectorAll(PANELS), (panel) => panel.getBoundingClientRect())
      .filter(({ width: shown }) => shown > 0);
    return arrangeHints(wanted, edge, { size: SIZE, panels, most: MOST });
  }

  #add(member) {
    const hint = element('button', 'hint');
    hint.type = 'button';
    hint.append(element('i', 'pointer'), element('span', 'face'), element('span', 'others'));
    hint.addEventListener('click', () => {
      this.#viewport.center(member.cursor.x, member.cursor.y);
    });
    this.#hints.set(member, hint);
    this.#layer.append(hint);
    return hint;
  }

  #point(hint, member, more, left, top) {
    const [x, y] = this.#viewport.toScreen(member.cursor.x, member.cursor.y);
    place(hint, left, top);
    hint.style.setProperty('--turn', `${Math.atan2(y - top, x - left)}rad`);
    const company = more === 0 ? '' : ` and ${more} ${more === 1 ? 'other' : 'others'}`;
    hint.querySelector('.others').dataset.more = more;
    Object.assign(hint.dataset, {
      testid: 'hint', name: member.name, more, tip: `Go to ${nameInText(member)}${company}`,
    });
    // Its tip is written towards the middle of the view.
    hint.dataset.half = left < this.#viewport.width / 2 ? 'left' : 'right';
    const letters = initials(member);
    hint.setAttribute('aria-label', `${hint.dataset.tip}, ${letters}`);
    hint.querySelector('.face').textContent = letters;
    paint(hint, colorOf(member));
  }
}
