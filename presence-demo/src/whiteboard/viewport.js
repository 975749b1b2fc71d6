import { calm } from '../ui/dom.js';
import { Emitter } from '../ui/emitter.js';
import { FARTHEST } from './geometry.js';

const LEAST_ZOOM = 0.1;
const GREATEST_ZOOM = 8;
/** How slowly an animated view nears its goal. */
const EASE_MS = 90;
const FIT_MARGIN = 0.8;

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

/**
 * The part of the board this page shows: its top left corner in board units, and pixels per unit.
 *
 * Events: `change`, and before it `steer` if it was this visitor's own doing.
 */
export class Viewport extends Emitter {
  x = 0;
  y = 0;
  zoom = 1;
  width = 0;
  height = 0;
  #goal = null;
  #frame = null;
  #drawnAt = 0;

  constructor(board) {
    super();
    const measure = () => {
      this.width = board.clientWidth;
      this.height = board.clientHeight;
      this.emit('change');
    };
    measure();
    new ResizeObserver(measure).observe(board);
  }

  /** As others need it to see the same. */
  get view() {
    const { x, y, zoom, width: w, height: h } = this;
    return { x: round(x), y: round(y), zoom: round(zoom), w, h };
  }

  get bounds() {
    return { x: this.x, y: this.y, w: this.width / this.zoom, h: this.height / this.zoom };
  }

  /** The board fills the window, so client coordinates are the board's own. */
  toWorld(screenX, screenY) {
    return [this.x + screenX / this.zoom, this.y + screenY / this.zoom];
  }

  toScreen(x, y) {
    return [(x - this.x) * this.zoom, (y - this.y) * this.zoom];
  }

  panBy(pixelsX, pixelsY) {
    this.#steer();
    this.#show(this.x + pixelsX / this.zoom, this.y + pixelsY / this.zoom, this.zoom);
  }

  /** What is at that point of the screen stays there. */
  zoomBy(factor, screenX = this.width / 2, screenY = this.height / 2) {
    this.#steer();
    const [x, y] = this.toWorld(screenX, screenY);
    const zoom = clamp(this.zoom * factor, LEAST_ZOOM, GREATEST_ZOOM);
    this.#show(x - screenX / zoom, y - screenY / zoom, zoom);
  }

  center(x, y, zoom = this.zoom) {
    this.#steer();
    this.#approach(this.#centered(x, y, zoom));
  }

  fit({ x, y, w, h }) {
    const room = FIT_MARGIN * Math.min(this.width / Math.max(w, 1), this.height / Math.max(h, 1));
    this.center(x + w / 2, y + h / 2, clamp(room, LEAST_ZOOM, 1));
  }

  /** Shows all that another one's view shows, whatever the size of their window. */
  follow({ x, y, zoom, w, h }) {
    const scale = Math.min(this.width / w, this.height / h);
    const own = clamp(zoom * scale, LEAST_ZOOM, GREATEST_ZOOM);
    this.#approach(this.#centered(x + w / zoom / 2, y + h / zoom / 2, own));
  }

  #centered(x, y, zoom) {
    return { x: x - this.width / zoom / 2, y: y - this.height / zoom / 2, zoom };
  }

  #steer() {
    this.#goal = null;
    this.emit('steer');
  }

  #approach(goal) {
    this.#goal = goal;
    if (calm.matches) return this.#arrive();
    if (this.#frame !== null) return;
    this.#drawnAt = performance.now();
    this.#frame = requestAnimationFrame((now) => this.#step(now));
  }

  #step(now) {
    this.#frame = null;
    const { x, y, zoom } = this.#goal ?? this;
    if (!this.#goal) return;
    const part = 1 - Math.exp(-Math.max(0, now - this.#drawnAt) / EASE_MS);
    this.#drawnAt = now;
    // In steps of what is shown, so that a zoom does not swerve.
    const span = 1 / this.zoom + (1 / zoom - 1 / this.zoom) * part;
    this.#show(this.x + (x - this.x) * part, this.y + (y - this.y) * part, 1 / span);
    const left = Math.hypot(x - this.x, y - this.y) * this.zoom + Math.abs(zoom / this.zoom - 1) * this.width;
    if (left < 0.5) this.#arrive();
    else this.#frame = requestAnimationFrame((later) => this.#step(later));
  }

  #arrive() {
    const { x, y, zoom } = this.#goal;
    this.#goal = null;
    this.#show(x, y, zoom);
  }

  #show(x, y, zoom) {
    this.x = clamp(x, -FARTHEST, FARTHEST);
    this.y = clamp(y, -FARTHEST, FARTHEST);
    this.zoom = zoom;
    this.emit('change');
  }
}

const round = (value) => Math.round(value * 1000) / 1000;
