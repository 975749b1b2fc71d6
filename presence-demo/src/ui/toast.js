import { element } from './dom.js';

const NOTICE_MS = 5000;
const QUESTION_MS = 12_000;
const MOST = 3;

/** Short messages at the lower edge, which go away by themselves. */
export class Toasts {
  #stack;
  /** @type {Map<string, HTMLElement>} */
  #open = new Map();
  /** @type {Map<string, number>} */
  #timers = new Map();

  constructor(stack) {
    this.#stack = stack;
  }

  /** @param key one notice of a kind at a time; the same kind again changes its words and keeps it */
  notify(text, key = text) {
    const open = this.#open.get(key);
    if (!open) return this.#show(text, [], NOTICE_MS, key);
    const words = open.querySelector('.words');
    if (words.textContent !== text) words.textContent = text;
    this.#closeLater(key, NOTICE_MS);
  }

  /**
   * @param actions names of buttons and what they do; each closes the question
   * @param key one question of a kind at a time
   */
  ask(text, actions, key) {
    this.#show(text, Object.entries(actions), QUESTION_MS, key);
  }

  #show(text, actions, lastMs, key) {
    this.#close(key);
    while (this.#open.size >= MOST) this.#close(this.#open.keys().next().value);
    const toast = element('div', 'toast panel');
    toast.dataset.testid = 'toast';
    toast.append(element('span', 'words', text));
    actions.forEach(([name, action], i) => {
      const button = element('button', i === 0 ? 'button primary' : 'button', name);
      button.type = 'button';
      button.addEventListener('click', () => {
        this.#close(key);
        action();
      });
      toast.append(button);
    });
    this.#open.set(key, toast);
    this.#stack.append(toast);
    this.#closeLater(key, lastMs);
  }

  #closeLater(key, lastMs) {
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => this.#close(key), lastMs));
  }

  #close(key) {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#open.get(key)?.remove();
    this.#open.delete(key);
  }
}
