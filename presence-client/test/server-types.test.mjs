import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import * as server from '../src/server/server.js';

const read = (path) => readFile(new URL(path, import.meta.url), 'utf8');

test('presence-client/server exports what its types declare', async () => {
  const types = await read('../src/server/server.d.ts');
  const names = Array.from(types.matchAll(/^export (?:class|function) (\w+)/gm), ([, name]) => name);
  assert.deepEqual(Object.keys(server).sort(), names.sort());
});

test('the examples of docs/server.md are JavaScript', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'presence-server-'));
  t.after(() => rm(folder, { recursive: true }));
  const examples = [...(await read('../docs/server.md')).matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  assert.equal(examples.length, 4);
  for (const [number, code] of examples.entries()) {
    const file = join(folder, `${number}.mjs`);
    await writeFile(file, code);
    const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    // What it takes from the package is there.
    for (const [, names] of code.matchAll(/import \{ (.+) \} from 'presence-client\/server'/g)) {
      for (const name of names.split(', ')) assert.ok(name in server, name);
    }
  }
});

test('the types of the HTTP API are those of the document: npm run openapi', async (t) => {
  const { generated, TYPES } = await import('../openapi/generate.mjs').catch((error) => {
    if (process.env.PRESENCE_TEST_REQUIRE_TOOLS === 'true') throw error;
    return {};
  });
  if (!generated) return t.skip('NOT RUN: npm ci first');
  assert.equal(await readFile(TYPES, 'utf8'), await generated());
});
