import { element, svgElement } from '../ui/dom.js';
import { NoteTexts } from './note-text.js';
import { pathOf } from './paths.js';
import { byHeight } from './shape.js';
import { writingIn } from './written-lines.js';

/** Draws the shapes, in board units; the browser scales them. */
export class ShapeLayer {
  #layer;
  #shapes;
  /** @type {Map<string, HTMLElement>} */
  #drawn = new Map();
  #texts = new NoteTexts();

  constructor(layer, shapes) {
    this.#layer = layer;
    this.#shapes = shapes;
    shapes.on('put', (shape) => this.#draw(shape));
    shapes.on('remove', (id) => {
      this.#drawn.get(id)?.remove();
      this.#drawn.delete(id);
    });
    for (const shape of shapes.all) this.#draw(shape);
  }

  elementOf(id) {
    return this.#drawn.get(id);
  }

  /** Returns the height that a drawn note needs for its text, in board units, and no less than `least`. */
  heightForText(id, least) {
    return this.#texts.heightFor(this.#drawn.get(id), least);
  }

  /** Returns how the text of a drawn shape is written, as {@link writingIn} does. */
  writingOf(id) {
    this.#texts.fit();
    return writingIn(this.#drawn.get(id).querySelector('.text'));
  }

  #draw(shape) {
    let drawn = this.#drawn.get(shape.id);
    if (drawn && drawn.dataset.kind !== shape.kind) {
      drawn.remove();
      drawn = undefined;
    }
    if (!drawn) {
      drawn = create(shape);
      this.#layer.insertBefore(drawn, this.#above(shape));
      this.#drawn.set(shape.id, drawn);
    }
    drawn.style.transform = `translate(${shape.x}px, ${shape.y}px)`;
    drawn.style.setProperty('--color', shape.color);
    if (shape.points) {
      drawn.querySelector('path').setAttribute('d', pathOf(shape));
    } else {
      drawn.style.width = `${shape.w}px`;
      drawn.style.height = `${shape.h}px`;
    }
    if (shape.kind === 'note') this.#texts.show(drawn, shape);
    else if (shape.text !== undefined) drawn.querySelector('.text').textContent = shape.text;
  }

  /** What is drawn next above it. */
  #above(shape) {
    const above = this.#shapes.all.find((other) =>
      other.id !== shape.id && byHeight(shape, other) < 0 && this.#drawn.has(other.id));
    return above ? this.#drawn.get(above.id) : null;
  }
}

function create({ id, kind }) {
  const drawn = element('div', `shape ${kind}`);
  Object.assign(drawn.dataset, { testid: 'shape', id, kind });
  if (['note', 'text'].includes(kind)) drawn.append(Object.assign(element('div', 'text'), { dir: 'auto' }));
  if (['pen', 'arrow'].includes(kind)) {
    const drawing = svgElement('svg', { width: 1, height: 1 });
    drawing.append(svgElement('path'));
    drawn.append(drawing);
  }
  return drawn;
}
