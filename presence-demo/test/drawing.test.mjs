// What the demo's tools, copies and pictures make of shapes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read, write } from '../src/whiteboard/copies.js';
import { svgOf } from '../src/whiteboard/picture.js';
import { cornerAt, resized } from '../src/whiteboard/resize.js';
import { Shapes } from '../src/whiteboard/shapes.js';
import { Tools } from '../src/whiteboard/tools.js';
import { Emitter } from '../src/ui/emitter.js';

const BOX = { kind: 'rect', x: 100, y: 100, z: 1, color: '#123456', w: 80, h: 40 };

/** Tools on a board that is shown in its size. */
function tools(current, editing) {
  const shapes = new Shapes();
  const selection = Object.assign(new Emitter(), { ids: [], set(ids) { this.ids = ids; }, has(id) { return this.ids.includes(id); } });
  const made = new Tools(shapes, selection, { zoom: 1 }, {
    ink: () => '#123456', marquee() {}, edit() {}, full() { assert.fail('full'); }, editing,
  });
  made.use(current);
  const drag = (...points) => {
    const drag = made.begin(points[0], { shiftKey: false, pointerType: 'mouse' });
    for (const point of points.slice(1)) drag?.move(point, {});
    drag?.end?.();
  };
  return { shapes, selection, drag, use: (name) => made.use(name) };
}

test('an arrow goes from where the pointer came down to where it went up', () => {
  const { shapes, selection, drag } = tools('arrow');
  drag([10, 10], [50, 30], [90.04, 70]);
  const [{ id, ...arrow }] = shapes.all;
  assert.deepEqual(arrow, { kind: 'arrow', x: 10, y: 10, z: 1, color: '#123456', points: [0, 0, 80, 60] });
  assert.deepEqual(selection.ids, [id]);
  assert.equal(shapes.at([50, 40], 1).id, id);
  assert.equal(shapes.at([80, 20], 1), undefined);
});

test('a click with the arrow draws none', () => {
  const { shapes, drag } = tools('arrow');
  drag([10, 10], [11, 11]);
  assert.equal(shapes.size, 0);
});

test('the eraser deletes what lies on its way, however fast it goes, and nothing else', () => {
  const { shapes, drag } = tools('eraser');
  for (const [id, x, y] of [['erasedbox1', 100, 100], ['erasedbox2', 400, 100], ['keptbox1', 400, 300]]) {
    shapes.add({ ...BOX, id, x, y, w: 10, h: 10 });
  }
  drag([0, 105], [900, 105]);
  assert.deepEqual(shapes.all.map(({ id }) => id), ['keptbox1']);
  drag([405, 305]);
  assert.equal(shapes.size, 0);
});

/** Locks: those that another member has, and that it takes a moment before this visitor. Notes what is asked. */
function locks({ taken = [], quicker = [] }) {
  const asked = [];
  return {
    asked,
    isTaken: (id) => taken.includes(id),
    free: (ids) => ids.filter((id) => !taken.includes(id)),
    begin(ids, giveWay) {
      asked.push(`begin ${ids}`);
      ids.filter((id) => quicker.includes(id)).forEach(giveWay);
    },
    end: (ids) => asked.push(`end ${ids}`),
  };
}

test('what another member edits is neither selected, moved, resized nor erased', () => {
  const editing = locks({ taken: ['takenbox1'] });
  const { shapes, selection, drag, use } = tools('select', editing);
  shapes.add({ ...BOX, id: 'takenbox1' });
  shapes.add({ ...BOX, id: 'freebox1', x: 400 });
  drag([110, 110], [210, 110]);
  assert.deepEqual(selection.ids, []);
  selection.set(['takenbox1']);
  drag([185, 145], [285, 195]);
  selection.set(['takenbox1', 'freebox1']);
  drag([410, 110], [420, 110]);
  use('eraser');
  drag([110, 110]);
  assert.deepEqual(shapes.all.map(({ id, x, w }) => [id, x, w]), [['takenbox1', 100, 80], ['freebox1', 410, 80]]);
  assert.deepEqual(editing.asked, ['begin freebox1', 'end freebox1']);
});

test('a drag locks what it moves from its first step to its end, and gives way to a member that was quicker', () => {
  const editing = locks({ quicker: ['carrybox2'] });
  const { shapes, selection, drag } = tools('select', editing);
  for (const [id, y] of [['carrybox1', 100], ['carrybox2', 200]]) shapes.add({ ...BOX, id, y });
  drag([110, 110], [112, 110]);
  selection.set(['carrybox1', 'carrybox2']);
  drag([110, 110], [150, 110], [160, 110]);
  assert.deepEqual(shapes.all.map(({ x }) => x), [150, 100]);
  selection.set(['carrybox2']);
  drag([185, 245], [285, 295]);
  assert.equal(shapes.get('carrybox2').w, BOX.w);
  assert.deepEqual(editing.asked, [
    'end carrybox1', 'begin carrybox1,carrybox2', 'end carrybox1,carrybox2', 'begin carrybox2', 'end carrybox2',
  ]);
});

