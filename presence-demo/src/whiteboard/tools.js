import { Emitter } from '../ui/emitter.js';
import { boundsOf, overlap, rectangle } from './geometry.js';
import { cornerAt, resized } from './resize.js';
import { isFull, newId, tenth } from './shape.js';

const NOTE_SIZE = 160;
const TEXT_SIZE = { w: 260, h: 34 };
/** The eraser looks for shapes this often along its way, in pixels. */
const ERASER_STEP_PIXELS = 4;
const BOX_SIZE = { w: 160, h: 110 };
/** Less than this is a click, in pixels. */
const CLICK_PIXELS = 4;
/** Points closer than this add nothing to a line, in pixels. */
const PEN_STEP_PIXELS = 2;

/**
 * What a pointer on the board does. A tool begins a drag: `move(point)`, `end()`, `cancel()`.
 *
 * Event: `change` (name of the tool).
 */
export class Tools extends Emitter {
  current = 'select';
  #shapes;
  #selection;
  #viewport;
  #ink;
  #marquee;
  #edit;
  #full;
  #editing;

  /**
   * @param means.ink what colour to draw with
   * @param means.marquee shows a rectangle, or null
   * @param means.edit lets the visitor write into a note
   * @param means.full says that there is no room for more
   * @param means.editing which shapes other members edit; those stay as they are
   */
  constructor(shapes, selection, viewport, { ink, marquee, edit, full, editing = UNLOCKED }) {
    super();
    this.#shapes = shapes;
    this.#selection = selection;
    this.#viewport = viewport;
    this.#ink = ink;
    this.#marquee = marquee;
    this.#edit = edit;
    this.#full = full;
    this.#editing = editing;
  }

  use(name) {
    if (this.current === name) return;
    this.current = name;
    if (name !== 'select') this.#selection.set([]);
    this.emit('change', name);
  }

  /** @param pan begins a drag of the view */
  begin(point, event, pan) {
    switch (this.current) {
      case 'pen': return this.#draw(point);
      case 'rect':
      case 'ellipse': return this.#box(point, this.current);
      case 'note': return this.#note(point);
      case 'text': return this.#text(point);
      case 'arrow': return this.#arrow(point);
      case 'eraser': return this.#erase(point);
      default: return this.#select(point, event, pan);
    }
  }

  /** Puts one into the middle of the view, for those who have no pointer. */
  insert() {
    const { current: kind } = this;
    if (!['rect', 'ellipse', 'note', 'text'].includes(kind)) return;
    const { width, height } = this.#viewport;
    const [x, y] = this.#viewport.toWorld(width / 2, height / 2);
    if (kind === 'note') return this.#note([x, y]).end();
    if (kind === 'text') return this.#text([x, y]).end();
    const { w, h } = BOX_SIZE;
    const shape = this.#add({ kind, x: x - w / 2, y: y - h / 2, w, h });
    if (shape) this.#selectOnly(shape.id);
  }

  #draw([startX, startY]) {
    let shape = this.#add({ kind: 'pen', x: startX, y: startY, points: [0, 0] });
    const step = PEN_STEP_PIXELS / this.#viewport.zoom;
    return {
      move: ([x, y]) => {
        if (!shape) return;
        const { points } = this.#shapes.get(shape.id) ?? {};
        if (!points) return;
        const [dx, dy] = [tenth(x - shape.x), tenth(y - shape.y)];
        if (Math.hypot(dx - points.at(-2), dy - points.at(-1)) < step) return;
        this.#shapes.change(shape.id, { points: [...points, dx, dy] });
        if (!isFull(this.#shapes.get(shape.id))) return;
        shape = this.#add({ kind: 'pen', x, y, points: [0, 0] });
      },
      cancel: () => shape && this.#shapes.remove(shape.id),
    };
  }

  #box(start, kind) {
    let shape = null;
    return {
      move: (point, { shiftKey } = {}) => {
        const box = rounded(rectangle(start, shiftKey ? squared(start, point) : point));
        if (shape) this.#shapes.change(shape.id, box);
        else if (Math.max(box.w, box.h) * this.#viewport.zoom >= CLICK_PIXELS) shape = this.#add({ kind, ...box });
      },
      end: () => {
        const [x, y] = start;
        const { w, h } = BOX_SIZE;
        shape ??= this.#add({ kind, x: x - w / 2, y: y - h / 2, w, h });
        if (shape) this.#selectOnly(shape.id);
      },
      cancel: () => shape && this.#shapes.remove(shape.id),
    };
  }

  #note([x, y]) {
    const half = NOTE_SIZE / 2;
    return {
      move: () => {},
      end: () => {
        const shape = this.#add({ kind: 'note', x: x - half, y: y - half, w: NOTE_SIZE, h: NOTE_SIZE, text: '' });
        if (!shape) return;
        this.#selectOnly(shape.id);
        this.#edit(shape.id);
      },
    };
  }

