import { colorOf, paint } from '../ui/colors.js';
import { element, oncePerFrame, place } from '../ui/dom.js';
import { initials, nameInText } from '../ui/names.js';
import { crowdsBeyond, shortCount } from './crowds.js';
import { arrangeHints } from './hint-layout.js';

/** From the edges of the view to the middle of a hint, and below from the tools, in pixels. */
const INSET = { left: 30, right: 30, top: 92, bottom: 24 };
/** A hint's diameter with its pointer and some room, in pixels. */
const SIZE = 44;
const MOST = 16;
const PANELS = '.bar > .panel, .foot-left, .dock, .corner, .stats, .following';

/**
 * For cursors outside of the view: at the edge, in which direction they are. A click goes there. On boards with so many members
 * that most cursors are not known, for the people in each direction together.
 */
export class Hints {
  #layer;
  #viewport;
  #room = null;
  #density = null;
  /** By the first of the members that a hint is for, or by its direction. */
  #hints = new Map();

  constructor(layer, viewport) {
    this.#layer = layer;
    this.#viewport = viewport;
  }

  attach(room) {
    this.#room = room;
    const draw = oncePerFrame(() => this.#draw());
    room.on('members', draw);
    room.on('cursor', () => this.#density ?? draw());
    room.on('density', (density) => {
      this.#density = density;
      draw();
    });
    this.#viewport.on('change', draw);
    // Panels open and close.
    const panels = new ResizeObserver(draw);
    for (const panel of document.querySelectorAll(PANELS)) panels.observe(panel);
    draw();
  }

  #draw() {
    const outside = this.#density ? this.#crowds() : this.#members();
    const arranged = outside.length > 0 ? this.#arrange(outside) : [];
    const leaders = new Set(arranged.map(({ items: [{ key }] }) => key));
    for (const [key, hint] of this.#hints) {
      if (leaders.has(key)) continue;
      hint.remove();
      this.#hints.delete(key);
    }
    for (const { items, x, y } of arranged) {
      const [first] = items;
      const hint = this.#hints.get(first.key) ?? this.#add(first.key);
      // Where a click goes.
      hint.goal = first.goal;
      this.#turn(hint, first, x, y);
      if (first.member) this.#name(hint, first.member, items.length - 1);
      else this.#count(hint, items.reduce((sum, { count }) => sum + count, 0));
    }
  }

  #members() {
    return this.#room.others.filter((member) => this.#isOutside(member)).map((member) => {
      const { x, y } = member.cursor;
      return { key: member, member, x, y, goal: [x, y] };
    });
  }

  #crowds() {
    return crowdsBeyond(this.#density, this.#viewport.bounds)
      .map(({ direction, count, x, y, densest }) => ({ key: direction, count, x, y, goal: densest }));
  }

  #isOutside({ cursor }) {
    if (!cursor || cursor.hidden) return false;
    const [x, y] = this.#viewport.toScreen(cursor.x, cursor.y);
    return x < 0 || y < 0 || x > this.#viewport.width || y > this.#viewport.height;
  }

  #arrange(outside) {
    const { width, height } = this.#viewport;
    const { left, top } = INSET;
    // On phones, the tools are higher.
    const bottom = Math.min(height, document.querySelector('.tools').getBoundingClientRect().top) - INSET.bottom;
    // A window may be lower than the panels at its edges.
    const edge = { left, top, right: Math.max(left + 1, width - INSET.right), bottom: Math.max(top + 1, bottom) };
    const wanted = outside.map((item) => {
      const [x, y] = this.#viewport.toScreen(item.x, item.y);
      return {
        item,
        x: Math.min(edge.right, Math.max(edge.left, x)),
        y: Math.min(edge.bottom, Math.max(edge.top, y)),
      };
    });
    const panels = Array.from(document.querySelectorAll(PANELS), (panel) => panel.getBoundingClientRect())
      .filter(({ width: shown }) => shown > 0);
    return arrangeHints(wanted, edge, { size: SIZE, panels, most: MOST });
  }

  #add(key) {
    const hint = element('button', 'hint');
    hint.type = 'button';
    hint.append(element('i', 'pointer'), element('span', 'face'), element('span', 'others'));
    hint.addEventListener('click', () => this.#viewport.center(...hint.goal));
    this.#hints.set(key, hint);
    this.#layer.append(hint);
    return hint;
  }

  #turn(hint, item, left, top) {
    const [x, y] = this.#viewport.toScreen(item.x, item.y);
    place(hint, left, top);
    hint.style.setProperty('--turn', `${Math.atan2(y - top, x - left)}rad`);
    // Its tip is written towards the middle of the view.
    hint.dataset.half = left < this.#viewport.width / 2 ? 'left' : 'right';
  }

  #name(hint, member, more) {
    const company = more === 0 ? '' : ` and ${more} ${more === 1 ? 'other' : 'others'}`;
    hint.querySelector('.others').dataset.more = more;
    Object.assign(hint.dataset, {
      testid: 'hint', name: member.name, more, tip: `Go to ${nameInText(member)}${company}`,
    });
    const letters = initials(member);
    hint.setAttribute('aria-label', `${hint.dataset.tip}, ${letters}`);
    hint.querySelector('.face').textContent = letters;
    paint(hint, colorOf(member));
  }

  #count(hint, count) {
    hint.classList.add('crowd');
    hint.querySelector('.others').dataset.more = 0;
    Object.assign(hint.dataset, {
      testid: 'crowd-hint', count, more: 0, tip: `Go to ${count} ${count === 1 ? 'person' : 'people'}`,
    });
    hint.querySelector('.face').textContent = shortCount(count);
    hint.setAttribute('aria-label', hint.dataset.tip);
  }
}
