import { place } from '../ui/dom.js';
import { isComposing } from '../ui/keys.js';
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
  #composes = false;

  constructor(bubble, field) {
    this.#bubble = bubble;
    this.#field = field;
    field.addEventListener('input', () => this.#written());
    field.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (['Enter', 'Escape'].includes(event.key) && !isComposing(event)) this.close();
    });
    field.addEventListener('compositionstart', () => { this.#composes = true; });
    field.addEventListener('compositionend', () => {
      this.#composes = false;
      this.#wait();
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
    this.#composes = false;
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
    // Closing would throw away what is being composed.
    this.#silence = setTimeout(() => (this.#composes ? this.#wait() : this.close()), SILENCE_MS);
  }
}
