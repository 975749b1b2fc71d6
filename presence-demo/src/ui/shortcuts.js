import { element, isTyping } from './dom.js';
import { isComposing } from './keys.js';

/**
 * Keys and what they do.
 *
 * @param table groups of `{ keys, does, run }`; the first of `keys` is shown, all of them work. Without `run` it
 * is only listed.
 */
export class Shortcuts {
  #actions = new Map();

  constructor(table, list) {
    for (const [title, entries] of Object.entries(table)) {
      const group = element('section', 'group');
      const rows = element('dl', 'keys');
      for (const { keys, does, run } of entries) {
        if (run) for (const key of keys) this.#actions.set(key, run);
        const term = element('dt', '');
        term.append(element('kbd', '', shown(keys[0])));
        rows.append(term, element('dd', '', does));
      }
      group.append(element('h3', '', title), rows);
      list.append(group);
    }
    document.addEventListener('keydown', (event) => this.#press(event));
  }

  #press(event) {
    if (isTyping(event.target) || isComposing(event) || event.altKey || document.querySelector('dialog[open]')) return;
    // On a button, Enter and space are its own.
    if (event.target.closest?.('button, a') && ['Enter', ' '].includes(event.key)) return;
    const command = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const run = this.#actions.get(command + key);
    if (!run) return;
    event.preventDefault();
    run(event);
  }
}

const SHOWN = { Delete: 'Del', Escape: 'Esc', ArrowLeft: '← ↑ ↓ →', '-': '−' };

function shown(key) {
  if (SHOWN[key]) return SHOWN[key];
  if (key.startsWith('Ctrl+')) return `Ctrl ${key.at(-1).toUpperCase()}`;
  return key.length === 1 ? key.toUpperCase() : key;
}
