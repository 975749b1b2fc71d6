import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = `${root}node_modules/typescript/bin/tsc`;

test('the types hold, and refuse misuse', (t) => {
  if (!existsSync(tsc)) {
    assert.notEqual(process.env.PRESENCE_TEST_REQUIRE_TOOLS, 'true', 'typescript is missing: npm ci first');
    return t.skip('NOT RUN: npm ci first');
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc], { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
});
