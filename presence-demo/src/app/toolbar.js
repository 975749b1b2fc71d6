import { REACTIONS } from '../people/reactions.js';
import { PALETTE, colorName, paint } from '../ui/colors.js';
import { $, element, icon } from '../ui/dom.js';

const TOOLS = [
  ['select', 'Select', 'V'], ['pen', 'Pen', 'P'], ['rect', 'Rectangle', 'R'], ['ellipse', 'Ellipse', 'O'],
  ['arrow', 'Arrow', 'A'], ['text', 'Text', 'X'], ['note', 'Note', 'N'], ['eraser', 'Eraser', 'W'],
];

/** The tools, the colour to draw with, and the reactions, at the lower edge. */
export class Toolbar {
  #buttons = new Map();
  #color;
  #trash;

  /**
   * @param acts what the buttons do: `use(tool)`, `paint(color)`, `remove()`, `undo()`, `redo()`, `react(kind)`
   */
  constructor(tools, selection, history, acts) {
    const bar = $('tools');
    for (const [name, label, key] of TOOLS) {
      const button = iconButton(name, label, key, () => acts.use(name));
      button.dataset.tool = name;
      this.#buttons.set(name, button);
      bar.append(button);
    }
    this.#color = opener('palette', 'Colour to draw with', 'C', element('i', 'ink'));
    this.#trash = iconButton('trash', 'Delete', 'Del', acts.remove);
    const smile = opener('reactions', 'Reactions', 'E', icon('smile'));
    const undo = iconButton('undo', 'Undo', 'Ctrl Z', acts.undo);
    const redo = iconButton('redo', 'Redo', 'Ctrl Y', acts.redo);
    bar.append(element('i', 'rule'), this.#color, smile, undo, redo, this.#trash,
      opener('export', 'Save as a picture', 'Ctrl S', icon('export')));
    const showSteps = () => {
      undo.disabled = !history.canUndo;
      redo.disabled = !history.canRedo;
    };
    history.on('change', showSteps);
    showSteps();
    fill($('palette'), PALETTE, (color) => {
      const swatch = small(element('i', 'ink'), `Draw in ${colorName(color)}`, () => {
        acts.paint(color);
        this.showInk(color);
        closeAll();
      });
      paint(swatch, color);
      return swatch;
    });
    fill($('reactions'), REACTIONS, (kind, i) =>
      small(icon(kind, 'picture'), `React with ${kind} (${i + 1})`, () => acts.react(kind)));
    const mark = () => {
      for (const [name, button] of this.#buttons) button.setAttribute('aria-pressed', name === tools.current);
    };
    const select = () => { this.#trash.disabled = selection.ids.length === 0; };
    tools.on('change', mark);
    selection.on('change', select);
    mark();
    select();
    $('board').addEventListener('pointerdown', closeAll);
  }

  showInk(color) {
    paint(this.#color, color);
    this.#color.setAttribute('aria-label', `Colour to draw with: ${colorName(color)}`);
  }

  /** The small panel above the bar: colours, reactions or pictures. */
  toggle(id) {
    toggle(id);
  }

  closeAll() {
    return closeAll();
  }
}

export function iconButton(name, label, key, run) {
  const button = small(icon(name), label, run);
  button.dataset.tip = key ? `${label} (${key})` : label;
  return button;
}

function small(picture, label, run) {
  const button = element('button', 'icon-button');
  button.type = 'button';
  button.dataset.tip = label;
  button.setAttribute('aria-label', label);
  button.append(picture);
  button.addEventListener('click', (event) => {
    run(event);
    // After the mouse, space and Enter are the board's again.
    if (event.detail) button.blur();
  });
  return button;
}

function opener(id, label, key, picture) {
  const button = small(picture, label, ({ detail }) => toggle(id, detail > 0));
  button.dataset.tip = `${label} (${key})`;
  button.dataset.opens = id;
  button.setAttribute('aria-expanded', 'false');
  button.setAttribute('aria-controls', id);
  return button;
}

function fill(panel, values, create) {
  panel.append(...values.map(create));
}

function toggle(id, byMouse = false) {
  const open = $(id).hidden;
  closeAll();
  show(id, open);
  if (open && !byMouse) $(id).firstChild.focus({ preventScroll: true });
}

function closeAll() {
  let any = false;
  for (const id of ['palette', 'reactions', 'export']) {
    any ||= !$(id).hidden;
    show(id, false);
  }
  return any;
}

function show(id, open) {
  $(id).hidden = !open;
  document.querySelector(`[data-opens=${id}]`).setAttribute('aria-expanded', open);
}
