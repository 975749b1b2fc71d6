// Which boards the page of boards shows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boardsToShow, rememberBoard } from '../src/app/boards.js';

const FIRST = ['lobby', 'planning', 'retrospective', 'roadmap'];
const none = new URLSearchParams();

function storage(content) {
  const items = new Map(content === undefined ? [] : [['presence.boards', content]]);
  return () => ({ getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value) });
}

test('the boards that were visited, the latest first and each once', () => {
  const store = storage();
  assert.deepEqual(boardsToShow(none, store), FIRST);
  for (const board of ['a', 'b', 'a', 'c']) rememberBoard(board, store);
  assert.deepEqual(boardsToShow(none, store), ['c', 'a', 'b']);
});

test('those that the address names instead', () => {
  const store = storage('["a"]');
  assert.deepEqual(boardsToShow(new URLSearchParams('boards=x, y,,x'), store), ['x', 'y']);
});

test('no more than a node lets a page watch', () => {
  const store = storage();
  for (let i = 0; i < 300; i++) rememberBoard(`b${i}`, store);
  assert.equal(boardsToShow(none, store).length, 60);
  assert.equal(boardsToShow(none, store)[0], 'b299');
});

test('what is stored may be anything, and storage may be off', () => {
  for (const content of ['nonsense', '7', '{"a":1}', 'null', '[]', '[7]']) {
    assert.deepEqual(boardsToShow(none, storage(content)), FIRST);
  }
  const off = () => { throw new Error('storage is off'); };
  rememberBoard('a', off);
  assert.deepEqual(boardsToShow(none, off), FIRST);
});
