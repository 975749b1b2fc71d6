import { Emitter } from '../ui/emitter.js';

/** The dots of the grid lie this far apart, at least, in pixels. */
const LEAST_GRID = 18;
const GRID = 24;

/** The board's own looks: its dots, the scale of what lies on it, and where this visitor's pointer is. */
export class Surface extends Emitter {
  #board;
  #viewport;
  #world;
  #marquee;
  #pointer = null;

  constructor(board, viewport) {
    super();
    this.#board = board;
    this.#viewport = viewport;
    this.#world = board.querySelector('.world');
    this.#marquee = board.querySelector('.marquee');
    viewport.on('change', () => this.#move());
    for (const type of ['pointermove', 'pointerdown']) {
      document.addEventListener(type, ({ clientX, clientY }) => {
        this.#pointer = [clientX, clientY];
        this.emit('pointer', clientX, clientY);
      }, { passive: true });
    }
    this.#move();
  }

  /** Where the pointer was last, or the middle of the view, in board units. */
  get pointer() {
    const { width, height } = this.#viewport;
    const [x, y] = this.#pointer ?? [width / 2, height / 2];
    return this.#viewport.toWorld(x, y);
  }

  showMarquee(area) {
    this.#marquee.hidden = !area;
    if (!area) return;
    this.#marquee.style.transform = `translate(${area.x}px, ${area.y}px)`;
    this.#marquee.style.width = `${area.w}px`;
    this.#marquee.style.height = `${area.h}px`;
  }

  #move() {
    const { x, y, zoom } = this.#viewport;
    this.#world.style.transform = `scale(${zoom}) translate(${-x}px, ${-y}px)`;
    this.#world.style.setProperty('--zoom', zoom);
    let step = GRID * zoom;
    while (step < LEAST_GRID) step *= 2;
    const { style, dataset } = this.#board;
    style.setProperty('--grid', `${step}px`);
    style.setProperty('--grid-x', `${-x * zoom}px`);
    style.setProperty('--grid-y', `${-y * zoom}px`);
    Object.assign(dataset, { x: x.toFixed(2), y: y.toFixed(2), zoom: zoom.toFixed(3) });
  }
}
