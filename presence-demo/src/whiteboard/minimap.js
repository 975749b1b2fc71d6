import { colorOf, paint } from '../ui/colors.js';
import { element, oncePerFrame } from '../ui/dom.js';
import { around, boundsOf } from './geometry.js';

const MARGIN = 0.08;
/** Of a cell with one person beside one with very many. */
const LEAST_SHADE = 0.2;

/** The whole board in small: shapes, cursors or, where there are too many, how many are where, and what this page shows of it. */
export class Minimap {
  #map;
  #canvas;
  #frame;
  #viewport;
  #shapes;
  #room = null;
  #density = null;
  #dots = new Map();
  #area;

  constructor(map, viewport, shapes) {
    this.#map = map;
    this.#canvas = map.querySelector('canvas');
    this.#frame = map.querySelector('.frame');
    this.#viewport = viewport;
    this.#shapes = shapes;
    this.draw = oncePerFrame(() => this.#draw());
    for (const event of ['put', 'remove']) shapes.on(event, this.draw);
    viewport.on('change', this.draw);
    map.addEventListener('pointerdown', (event) => {
      map.setPointerCapture(event.pointerId);
      this.#go(event);
    });
    map.addEventListener('pointermove', (event) => map.hasPointerCapture(event.pointerId) && this.#go(event));
    this.draw();
  }

  attach(room) {
    this.#room = room;
    room.on('cursor', () => this.#density ?? this.draw());
    room.on('density', (density) => {
      this.#density = density;
      this.#map.dataset.crowded = density !== null;
      this.draw();
    });
    room.on('members', this.draw);
    this.draw();
  }

  #go({ clientX, clientY }) {
    const { left, top } = this.#map.getBoundingClientRect();
    const { x, y, scale } = this.#area;
    this.#viewport.center(x + (clientX - left) / scale, y + (clientY - top) / scale);
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#map;
    if (width === 0) return;
    this.#area = this.#areaFor(width, height);
    const pen = this.#clear(width, height);
    if (this.#density) this.#drawDensity(pen);
    this.#drawShapes(pen);
    const { x, y, w, h } = this.#viewport.bounds;
    this.#put(this.#frame, x, y);
    this.#frame.style.width = `${w * this.#area.scale}px`;
    this.#frame.style.height = `${h * this.#area.scale}px`;
    this.#drawDots();
  }

  #areaFor(width, height) {
    const people = this.#density ? [gridOf(this.#density)] : this.#cursors().map(spot);
    const shown = around([this.#viewport.bounds, ...this.#shapes.all.map(boundsOf), ...people]);
    const scale = (1 - 2 * MARGIN) * Math.min(width / shown.w, height / shown.h);
    return {
      x: shown.x + shown.w / 2 - width / scale / 2, y: shown.y + shown.h / 2 - height / scale / 2, scale,
    };
  }

  #cursors() {
    return (this.#room?.others ?? []).filter(({ cursor }) => cursor && !cursor.hidden);
  }

  #clear(width, height) {
    const sharp = devicePixelRatio || 1;
    Object.assign(this.#canvas, { width: width * sharp, height: height * sharp });
    const pen = this.#canvas.getContext('2d');
    const { x, y, scale } = this.#area;
    pen.setTransform(scale * sharp, 0, 0, scale * sharp, -x * scale * sharp, -y * scale * sharp);
    return pen;
  }

  #drawDensity(pen) {
    const { x, y, cell, columns, counts } = this.#density;
    const most = Math.max(...counts);
    pen.fillStyle = getComputedStyle(this.#canvas).color;
    counts.forEach((count, i) => {
      if (count === 0) return;
      pen.globalAlpha = LEAST_SHADE + (1 - LEAST_SHADE) * Math.sqrt(count / most);
      pen.fillRect(x + (i % columns) * cell, y + Math.floor(i / columns) * cell, cell, cell);
    });
    pen.globalAlpha = 1;
  }

  #drawShapes(pen) {
    pen.lineWidth = 1.5 / this.#area.scale;
    pen.lineJoin = pen.lineCap = 'round';
    for (const shape of this.#shapes.all) {
      pen.fillStyle = pen.strokeStyle = shape.color;
      outline(pen, shape);
    }
  }

  #drawDots() {
    const members = new Set(this.#density ? [] : this.#cursors());
    for (const [member, dot] of this.#dots) {
      if (members.has(member)) continue;
      dot.remove();
      this.#dots.delete(member);
    }
    for (const member of members) {
      let dot = this.#dots.get(member);
      if (!dot) {
        dot = element('i', 'mini-dot');
        dot.dataset.testid = 'minimap-dot';
        this.#dots.set(member, dot);
        this.#map.append(dot);
      }
      dot.dataset.name = member.name;
      paint(dot, colorOf(member));
      this.#put(dot, member.cursor.x, member.cursor.y);
    }
  }

  #put(item, worldX, worldY) {
    const { x, y, scale } = this.#area;
    item.style.transform = `translate(${(worldX - x) * scale}px, ${(worldY - y) * scale}px)`;
  }
}

const gridOf = ({ x, y, cell, columns, counts }) => ({ x, y, w: cell * columns, h: cell * counts.length / columns });
const spot = ({ cursor: { x, y } }) => ({ x, y, w: 0, h: 0 });

function outline(pen, shape) {
  const { x, y, w, h } = boundsOf(shape);
  pen.beginPath();
  if (shape.points) {
    const { points } = shape;
    for (let i = 0; i < points.length; i += 2) pen.lineTo(shape.x + points[i], shape.y + points[i + 1]);
    return pen.stroke();
  }
  if (shape.kind === 'ellipse') pen.ellipse(x + w / 2, y + h / 2, w / 2, h / 2, 0, 0, 2 * Math.PI);
  else pen.rect(x, y, w, h);
  if (shape.kind === 'text') return;
  pen.globalAlpha = shape.kind === 'note' ? 0.7 : 0.25;
  pen.fill();
  pen.globalAlpha = 1;
  if (shape.kind !== 'note') pen.stroke();
}
