// What a page takes from other pages, which may be hostile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toWire } from '../src/whiteboard/record.js';
import { LONGEST_TEXT, MOST_NUMBERS } from '../src/whiteboard/shape.js';
import { Shapes } from '../src/whiteboard/shapes.js';
import { AHEAD_MS } from '../src/whiteboard/version.js';
import { randomFrom } from '../../presence-client/test/random.mjs';
import { SimulatedBoard } from './simulated-board.mjs';

const NOW = 1_000_000_000;
const NOTE = { kind: 'note', x: 1, y: 2, z: 3, w: 4, h: 5, color: '#123456', text: 'sound' };
const SOUND = ['soundnote', [NOW, 'other', NOTE]];

const page = (options) => new Shapes({ author: 'self', now: () => NOW, ...options });

/** The note with some fields changed, as another page sends it. */
const noteWith = (fields, id = 'soundnote', version = [NOW, 'other']) => [id, [...version, { ...NOTE, ...fields }]];

const wireOf = (shapes, id) => toWire(shapes.records.get(id));

test('a shape is taken as it was sent, rounded', () => {
  const shapes = page();
  shapes.merge(noteWith({ x: 1.26, y: -0.01 }));
  assert.deepEqual(shapes.all, [{ id: 'soundnote', ...NOTE, x: 1.3, y: 0 }]);
});

test('of each field the later version wins, in any order, and of one clock the greater author', () => {
  const writes = [
    SOUND, ['soundnote', [NOW + 5, 'a', { x: 10 }]], ['soundnote', [NOW + 4, 'b', { x: 20, y: 20 }]],
    ['soundnote', [NOW + 6, 'a', { color: '#aaaaaa' }]], ['soundnote', [NOW + 6, 'b', { color: '#bbbbbb' }]],
    // Two values of one version.
    ['soundnote', [NOW + 7, 'c', { text: 'one' }]], ['soundnote', [NOW + 7, 'c', { text: 'two' }]],
  ];
  for (let seed = 1; seed < 20; seed += 1) {
    const random = randomFrom(seed);
    const shapes = page();
    shapes.merge(SOUND);
    for (const write of writes.toSorted(() => random() - 0.5)) shapes.merge(write);
    assert.deepEqual(shapes.all, [{ id: 'soundnote', ...NOTE, x: 10, y: 20, color: '#bbbbbb', text: 'two' }]);
  }
});

test('what is not sound is not taken', () => {
  const shapes = page();
  shapes.merge(SOUND);
  let count = 0;
  const newNoteWith = (fields) => noteWith(fields, `newnote${count += 1}`);
  for (const wire of [
    null, 1, 'x', [], {}, [{}], ['soundnote'], ['soundnote', 1, null, [], [NOW]], ['soundnote', [NOW, 'other', null]],
    noteWith({}, '__proto__'), noteWith({}, 'short'), noteWith({}, 'x'.repeat(17)), noteWith({}, { length: 9 }),
    newNoteWith({ kind: 'script' }), newNoteWith({ kind: {} }), newNoteWith({ x: 1e300 }),
    newNoteWith({ x: '1' }), newNoteWith({ w: -1 }), newNoteWith({ z: 0.5 }),
    newNoteWith({ z: 2 ** 41 }), newNoteWith({ color: 'red;}*{display:none' }),
    newNoteWith({ color: ['#123456'] }), newNoteWith({ text: {} }),
    newNoteWith({ text: 'x'.repeat(LONGEST_TEXT + 1) }), newNoteWith({ kind: 'pen' }),
    ...[[], [1], [0, 0, 1e9, 'x'], { length: 4 }, Array(MOST_NUMBERS + 2).fill(0)]
      .map((points) => newNoteWith({ kind: 'pen', points })),
  ]) {
    shapes.merge(wire);
    shapes.merge(wire, 0);
    assert.deepEqual(shapes.all, [{ id: 'soundnote', ...NOTE }], JSON.stringify(wire));
  }
});

test('clocks far ahead are refused, and one as far ahead as may be does not keep this page from drawing', () => {
  const shapes = page();
  for (const clock of [NOW + AHEAD_MS + 1, 2 ** 53, 1e300, Infinity, NaN, -1, 0, 0.5, '5', null]) {
    shapes.merge(noteWith({}, 'newnote1', [clock, 'other']));
    assert.equal(shapes.size, 0, String(clock));
  }
  for (const author of ['', 'x'.repeat(17), 'A', null, {}]) {
    shapes.merge(noteWith({}, 'newnote1', [NOW, author]));
    assert.equal(shapes.size, 0, String(author));
  }
  shapes.merge(noteWith({}, 'newnote1', [NOW + AHEAD_MS, 'zzzz']));
  shapes.change('newnote1', { x: 50 });
  assert.equal(shapes.get('newnote1').x, 50);
  // The other page gets there with its clock.
  const other = page({ now: () => NOW + 1 });
  other.merge(wireOf(shapes, 'newnote1'));
  assert.equal(other.get('newnote1').x, 50);
});

