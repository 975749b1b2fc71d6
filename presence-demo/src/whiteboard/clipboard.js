import { isTyping } from '../ui/dom.js';
import { read, write } from './copies.js';
import { LONGEST_TEXT, newId } from './shape.js';

const NOTE_SIZE = 160;

/** Lets shapes be copied, cut and pasted, also to another board; pasted text becomes a note. */
export function wireClipboard(document, { shapes, selection, editing, middle, ink, full }) {
  const copy = (event) => {
    if (isTyping(event.target) || selection.ids.length === 0) return false;
    event.preventDefault();
    event.clipboardData.setData('text/plain', write(selection.ids.map((id) => shapes.get(id))));
    return true;
  };
  document.addEventListener('copy', copy);
  document.addEventListener('cut', (event) => {
    if (copy(event)) for (const id of editing.free(selection.ids)) shapes.remove(id);
  });
  document.addEventListener('paste', (event) => {
    if (isTyping(event.target)) return;
    event.preventDefault();
    const text = event.clipboardData.getData('text/plain');
    const ids = [];
    for (const fields of read(text) ?? noteOf(text, middle(), ink())) {
      const id = newId();
      if (!shapes.add({ ...fields, id })) {
        full();
        break;
      }
      ids.push(id);
    }
    if (ids.length > 0) selection.set(ids);
  });
}

function noteOf(text, [x, y], color) {
  const half = NOTE_SIZE / 2;
  if (text.trim() === '') return [];
  return [{
    kind: 'note', x: x - half, y: y - half, w: NOTE_SIZE, h: NOTE_SIZE, color, text: text.slice(0, LONGEST_TEXT),
  }];
}
