// What the exchange of the demo's shapes costs: within what a node allows, and little where nothing happens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../../presence-client/test/random.mjs';
import { SimulatedBoard } from './simulated-board.mjs';

const PAGES = 20;
const SHAPES = 1000;
const SECOND = 1000;
const NOTE = { kind: 'note', y: 0, w: 160, h: 160, color: '#123456', text: 'What we said on Friday' };

function boardOf(t, pages) {
  const board = new SimulatedBoard(t.mock.timers, randomFrom(7));
  for (let i = 0; i < pages; i += 1) board.enter();
  board.run(SECOND);
  return board;
}

const idOf = (i) => `note${String(i).padStart(4, '0')}`;

/** Counts what is sent while time passes. */
function during(board, ms) {
  const [bytes, signals] = [board.bytes, board.signals];
  board.run(ms);
  return { bytes: board.bytes - bytes, signals: board.signals - signals };
}

test('with 1,000 shapes and 20 pages no signal is refused, and a newcomer has all within 2.5 s', (t) => {
  const board = boardOf(t, PAGES);
  const [drawer] = board.pages;
  for (let i = 0; i < SHAPES; i += 1) drawer.shapes.add({ ...NOTE, id: idOf(i), x: i });
  board.run(5 * SECOND);
  for (const { shapes } of board.pages) assert.equal(shapes.size, SHAPES);

  const newcomer = board.enter();
  const arrival = during(board, 2.5 * SECOND);
  assert.deepEqual(newcomer.shapes.all, drawer.shapes.all);
  t.diagnostic(`a newcomer: ${arrival.bytes} bytes in ${arrival.signals} signals`);
  const once = JSON.stringify(drawer.shapes.all).length;
  assert.ok(arrival.bytes < 3 * once, `${arrival.bytes} bytes for ${once} bytes of shapes`);

  // Half of the pages miss everything for ten seconds in which the others move every shape.
  const [these, those] = [board.pages.slice(0, PAGES / 2), board.pages.slice(PAGES / 2)];
  for (const page of those) page.cut();
  for (let i = 0; i < SHAPES; i += 1) these[i % these.length].shapes.change(idOf(i), { x: i + 1, y: 7 });
  board.run(10 * SECOND);
  for (const page of those) page.reconnect();
  const reunion = during(board, 5 * SECOND);
  t.diagnostic(`ten pages that missed 1,000 changes: ${reunion.bytes} bytes in ${reunion.signals} signals`);
  for (const { shapes } of board.pages) assert.deepEqual(shapes.all, drawer.shapes.all);
  assert.ok(reunion.bytes < 15 * once, `${reunion.bytes} bytes for ${once} bytes of shapes`);

  // All drag their own shape, for five seconds.
  const drags = { bytes: 0, signals: 0 };
  for (let step = 0; step < 100; step += 1) {
    for (const [i, page] of board.pages.entries()) page.shapes.change(idOf(i), { x: step, y: step });
    const { bytes, signals } = during(board, 50);
    drags.bytes += bytes;
    drags.signals += signals;
  }
  t.diagnostic(`a second of ${board.pages.length} drags: ${drags.bytes / 5} bytes in ${drags.signals / 5} signals`);
  board.run(SECOND);
  for (const { shapes } of board.pages) assert.deepEqual(shapes.all, drawer.shapes.all);

  // Later, most digests stay untold: all would be the same.
  board.run(70 * SECOND);
  const calm = during(board, 60 * SECOND);
  t.diagnostic(`a quiet minute: ${calm.bytes} bytes in ${calm.signals} signals`);
  assert.ok(calm.signals < 120, `${calm.signals} signals in a quiet minute`);
  assert.equal(board.refused, 0);
});

test('what is too large for the signals of a node does not hold up the rest', (t) => {
  const board = boardOf(t, 2);
  for (const { room } of board.pages) room.connection.limits = { maxSignalBytes: 2000 };
  const points = Array.from({ length: 1000 }, (_, i) => i);
  board.pages[0].shapes.add({ id: 'line0001', kind: 'pen', x: 0, y: 0, color: '#123456', points });
  board.pages[0].shapes.add({ ...NOTE, id: 'note0001', x: 0 });
  board.run(SECOND);
  assert.deepEqual(board.pages[1].shapes.all.map(({ id }) => id), ['note0001']);
  const newcomer = board.enter();
  newcomer.room.connection.limits = { maxSignalBytes: 2000 };
  board.run(SECOND);
  assert.deepEqual(newcomer.shapes.all.map(({ id }) => id), ['note0001']);
});

test('a line that is drawn goes out piece by piece', (t) => {
  const board = boardOf(t, 2);
  const [drawer, watcher] = board.pages;
  const sizes = [];
  watcher.room.on('signal', ({ type, payload }) => type === 'shapes.new' && sizes.push(JSON.stringify(payload).length));
  drawer.shapes.add({ id: 'line0001', kind: 'pen', x: 0, y: 0, color: '#123456', points: [0, 0] });
  for (let i = 1; i <= 600; i += 1) {
    drawer.shapes.change('line0001', { points: [...drawer.shapes.get('line0001').points, i, i] });
    if (i % 10 === 0) board.run(100);
  }
  board.run(200);
  assert.equal(watcher.shapes.get('line0001').points.length, 1202);
  assert.ok(Math.max(...sizes.slice(2)) < 300, `${Math.max(...sizes)} bytes`);
});
