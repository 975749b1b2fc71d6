import { boundsOf } from './geometry.js';
import { isResizable } from './resize.js';
import { isId } from './shape.js';
import { colorOf, paint } from '../ui/colors.js';
import { element, oncePerFrame } from '../ui/dom.js';
import { Emitter } from '../ui/emitter.js';
import { nameOf } from '../ui/names.js';
import { throttle } from '../ui/throttle.js';

/** The others are told of so many: a state holds 4 KiB. */
const MOST_TOLD = 50;
const SAY_MS = 100;

/** Which shapes this visitor has selected. Event: `change`. */
export class Selection extends Emitter {
  #ids = new Set();

  constructor(shapes) {
    super();
    shapes.on('remove', (id) => {
      if (this.#ids.has(id)) this.set(this.ids.filter((other) => other !== id));
    });
  }

  get ids() {
    return [...this.#ids];
  }

  has(id) {
    return this.#ids.has(id);
  }

  set(ids) {
    if (ids.length === this.#ids.size && ids.every((id) => this.#ids.has(id))) return;
    this.#ids = new Set(ids);
    this.emit('change');
  }

  toggle(id) {
    this.set(this.has(id) ? this.ids.filter((other) => other !== id) : [...this.#ids, id]);
  }

  attach(room) {
    const say = throttle(SAY_MS, (selection) => room.closed || room.set({ selection }));
    this.on('change', () => say(this.#ids.size ? this.ids.slice(0, MOST_TOLD) : undefined));
  }
}

/** Outlines what this visitor has selected, and what the others have selected or edit, in their colours and with their names. */
export class Outlines {
  #layer;
  #shapes;
  #selection;
  #room = null;
  #drawn = new Map();
  #editing;

  constructor(layer, shapes, selection, editing) {
    this.#editing = editing;
    editing.on('change', () => this.#draw());
    this.#layer = layer;
    this.#shapes = shapes;
    this.#selection = selection;
    selection.on('change', () => this.#draw());
    shapes.on('put', ({ id }) => this.#move(id));
    // A shape may come after the state that selects it.
    const draw = oncePerFrame(() => this.#draw());
    shapes.on('put', () => this.#room && draw());
    shapes.on('remove', () => this.#draw());
  }

  attach(room) {
    this.#room = room;
    room.on('members', () => this.#draw());
    this.#draw();
  }

  #draw() {
    const wanted = new Map(this.#selection.ids.map((id) => [`own ${id}`, { id }]));
    for (const member of this.#room?.others ?? []) {
      for (const id of selectionOf(member)) wanted.set(`${member.id} ${id}`, { id, member });
    }
    for (const [id, member] of this.#editing.others) wanted.set(`${member.id} ${id}`, { id, member, edits: true });
    for (const [key, { outline }] of this.#drawn) {
      if (wanted.has(key)) continue;
      outline.remove();
      this.#drawn.delete(key);
    }
    for (const [key, { id, member, edits }] of wanted) {
      if (!this.#shapes.get(id)) continue;
      const outline = this.#drawn.get(key)?.outline ?? this.#create(key, id);
      if (member) label(outline, member);
      outline.classList.toggle('edits', edits === true);
      this.#fit(outline, id);
    }
  }

  #create(key, id) {
    const outline = element('div', key.startsWith('own') ? 'outline own' : 'outline');
    outline.dataset.testid = 'outline';
    if (key.startsWith('own') && isResizable(this.#shapes.get(id))) {
      outline.append(...Array.from({ length: 4 }, () => element('i', 'handle')));
    }
    outline.append(element('span', 'tag'));
    this.#layer.append(outline);
    this.#drawn.set(key, { outline, id });
    return outline;
  }

  #move(id) {
    for (const drawn of this.#drawn.values()) if (drawn.id === id) this.#fit(drawn.outline, id);
  }

  #fit(outline, id) {
    const { x, y, w, h } = boundsOf(this.#shapes.get(id));
    outline.style.transform = `translate(${x}px, ${y}px)`;
    outline.style.width = `${w}px`;
    outline.style.height = `${h}px`;
  }
}

function label(outline, member) {
  outline.dataset.name = member.name;
  outline.querySelector('.tag').textContent = nameOf(member);
  paint(outline, colorOf(member));
}

/** The valid ids of the selection in a member's state. */
function selectionOf({ state: { selection } }) {
  return Array.isArray(selection) ? selection.filter(isId).slice(0, MOST_TOLD) : [];
}
