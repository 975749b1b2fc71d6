// The short form of latest.mjs; see there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('the last of more states than a node takes is what everybody sees', (t) => {
  const script = fileURLToPath(new URL('latest.mjs', import.meta.url));
  const run = spawnSync(process.execPath, [script, '--rounds', '2'], { encoding: 'utf8' });
  for (const line of run.stdout.trim().split('\n')) t.diagnostic(`[measured] ${line}`);
  assert.equal(run.status, 0, run.stdout + run.stderr);
});