test('a line grows only from what this page has of it', () => {
  const shapes = page();
  const line = ['line0001', [NOW, 'other', { kind: 'pen', x: 0, y: 0, z: 1, color: '#123456', points: [0, 0] }]];
  const more = (after, numbers, clock) => ['line0001', [clock, 'other', { after: [after, 'other'], more: numbers }]];
  assert.equal(shapes.merge(more(NOW, [1, 1], NOW + 1)), true, 'the line is unknown');
  shapes.merge(line);
  assert.equal(shapes.merge(more(NOW, [1, 1], NOW + 1)), false);
  assert.equal(shapes.merge(more(NOW + 2, [3, 3], NOW + 3)), true, 'a part is missing');
  assert.deepEqual(shapes.get('line0001').points, [0, 0, 1, 1]);
  for (const hostile of [null, 'xy', { length: 2 }, [1], [1, 'x'], Array(MOST_NUMBERS).fill(0)]) {
    shapes.merge(more(NOW + 1, hostile, NOW + 2));
    assert.deepEqual(shapes.get('line0001').points, [0, 0, 1, 1]);
  }
});

test('there are so many shapes and no more, those that were added first', () => {
  const shapes = page({ most: 3 });
  for (const [i, clock] of [40, 10, 30, 20, 50].entries()) shapes.merge(noteWith({}, `newnote${i}`, [clock, 'other']));
  assert.deepEqual(shapes.all.map(({ id }) => id), ['newnote1', 'newnote2', 'newnote3']);
  assert.equal(shapes.add({ ...NOTE, id: 'newnote9' }), false);
});

test('deletions take bounded memory', () => {
  const shapes = page();
  for (let i = 0; i < 10_000; i += 1) {
    const id = `n${String(i).padStart(8, '0')}`;
    shapes.add({ ...NOTE, id });
    shapes.remove(id);
  }
  assert.equal(shapes.size, 0);
  assert.ok(shapes.records.all.length <= 64 * 64, `${shapes.records.all.length} records`);
});

test('what was deleted and forgotten is taken only from a page that has forgotten as much', () => {
  const shapes = page({ tombstones: 0 });
  shapes.merge(SOUND);
  shapes.remove('soundnote');
  assert.equal(shapes.records.all.length, 0);
  const floor = shapes.records.floorFor('soundnote');
  shapes.merge(SOUND, floor - 1);
  assert.equal(shapes.size, 0);
  shapes.merge(SOUND, floor);
  assert.equal(shapes.size, 1, 'there it was never deleted');
});

test('whatever a hostile page sends, the others go on drawing and come to the same', (t) => {
  const random = randomFrom(3);
  const board = new SimulatedBoard(t.mock.timers, random);
  const [one, two, mallory] = [board.enter(), board.enter(), board.enter()];
  mallory.room.closed = true;
  one.shapes.add({ ...NOTE, id: 'soundnote' });
  board.run(500);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const clock = () => Date.now();
  const junk = () => pick([
    null, 1, 'x', '', [], {}, [[]], [null, 'x'], [{}, {}], [[0, null]], [[0, ['soundnote']]], [[1e300, SOUND]],
    ['soundnote', 'soundnote', '__proto__', 5, null], [['soundnote', [clock(), 'mallory', { x: random() * 100 }]]],
    [['__proto__', 0, 'x'], ['length', 0, 'x'], [-1, 0, ''], [64, 0, ''], [5, 'x', ''], [5, 1e300, ''], [5, 0, {}]],
    [[0, 0, 'aaaaasoundnote bbbbbothernote ccccc__proto__']], `${'a'.repeat(320)} 7 7`, `${'a'.repeat(320)} 999999 1`,
    [[0, noteWith({}, 'mallory1', [clock() + AHEAD_MS, 'zzzz'])]], [noteWith({ text: 'flood' }, `mallory${random() * 9 | 0}2`)],
  ]);
  for (let i = 0; i < 400; i += 1) {
    const type = pick(['shapes.new', 'shapes.digest', 'shapes.list', 'shapes.give', 'shapes', 'shapes?']);
    mallory.room.signal(type, junk());
    board.run(30);
  }
  one.shapes.add({ ...NOTE, id: 'lastnote1' });
  two.shapes.add({ ...NOTE, id: 'lastnote2' });
  board.run(1000);
  assert.deepEqual(one.shapes.all, two.shapes.all);
  for (const id of ['soundnote', 'lastnote1', 'lastnote2']) assert.ok(one.shapes.get(id), id);
});
