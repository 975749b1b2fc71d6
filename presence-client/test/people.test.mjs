import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { colorOf, faceOf, initialsOf, peopleOf } from '../src/presence-people.js';

const face = (id, facts = {}) => ({
  id, userId: '', name: id, color: '#123456', avatarUrl: '', status: 'active', joinedAt: 1, isSelf: false, ...facts,
});

afterEach(() => {
  delete globalThis.CSS;
});

test('all tabs of a user are one person, who is what is most present of them', () => {
  const [ada, bob, ...rest] = peopleOf([
    face('tab 2', { userId: 'ada', joinedAt: 5, status: 'busy', name: 'Ada', avatarUrl: 'https://a/' }),
    face('Bob', { joinedAt: 2, status: 'away' }),
    face('tab 1', { userId: 'ada', joinedAt: 1, status: 'idle', name: '' }),
  ]);
  assert.deepEqual(ada, {
    id: 'ada', name: 'Ada', color: '#123456', avatarUrl: 'https://a/', status: 'busy', isSelf: false,
    memberIds: ['tab 1', 'tab 2'],
  });
  assert.deepEqual([bob.id, bob.status, bob.memberIds, rest], ['Bob', 'away', ['Bob'], []]);
});

test('oneself is first, then who has been here longest', () => {
  const people = peopleOf([
    face('c', { joinedAt: 3 }), face('b', { joinedAt: 2 }), face('a', { joinedAt: 2 }), face('me', { joinedAt: 9, isSelf: true }),
  ]);
  assert.deepEqual(people.map(({ id }) => id), ['me', 'a', 'b', 'c']);
});

test('a status that is not known counts as active', () => {
  assert.equal(peopleOf([face('a', { status: '' })])[0].status, 'active');
});

test('initials are what a reader sees as letters', () => {
  for (const [name, initials] of [
    ['Ada Lovelace', 'AL'], ['Grace Brewster Murray Hopper', 'GH'], ['  ada  ', 'A'], ['', '?'], [' ', '?'],
    ['👩‍👩‍👧 Family', '👩‍👩‍👧F'], ['🇨🇭', '🇨🇭'], ['é́lan', 'É́'], ['李小龙', '李'], ['ßeta', 'SS'], ['محمد علي', 'مع'],
  ]) assert.equal(initialsOf(name), initials, name);
});

test('a color that is none is replaced by one that stays the same for the user', () => {
  const user = { id: '1', userId: 'ada' };
  const own = colorOf({ ...user, color: 'url(https://evil.example)' });
  assert.match(own, /^#[0-9a-f]{6}$/);
  assert.equal(colorOf({ ...user, id: '2', color: '' }), own);
  assert.equal(colorOf({ ...user, color: 'red;background:url(x)' }), own);
  assert.equal(colorOf({ ...user, color: '#abcdef' }), '#abcdef');
  globalThis.CSS = { supports: (_, color) => color !== 'nocolor' };
  assert.equal(colorOf({ ...user, color: 'nocolor' }), own);
  assert.equal(colorOf({ ...user, color: 'tomato' }), 'tomato');
});

test('a face has no more than what is drawn of a member', () => {
  assert.deepEqual(faceOf({ ...face('a'), state: { tool: 'pen' }, device: 'phone' }), face('a'));
});
