// Keys that belong to an input method.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isComposing } from '../src/ui/keys.js';

test('a key press during a composition is the input method\'s, also the last one in Safari', () => {
  assert.equal(isComposing({ key: 'Enter', isComposing: true, keyCode: 13 }), true);
  assert.equal(isComposing({ key: 'Enter', isComposing: false, keyCode: 229 }), true);
  assert.equal(isComposing({ key: 'Enter', isComposing: false, keyCode: 13 }), false);
  assert.equal(isComposing({ key: 'Escape' }), false);
});
