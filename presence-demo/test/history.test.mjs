// Undo and redo on a board where others draw, too: they are changes of one's own fields.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../src/whiteboard/history.js';
import { toWire } from '../src/whiteboard/record.js';
import { Shapes } from '../src/whiteboard/shapes.js';

const BOX = { id: 'shape001', kind: 'rect', x: 0, y: 0, w: 9, h: 9, color: '#000000' };

/** Two visitors with one clock, which strikes at each change. */
function two() {
  let now = 0;
  const visitor = (author) => {
    const shapes = new Shapes({ author, now: () => (now += 1) });
    const taken = new Set();
    const history = new History(shapes, (id) => taken.has(id));
    // Each step is one as a drag is.
    const step = (act) => {
      history.begin();
      act();
      history.end();
    };
    return {
      shapes, history, taken,
      get box() { return shapes.get(BOX.id); },
      add: (more) => step(() => shapes.add({ ...BOX, ...more })),
      change: (fields) => step(() => shapes.change(BOX.id, fields)),
      remove: () => step(() => shapes.remove(BOX.id)),
      undo: () => history.undo(),
      redo: () => history.redo(),
    };
  };
  const [ada, grace] = [visitor('ada'), visitor('grace')];
  const share = (from, to) => from.shapes.records.all.forEach((record) => to.shapes.merge(toWire(record)));
  const meet = () => {
    share(ada, grace);
    share(grace, ada);
    assert.deepEqual(ada.shapes.all, grace.shapes.all);
  };
  return { ada, grace, meet };
}

test('a step back takes back its own fields, and leaves what another changed of the same shape', () => {
  const { ada, grace, meet } = two();
  ada.add();
  meet();
  ada.change({ x: 100, y: 50 });
  meet();
  grace.change({ color: '#ff0000', w: 70 });
  meet();
  ada.undo();
  meet();
  assert.deepEqual({ ...grace.box }, { ...BOX, z: 1, color: '#ff0000', w: 70 });
  ada.redo();
  meet();
  assert.deepEqual({ ...grace.box }, { ...BOX, z: 1, x: 100, y: 50, color: '#ff0000', w: 70 });
});

test('a field that another changed since stays as that one wants it', () => {
  const { ada, grace, meet } = two();
  ada.add();
  ada.change({ color: '#00ff00', x: 5 });
  meet();
  grace.change({ color: '#ff0000' });
  meet();
  ada.undo();
  meet();
  assert.deepEqual([ada.box.color, ada.box.x], ['#ff0000', 0]);
  // And no earlier step brings back what was before that.
  ada.change({ color: '#0000ff' });
  ada.undo();
  assert.equal(ada.box.color, '#ff0000');
});

test('what another did in between is not taken back by an earlier step', () => {
  const { ada, grace, meet } = two();
  ada.add();
  ada.change({ x: 1 });
  meet();
  grace.change({ x: 2 });
  meet();
  ada.change({ x: 3 });
  ada.undo();
  assert.equal(ada.box.x, 2);
  ada.undo();
  assert.equal(ada.box.x, 2, 'step 1 was before the other\'s change');
});

test('what another deleted stays deleted', () => {
  const { ada, grace, meet } = two();
  ada.add();
  ada.change({ x: 100 });
  meet();
  grace.remove();
  meet();
  for (const act of [ada.undo, ada.undo, ada.redo, ada.redo, ada.undo]) {
    act();
    meet();
    assert.equal(ada.box, undefined);
  }
});

test('what both deleted at once stays deleted', () => {
  const { ada, grace, meet } = two();
  ada.add();
  meet();
  ada.remove();
  grace.remove();
  meet();
  ada.undo();
  meet();
  assert.equal(ada.box, undefined);
});

test('a deletion taken back brings the shape as it was, with what others had changed, and earlier steps still work', () => {
  const { ada, grace, meet } = two();
  ada.add();
  ada.change({ x: 100 });
  meet();
  grace.change({ color: '#ff0000' });
  meet();
  ada.remove();
  meet();
  ada.undo();
  meet();
  assert.deepEqual({ ...grace.box }, { ...BOX, z: 1, x: 100, color: '#ff0000' });
  ada.undo();
  meet();
  assert.deepEqual([grace.box.x, grace.box.color], [0, '#ff0000']);
  ada.redo();
  ada.redo();
  meet();
  assert.equal(grace.box, undefined);
});

test('an addition taken back and done again comes back with what others had changed', () => {
  const { ada, grace, meet } = two();
  ada.add();
  meet();
  grace.change({ x: 7 });
  meet();
  ada.undo();
  meet();
  assert.equal(grace.box, undefined);
  ada.redo();
  meet();
  assert.equal(grace.box.x, 7);
});

test('all steps can be taken back and done again, over and over', () => {
  const { ada } = two();
  const states = [ada.box];
  const note = () => states.push({ ...ada.box });
  ada.add();
  note();
  ada.change({ x: 10 });
  note();
  ada.change({ x: 20, color: '#123456' });
  note();
  ada.change({ w: 40 });
  note();
  for (let round = 0; round < 3; round += 1) {
    for (let i = states.length - 2; i >= 0; i -= 1) {
      ada.undo();
      assert.deepEqual(ada.box && { ...ada.box }, states[i], `back to ${i} in round ${round}`);
    }
    for (let i = 1; i < states.length; i += 1) {
      ada.redo();
      assert.deepEqual({ ...ada.box }, states[i], `on to ${i} in round ${round}`);
    }
  }
});

test('a shape that came and went within a step is no step', () => {
  const { ada } = two();
  ada.add();
  ada.history.begin();
  ada.shapes.add({ ...BOX, id: 'shape002' });
  ada.shapes.remove('shape002');
  ada.history.end();
  ada.undo();
  assert.equal(ada.box, undefined);
});

test('what another member edits stays as it is', () => {
  const { ada, grace, meet } = two();
  ada.add();
  ada.add({ id: 'shape002' });
  ada.change({ x: 100 });
  meet();
  ada.taken.add(BOX.id);
  ada.undo();
  ada.undo();
  ada.undo();
  meet();
  assert.deepEqual(grace.shapes.all.map(({ id, x }) => [id, x]), [[BOX.id, 100]]);
});
