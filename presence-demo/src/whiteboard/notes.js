import { element } from '../ui/dom.js';
import { isComposing } from '../ui/keys.js';
import { LONGEST_TEXT } from './shape.js';

/** Lets a visitor write into a note or a text where it lies. */
export class NoteEditor {
  #shapes;
  #layer;
  #history;
  #editing;

  /** @param editing which shapes other members edit; those are not opened */
  constructor(board, viewport, shapes, layer, history, editing) {
    this.#history = history;
    this.#editing = editing;
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
      this.#editing.end([id]);
      this.#history.end();
    });
  }

  editing = null;

  /** @returns whether it is a shape with text */
  edit(id) {
    const { kind, text, h } = this.#shapes.get(id) ?? {};
    if (text === undefined) return false;
    if (this.editing === id) return true;
    if (!this.#editing.free([id]).length) return true;
    this.editing = id;
    this.#history.begin();
    const note = this.#layer.elementOf(id);
    const field = element('textarea', 'note-field');
    Object.assign(field, { value: text, maxLength: LONGEST_TEXT, spellcheck: false, placeholder: 'Write…', dir: 'auto' });
    field.setAttribute('aria-label', kind === 'note' ? 'Text of the note' : 'Text');
    field.addEventListener('input', () => {
      if (kind === 'note') return this.#write(id, field.value, h);
      // A text is as high as its lines.
      this.#shapes.change(id, { text: field.value, h: Math.max(this.#shapes.get(id).h, field.scrollHeight) });
    });
    field.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape' && !isComposing(event)) field.blur();
    });
    field.addEventListener('blur', () => this.#end(id, field, note));
    this.#editing.begin([id], () => field.blur());
    note.classList.add('editing');
    note.append(field);
    field.focus({ preventScroll: true });
    return true;
  }

  /** Keeps the height from before the editing, unless the text is too long for it in the smallest letters. */
  #write(id, text, least) {
    this.#shapes.change(id, { text });
    const h = this.#layer.heightForText(id, least);
    if (h !== this.#shapes.get(id).h) this.#shapes.change(id, { h });
  }

  #end(id, field, note) {
    if (this.editing !== id) return;
    this.editing = null;
    this.#editing.end([id]);
    note.classList.remove('editing');
    field.remove();
    if (this.#shapes.get(id)?.text === '') this.#shapes.remove(id);
    this.#history.end();
  }
}
