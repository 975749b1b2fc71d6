import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';

/** Waits until this is true, or a promise of true; fails, with its text, when it is not in time. */
export async function until(condition, withinMs) {
  for (const end = Date.now() + withinMs; !(await condition());) {
    assert.ok(Date.now() < end, `not within ${withinMs} ms: ${condition}`);
    await setTimeout(20);
  }
}