  #text([x, y]) {
    return {
      move: () => {},
      end: () => {
        const shape = this.#add({ kind: 'text', x, y: y - TEXT_SIZE.h / 2, ...TEXT_SIZE, text: '' });
        if (!shape) return;
        this.#selectOnly(shape.id);
        this.#edit(shape.id);
      },
    };
  }

  #arrow([startX, startY]) {
    let shape = null;
    return {
      move: ([x, y]) => {
        const points = [0, 0, tenth(x - startX), tenth(y - startY)];
        if (shape) this.#shapes.change(shape.id, { points });
        else if (Math.hypot(points[2], points[3]) * this.#viewport.zoom >= CLICK_PIXELS) {
          shape = this.#add({ kind: 'arrow', x: startX, y: startY, points });
        }
      },
      end: () => shape && this.#selectOnly(shape.id),
      cancel: () => shape && this.#shapes.remove(shape.id),
    };
  }

  #erase(start) {
    let [fromX, fromY] = start;
    const eraseAt = (point) => {
      const hit = this.#shapes.at(point, this.#viewport.zoom);
      if (hit && !this.#editing.isTaken(hit.id)) this.#shapes.remove(hit.id);
    };
    eraseAt(start);
    return {
      move: ([x, y]) => {
        const steps = Math.ceil((Math.hypot(x - fromX, y - fromY) * this.#viewport.zoom) / ERASER_STEP_PIXELS);
        for (let i = 1; i <= steps; i += 1) eraseAt([fromX + ((x - fromX) * i) / steps, fromY + ((y - fromY) * i) / steps]);
        [fromX, fromY] = [x, y];
      },
    };
  }

  #resize(id, corner, [startX, startY]) {
    const from = this.#shapes.get(id);
    let isTaken = false;
    const restore = () => this.#shapes.change(id, { x: from.x, y: from.y, w: from.w, h: from.h });
    this.#editing.begin([id], () => {
      isTaken = true;
      restore();
    });
    const end = () => this.#editing.end([id]);
    return {
      move: ([x, y], { shiftKey } = {}) =>
        isTaken || this.#shapes.change(id, resized(from, corner, [x - startX, y - startY], shiftKey)),
      end,
      cancel: () => {
        if (!isTaken) restore();
        end();
      },
    };
  }

  #select(point, event, pan) {
    const [only, ...others] = this.#selection.ids;
    const corner = only && others.length === 0 && cornerAt(this.#shapes.get(only), point, this.#viewport.zoom);
    if (corner && !this.#editing.isTaken(only)) return this.#resize(only, corner, point);
    const hit = this.#shapes.at(point, this.#viewport.zoom);
    if (hit && !this.#editing.free([hit.id]).length) return null;
    if (!hit) return event.pointerType === 'touch' ? this.#unselect(pan(event)) : this.#enclose(point, event);
    if (event.shiftKey) this.#selection.toggle(hit.id);
    else if (!this.#selection.has(hit.id)) this.#selection.set([hit.id]);
    return this.#carry(point);
  }

  #unselect(drag) {
    this.#selection.set([]);
    return drag;
  }

  #carry(start) {
    const ids = this.#selection.ids.filter((id) => !this.#editing.isTaken(id));
    const from = new Map(ids.map((id) => [id, this.#shapes.get(id)]));
    const move = ([x, y]) => {
      const [dx, dy] = [x - start[0], y - start[1]];
      for (const [id, shape] of from) {
        this.#shapes.change(id, { x: tenth(shape.x + dx), y: tenth(shape.y + dy) });
      }
    };
    const giveWay = (id) => {
      const { x, y } = from.get(id);
      from.delete(id);
      this.#shapes.change(id, { x, y });
    };
    let moved = false;
    const end = () => this.#editing.end(ids);
    return {
      move: (point) => {
        const far = Math.hypot(point[0] - start[0], point[1] - start[1]) * this.#viewport.zoom;
        if (!moved && far >= CLICK_PIXELS) {
          moved = true;
          this.#editing.begin(ids, giveWay);
        }
        if (moved) move(point);
      },
      end,
      cancel: () => {
        if (moved) move(start);
        end();
      },
    };
  }

  #enclose(start, { shiftKey }) {
    const before = shiftKey ? this.#selection.ids : [];
    this.#selection.set(before);
    return {
      move: (point) => {
        const area = rectangle(start, point);
        this.#marquee(area);
        const inside = this.#shapes.all.filter((shape) => overlap(boundsOf(shape), area));
        this.#selection.set([...new Set([...before, ...inside.map(({ id }) => id)])]);
      },
      end: () => this.#marquee(null),
      cancel: () => this.#marquee(null),
    };
  }

  #selectOnly(id) {
    this.use('select');
    this.#selection.set([id]);
  }

  #add(shape) {
    const made = { ...shape, x: tenth(shape.x), y: tenth(shape.y), id: newId(), color: this.#ink() };
    if (this.#shapes.add(made)) return made;
    this.#full();
    return null;
  }
}

const UNLOCKED = { isTaken: () => false, free: (ids) => ids, begin: () => {}, end: () => {} };

const rounded = ({ x, y, w, h }) => ({ x: tenth(x), y: tenth(y), w: tenth(w), h: tenth(h) });

function squared([x, y], [toX, toY]) {
  const side = Math.max(Math.abs(toX - x), Math.abs(toY - y));
  return [x + Math.sign(toX - x) * side, y + Math.sign(toY - y) * side];
}
