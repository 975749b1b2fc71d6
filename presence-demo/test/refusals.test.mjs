// One message for each kind of refusal, however often it is reported.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Refusals } from '../src/app/refusals.js';

const refusal = (code, message) => Object.assign(new Error(message), { code });

let shown;
let refusals;
beforeEach(() => {
  // As the page shows them: one with the same key takes the other's place.
  shown = new Map();
  refusals = new Refusals((text, key) => shown.set(key, text));
});

test('a refusal again, with another time to wait, takes the place of the first', () => {
  for (let wait = 900; wait > 0; wait -= 100) {
    refusals.tell(refusal('rate_limited', `too many signals: wait ${wait} ms`));
  }
  assert.deepEqual([...shown.values()], ['too many signals: wait 100 ms']);
});

test('a refusal of the connection and of the room is one message, with what it means', () => {
  const banned = refusal('banned', 'you may not be here');
  refusals.tell(banned);
  refusals.tell(banned, 'join');
  refusals.tell(banned);
  assert.deepEqual([...shown.values()], ['This board cannot be entered: you may not be here']);
  refusals.tell(refusal('kicked', 'you were removed'), 'closed');
  refusals.tell(refusal('kicked', 'you were removed'));
  assert.equal(shown.size, 2);
  assert.ok([...shown.values()].includes('This board has ended for you: you were removed'));
});

test('refusals of several kinds are several messages', () => {
  refusals.tell(refusal('rate_limited', 'too many signals'));
  refusals.tell(refusal('state_too_large', 'the state has more than 4096 bytes'));
  refusals.tell(new Error('the token function failed'));
  assert.equal(shown.size, 3);
});
