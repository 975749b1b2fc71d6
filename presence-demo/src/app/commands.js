import { identity } from '../people/identity.js';
import { REACTIONS } from '../people/reactions.js';
import { $ } from '../ui/dom.js';
import { toggleTheme } from '../ui/theme.js';

const ZOOM_STEP = 1.25;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** Pixels of the view, and board units of a shape, for an arrow key; with shift more. */
const PAN = 60;
const NUDGE = [1, 10];

/** What a visitor can do, however it was asked for: by button or by key. */
export function commands({
  viewport, shapes, selection, tools, surface, reactions, chat, following, summons, statsPanel, minimap, history, notes, editing,
}) {
  const free = () => editing.free(selection.ids);
  const acts = {
    use: (tool) => tools.use(tool),
    remove: () => free().forEach((id) => shapes.remove(id)),
    undo: () => history.undo(),
    redo: () => history.redo(),
    react: (kind) => reactions.send(kind, surface.pointer, identity.color),
    paint(color) {
      identity.chosenInk = color;
      for (const id of free()) shapes.change(id, { color });
    },
    zoomIn: () => viewport.zoomBy(ZOOM_STEP),
    zoomOut: () => viewport.zoomBy(1 / ZOOM_STEP),
    actualSize: () => {
      const { x, y, w, h } = viewport.bounds;
      viewport.center(x + w / 2, y + h / 2, 1);
    },
    fit() {
      const { width, height } = viewport;
      if (shapes.extent) viewport.fit(shapes.extent);
      else viewport.center(width / 2, height / 2, 1);
    },
    stats: () => $('stats-button').setAttribute('aria-pressed', statsPanel.toggle()),
    map: () => {
      document.body.classList.toggle('no-map');
      minimap.draw();
    },
    theme: toggleTheme,
    help: () => $('help').showModal(),
    summon: () => summons.call(),
    chat: () => chat.open(),
  };

  function selectAll() {
    tools.use('select');
    selection.set(shapes.all.map(({ id }) => id));
  }

  function enter() {
    const [id, ...others] = selection.ids;
    if (!id || others.length > 0 || !notes.edit(id)) tools.insert();
  }

  function arrow({ key, shiftKey }) {
    const [dx, dy] = ARROWS[key];
    if (selection.ids.length === 0) return viewport.panBy(dx * PAN, dy * PAN);
    const far = NUDGE[Number(shiftKey)];
    for (const id of free()) {
      const { x, y } = shapes.get(id);
      shapes.change(id, { x: x + dx * far, y: y + dy * far });
    }
  }

  acts.table = (toolbar) => ({
    Draw: [
      { keys: ['v'], does: 'Select and move', run: () => acts.use('select') },
      { keys: ['p', 'd'], does: 'Pen', run: () => acts.use('pen') },
      { keys: ['r'], does: 'Rectangle', run: () => acts.use('rect') },
      { keys: ['o'], does: 'Ellipse', run: () => acts.use('ellipse') },
      { keys: ['a'], does: 'Arrow', run: () => acts.use('arrow') },
      { keys: ['x'], does: 'Text', run: () => acts.use('text') },
      { keys: ['n', 's'], does: 'Note', run: () => acts.use('note') },
      { keys: ['w'], does: 'Eraser', run: () => acts.use('eraser') },
      { keys: ['Enter'], does: 'Edit the selected note, or put one into the middle', run: enter },
      { keys: ['c'], does: 'Colours', run: () => toolbar.toggle('palette') },
      { keys: ['Delete', 'Backspace'], does: 'Delete what is selected', run: () => acts.remove() },
      { keys: ['Ctrl+z'], does: 'Undo', run: (event) => (event.shiftKey ? acts.redo() : acts.undo()) },
      { keys: ['Ctrl+y'], does: 'Redo', run: () => acts.redo() },
      { keys: ['Ctrl+c'], does: 'Copy; Ctrl X cuts, Ctrl V pastes' },
      { keys: ['Ctrl+s'], does: 'Save as a picture', run: () => toolbar.toggle('export') },
      { keys: ['Ctrl+a'], does: 'Select all', run: selectAll },
      { keys: Object.keys(ARROWS), does: 'Move the selection, or the view', run: arrow },
    ],
    'With others': [
      { keys: ['/'], does: 'Write at your cursor', run: () => acts.chat() },
      ...REACTIONS.map((kind, i) => ({ keys: [String(i + 1)], does: `React: ${kind}`, run: () => acts.react(kind) })),
      { keys: ['e'], does: 'Reactions', run: () => toolbar.toggle('reactions') },
      { keys: ['b'], does: 'Bring everyone to me', run: () => acts.summon() },
      { keys: ['Escape'], does: 'Stop following, deselect', run: escape },
    ],
    View: [
      { keys: ['Space'], does: 'and drag, or two fingers, or the wheel: move the view' },
      { keys: ['Ctrl'], does: 'and the wheel, or pinch: zoom' },
      { keys: ['+', '='], does: 'Zoom in', run: () => acts.zoomIn() },
      { keys: ['-'], does: 'Zoom out', run: () => acts.zoomOut() },
      { keys: ['0'], does: 'Actual size', run: () => acts.actualSize() },
      { keys: ['f'], does: 'Fit everything', run: () => acts.fit() },
      { keys: ['m'], does: 'Map', run: () => acts.map() },
      { keys: ['g'], does: 'Live figures', run: () => acts.stats() },
      { keys: ['t'], does: 'Light or dark', run: () => acts.theme() },
      { keys: ['?'], does: 'This help', run: () => acts.help() },
    ],
  });

  function escape() {
    if (following.leader) return following.stop();
    $('palette').hidden = $('reactions').hidden = $('export').hidden = true;
    selection.set([]);
    tools.use('select');
  }

  return acts;
}