test('a corner of the only selected shape resizes it, its opposite corner stays', () => {
  for (const [corner, to, expected] of [
    [[185, 145], [285, 195], { x: 100, y: 100, w: 180, h: 90 }],
    [[95, 95], [80, 90], { x: 85, y: 95, w: 95, h: 45 }],
    [[185, 95], [220, 80], { x: 100, y: 85, w: 115, h: 55 }],
    [[95, 145], [60, 180], { x: 65, y: 100, w: 115, h: 75 }],
    // Not below its least size, nor past the other corner.
    [[185, 145], [-500, -500], { x: 100, y: 100, w: 12, h: 12 }],
  ]) {
    const { shapes, selection, drag } = tools('select');
    shapes.add({ ...BOX, id: 'thebox01' });
    selection.set(['thebox01']);
    drag(corner, to);
    const { x, y, w, h } = shapes.get('thebox01');
    assert.deepEqual({ x, y, w, h }, expected, corner.join());
  }
});

test('corners are there at any zoom, and shift keeps the form', () => {
  assert.deepEqual(cornerAt(BOX, [190, 150], 0.5), [1, 1]);
  assert.equal(cornerAt(BOX, [140, 120], 1), null);
  assert.equal(cornerAt({ ...BOX, w: undefined, points: [0, 0] }, [100, 100], 1), null);
  assert.deepEqual(resized(BOX, [1, 1], [80, -20], true), { x: 100, y: 100, w: 160, h: 80 });
});

test('what is copied is pasted a little beside it, and nothing that is not sound', () => {
  const note = { kind: 'note', x: 0, y: 0, z: 9, color: '#123456', w: 9, h: 9, text: '<b>' };
  assert.deepEqual(read(write([{ id: 'thenote1', ...note }, { id: 'thebox01', ...BOX }])), [
    { ...BOX, x: 124, y: 124 }, { ...note, x: 24, y: 24 },
  ]);
  for (const text of ['', 'hello', '5', 'null', '[]', '{}', '{"presence-shapes":5}']) assert.equal(read(text), null, text);
  const hostile = [null, 5, 'x', [], {}, { ...BOX, x: 1e300 }, { ...BOX, kind: 'script' }, { ...BOX, color: 'url(x)' }];
  assert.deepEqual(read(JSON.stringify({ 'presence-shapes': hostile })), []);
});

test('a picture has every kind of shape, and texts as texts, in lines of their own direction', () => {
  const writings = {
    note: { family: 'Some "Sans"', size: 11, lineHeight: 10, lines: [
      { text: '<i>"&\u0007😀', isRtl: false }, { text: 'שלום', isRtl: true }, { text: 'more than fits', isRtl: false },
    ] },
    text: { family: 'serif', size: 22, lineHeight: 28, lines: [{ text: 'one', isRtl: false }, { text: 'two', isRtl: true }] },
  };
  const line = { x: 0, y: 0, z: 1, color: '#123456' };
  const svg = svgOf([
    BOX, { ...BOX, kind: 'ellipse' }, { ...line, kind: 'pen', points: [0, 0, 5, 5, 9, 9] },
    { ...line, kind: 'arrow', points: [0, 0, 50, 0] }, { ...BOX, kind: 'note', id: 'note' },
    { ...BOX, kind: 'text', id: 'text' },
  ], (id) => writings[id]);
  assert.match(svg, /^<svg [^>]*viewBox="-24 -24 228 188">/);
  assert.equal(svg.match(/<(rect x="100"|ellipse|path)/g).length, 6);
  assert.ok(svg.includes('&lt;i&gt;&quot;&amp;') && svg.includes('😀'), svg);
  assert.ok(!svg.includes('<i>') && !svg.includes('\u0007'));
  assert.ok(svg.includes('<g style="font: 600 11px Some &quot;Sans&quot;; white-space: pre" fill="#1b1c24">'), svg);
  // The padding is 14 units in a note and 4 in a text; what is written from the right ends there on the right.
  assert.ok(svg.includes('<text x="114" y="122.85">&lt;i&gt;'));
  assert.ok(svg.includes('<text x="166" y="132.85" direction="rtl">שלום …</text>'), svg);
  assert.ok(!svg.includes('more than fits'), 'what does not fit into the note is left out');
  assert.ok(svg.includes('<text x="104" y="123.7">one</text><text x="176" y="151.7" direction="rtl">two</text>'), svg);
  assert.equal(svgOf([]), null);
});
