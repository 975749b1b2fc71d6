import { place } from '../ui/dom.js';
import { throttle } from '../ui/throttle.js';

const SAY_MS = 250;
/** Time after the last key press until the text disappears. */
const SILENCE_MS = 6000;

/** A few words at one's own cursor, seen by the others while they are written. */
export class CursorChat {
  #bubble;
  #field;
  #say = () => {};
  #silence;

  constructor(bubble, field) {
    this.#bubble = bubble;
    this.#field = field;
    field.addEventListener('input', () => this.#written());
    field.addEventListener('keydown', (event) => {
      event.stopPropagation();
      // In an input method, both keys are its own.
      if (!event.isComposing && ['Escape', 'Enter'].includes(event.key)) this.close();
    });
    field.addEventListener('blur', () => this.close());
  }

  attach(room) {
    this.#say = throttle(SAY_MS, (chat) => room.closed || room.set({ chat: chat || undefined }));
  }

  moveTo(x, y) {
    place(this.#bubble, Math.min(x, innerWidth - 240), Math.min(y, innerHeight - 60));
  }

  open() {
    this.#bubble.hidden = false;
    this.#field.focus({ preventScroll: true });
    this.#wait();
  }

  close() {
    if (this.#bubble.hidden) return;
    clearTimeout(this.#silence);
    this.#bubble.hidden = true;
    this.#field.value = '';
    this.#field.blur();
    this.#say('');
  }

  #written() {
    this.#say(this.#field.value);
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.close(), SILENCE_MS);
  }
}
