import { isTyping } from '../ui/dom.js';

/** A wheel that counts in lines or pages, in pixels. */
const WHEEL_UNITS = [1, 16, 400];
/** A mouse wheel's click zooms by a fifth, a trackpad's pinch as the fingers do. */
const GREATEST_ZOOM_STEP = 25;

/**
 * What fingers, mouse and wheel do on the board: one pointer uses the tool; space, the middle button,
 * two fingers or the wheel move the view.
 */
export class Gestures {
  #board;
  #viewport;
  #history;
  #begin;
  /** @type {Map<number, { x: number, y: number }>} */
  #pointers = new Map();
  #drag = null;
  #space = false;
  /** The pen that is down; the hand that holds it may touch the board. */
  #pen = null;
  /** Whether a step of the history is open. */
  #draws = false;

  /**
   * @param history in which a drag is one step
   * @param begin what the tool does with a pointer that comes down: `(point, event)` → a drag
   */
  constructor(board, viewport, history, begin) {
    this.#board = board;
    this.#viewport = viewport;
    this.#begin = begin;
    this.#history = history;
    board.addEventListener('pointerdown', (event) => this.#down(event));
    board.addEventListener('pointermove', (event) => this.#move(event));
    board.addEventListener('pointerup', (event) => this.#up(event));
    board.addEventListener('pointercancel', (event) => this.#up(event));
    board.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    board.addEventListener('contextmenu', (event) => event.preventDefault());
    // The page must not zoom along with the board.
    document.addEventListener('wheel', (event) => event.ctrlKey && event.preventDefault(), { passive: false });
    document.addEventListener('gesturestart', (event) => event.preventDefault());
    document.addEventListener('keydown', (event) => this.#key(event, true));
    document.addEventListener('keyup', (event) => this.#key(event, false));
    window.addEventListener('blur', () => this.#hold(false));
  }

  #down(event) {
    if (event.target.closest('textarea, a, button')) return;
    if (document.activeElement !== document.body) document.activeElement?.blur();
    if (event.pointerType === 'touch' && this.#pen !== null) return;
    if (event.pointerType === 'pen') this.#takePen(event);
    const place = { x: event.clientX, y: event.clientY };
    this.#pointers.set(event.pointerId, place);
    this.#board.setPointerCapture(event.pointerId);
    if (this.#pointers.size > 1) {
      this.#finish('cancel');
    } else if (event.button === 1 || this.#space) {
      event.preventDefault();
      this.#drag = this.#panning(place);
    } else if (event.button === 0) {
      this.#history.begin();
      this.#draws = true;
      this.#drag = this.#begin(this.#viewport.toWorld(place.x, place.y), event);
    }
  }

  /** What the hand has begun before the pen came down is taken back. */
  #takePen({ pointerId }) {
    this.#pen = pointerId;
    if (this.#pointers.size === 0) return;
    this.#finish('cancel');
    this.#pointers.clear();
  }

  #panning(start) {
    let { x, y } = start;
    this.#board.dataset.grab = 'held';
    const end = () => this.#hold(this.#space);
    return {
      screen: true,
      move: ([nextX, nextY]) => {
        this.#viewport.panBy(x - nextX, y - nextY);
        [x, y] = [nextX, nextY];
      },
      end,
      cancel: end,
    };
  }

  /** A drag that moves the view, for tools that want one. */
  pan(event) {
    return this.#panning({ x: event.clientX, y: event.clientY });
  }

  #move(event) {
    const known = this.#pointers.get(event.pointerId);
    if (!known) return;
    if (this.#pointers.size === 2) return this.#pinch(event, known);
    // All that the pointer did since the last frame makes a rounder line.
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const { clientX, clientY } of steps.length ? steps : [event]) {
      if (!this.#drag) break;
      const { screen } = this.#drag;
      this.#drag.move(screen ? [clientX, clientY] : this.#viewport.toWorld(clientX, clientY), event);
    }
    Object.assign(known, { x: event.clientX, y: event.clientY });
  }

  #pinch({ clientX, clientY, pointerId }, moved) {
    const [other] = [...this.#pointers].filter(([id]) => id !== pointerId).map(([, place]) => place);
    const before = Math.hypot(moved.x - other.x, moved.y - other.y);
    const after = Math.hypot(clientX - other.x, clientY - other.y);
    this.#viewport.panBy((moved.x - clientX) / 2, (moved.y - clientY) / 2);
    if (before > 1) this.#viewport.zoomBy(after / before, (clientX + other.x) / 2, (clientY + other.y) / 2);
    Object.assign(moved, { x: clientX, y: clientY });
  }

  #up(event) {
    if (event.pointerId === this.#pen) this.#pen = null;
    if (!this.#pointers.delete(event.pointerId)) return;
    this.#finish(event.type === 'pointercancel' ? 'cancel' : 'end');
  }

  #finish(how) {
    const drag = this.#drag;
    this.#drag = null;
    drag?.[how]?.();
    if (this.#draws) this.#history.end();
    this.#draws = false;
  }

  #wheel(event) {
    event.preventDefault();
    const unit = WHEEL_UNITS[event.deltaMode];
    const [x, y] = [event.deltaX * unit, event.deltaY * unit];
    if (event.ctrlKey || event.metaKey) {
      const step = Math.min(GREATEST_ZOOM_STEP, Math.max(-GREATEST_ZOOM_STEP, y));
      this.#viewport.zoomBy(Math.exp(-step * 0.01), event.clientX, event.clientY);
    } else if (event.shiftKey && x === 0) {
      this.#viewport.panBy(y, 0);
    } else {
      this.#viewport.panBy(x, y);
    }
  }

  #key(event, down) {
    if (event.code !== 'Space' || isTyping(event.target) || event.target.closest?.('button, a, dialog')) return;
    event.preventDefault();
    if (!event.repeat) this.#hold(down);
  }

  #hold(space) {
    this.#space = space;
    if (space) this.#board.dataset.grab = 'ready';
    else delete this.#board.dataset.grab;
  }
}
