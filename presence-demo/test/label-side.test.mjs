// Labels of cursors near the edges of a view are not cut off.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelSide } from '../src/people/label-side.js';

const PHONE = { width: 360, height: 640 };
const LABEL = { width: 160, height: 40 };

test('a label lies right of its cursor and below, where there is room', () => {
  assert.equal(labelSide(10, 10, LABEL, PHONE), '');
  assert.equal(labelSide(360 - 15 - 160, 640 - 19 - 40, LABEL, PHONE), '');
});

test('at the right and the lower edge it lies on the other side', () => {
  assert.equal(labelSide(360 - 14 - 160, 100, LABEL, PHONE), 'left');
  assert.equal(labelSide(100, 640 - 18 - 40, LABEL, PHONE), 'above');
  assert.equal(labelSide(355, 635, LABEL, PHONE), 'left above');
});

test('a label without room on either side stays', () => {
  assert.equal(labelSide(200, 100, { width: 300, height: 40 }, PHONE), '');
  assert.equal(labelSide(100, 30, { width: 100, height: 60 }, { width: 360, height: 70 }), '');
});
