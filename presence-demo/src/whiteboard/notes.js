import { element } from '../ui/dom.js';
import { LONGEST_TEXT } from './shape.js';

/** Lets a visitor write into a note or a text where it lies. */
export class NoteEditor {
  #shapes;
  #layer;
  #history;

  constructor(board, viewport, shapes, layer, history) {
    this.#history = history;
    this.#shapes = shapes;
    this.#layer = layer;
    // The board has captured the pointer, so that the event's target is never a shape.
    board.addEventListener('dblclick', ({ clientX, clientY }) => {
      if (board.dataset.tool !== 'select') return;
      const shape = shapes.at(viewport.toWorld(clientX, clientY), viewport.zoom);
      if (shape) this.edit(shape.id);
    });
    shapes.on('remove', (id) => {
      if (this.editing !== id) return;
      this.editing = null;
      this.#history.end();
    });
  }

  editing = null;

  /** @returns whether it is a shape with text */
  edit(id) {
    const { kind, text } = this.#shapes.get(id) ?? {};
    if (text === undefined) return false;
    if (this.editing === id) return true;
    this.editing = id;
    this.#history.begin();
    const note = this.#layer.elementOf(id);
    const field = element('textarea', 'note-field');
    Object.assign(field, { value: text, maxLength: LONGEST_TEXT, spellcheck: false, placeholder: 'Write…', dir: 'auto' });
    field.setAttribute('aria-label', kind === 'note' ? 'Text of the note' : 'Text');
    field.addEventListener('input', () => {
      // A text is as high as its lines; a note stays as it is.
      const size = kind === 'text' ? { h: Math.max(this.#shapes.get(id).h, field.scrollHeight) } : {};
      this.#shapes.change(id, { text: field.value, ...size });
    });
    field.addEventListener('keydown', (event) => {
      event.stopPropagation();
      // Esc in an input method drops its suggestion.
      if (event.key === 'Escape' && !event.isComposing) field.blur();
    });
    field.addEventListener('blur', () => this.#end(id, field, note));
    note.classList.add('editing');
    note.append(field);
    field.focus({ preventScroll: true });
    return true;
  }

  #end(id, field, note) {
    if (this.editing !== id) return;
    this.editing = null;
    note.classList.remove('editing');
    field.remove();
    if (this.#shapes.get(id)?.text === '') this.#shapes.remove(id);
    this.#history.end();
  }
}
