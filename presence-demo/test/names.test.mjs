// Names as they are shown: what is read as one letter is one, whatever it is made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initials, isAgent, nameInText, nameOf } from '../src/ui/names.js';

test('initials are whole letters and whole emoji', () => {
  for (const [name, expected] of [
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['  Ada   Augusta  Lovelace ', 'AL'],
    ['👨‍👩‍👧 Family', '👨‍👩‍👧F'],
    ['👩🏽‍💻', '👩🏽‍💻'],
    ['🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇩🇪🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['e\u0301mile zola', 'E\u0301Z'],
    ['नमस्ते', 'न'],
    ['王小明', '王'],
    ['ßen', 'ß'],
    ['(Zoë) "Al"', 'ZA'],
    ['Ada (she)', 'AS'],
    ['!!!', '!'],
  ]) {
    assert.equal(initials({ name }), expected, name);
  }
});

test('a letter with more marks than fit into an avatar is shown without them', () => {
  assert.equal(initials({ name: `a${'\u0301'.repeat(40)}` }), 'A');
});

test('a name that shows nothing is replaced', () => {
  for (const name of ['', '   ', '\u200b\u200b', '\u2060 \u200d', '\u202e', '\u3164', '\ufe0f']) {
    assert.equal(nameOf({ name }), 'Somebody', JSON.stringify(name));
    assert.equal(initials({ name }), 'S');
  }
});

test('a name does not turn the words around it', () => {
  assert.equal(nameOf({ name: '\u202eadA\u202c \u2067Al\u2069' }), 'adA Al');
  assert.equal(nameInText({ name: 'Ada' }), 'Ada');
  assert.equal(nameInText({ name: 'علي' }), '\u2068علي\u2069');
  assert.equal(nameInText({ name: 'Ada דנה' }), '\u2068Ada דנה\u2069');
  assert.equal(nameInText({ name: '\u2069דנה' }), '\u2068דנה\u2069', 'a name cannot end its isolation');
});

test('an agent is known by its device, which nodes allow to no other member', () => {
  assert.equal(isAgent({ name: 'Bot', device: 'agent' }), true);
  for (const device of ['', 'desktop', 'Agent']) assert.equal(isAgent({ name: 'Bot', device }), false);
});
