import { element } from '../ui/dom.js';
import { LONGEST_TEXT } from './shape.js';

/** Lets a visitor write into a note where it lies. */
export class NoteEditor {
  #shapes;
  #layer;
  #history;

  constructor(board, shapes, layer, history) {
    this.#history = history;
    this.#shapes = shapes;
    this.#layer = layer;
    board.addEventListener('dblclick', ({ target }) => {
      const id = target.closest('.shape')?.dataset.id;
      if (id) this.edit(id);
    });
    shapes.on('remove', (id) => {
      if (this.editing !== id) return;
      this.editing = null;
      this.#history.end();
    });
  }

  editing = null;

  edit(id) {
    const { kind, text } = this.#shapes.get(id) ?? {};
    if (kind !== 'note' || this.editing === id) return;
    this.editing = id;
    this.#history.begin();
    const note = this.#layer.elementOf(id);
    const field = element('textarea', 'note-field');
    Object.assign(field, { value: text, maxLength: LONGEST_TEXT, spellcheck: false, placeholder: 'Write…' });
    field.setAttribute('aria-label', 'Text of the note');
    field.addEventListener('input', () => this.#shapes.change(id, { text: field.value }));
    field.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape') field.blur();
    });
    field.addEventListener('blur', () => this.#end(id, field, note));
    note.classList.add('editing');
    note.append(field);
    field.focus({ preventScroll: true });
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
