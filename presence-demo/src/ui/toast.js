import { element } from './dom.js';

const NOTICE_MS = 5000;
const QUESTION_MS = 12_000;
const MOST = 3;

/** Short messages at the lower edge, which go away by themselves. */
export class Toasts {
  #stack;
  /** @type {Map<string, HTMLElement>} */
  #open = new Map();

  constructor(stack) {
    this.#stack = stack;
  }

  /** @param key of notices with the same key the latest is shown */
  notify(text, key = text) {
    this.#show(text, [], NOTICE_MS, key);
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
    setTimeout(() => this.#open.get(key) === toast && this.#close(key), lastMs);
  }

  #close(key) {
    this.#open.get(key)?.remove();
    this.#open.delete(key);
  }
}
