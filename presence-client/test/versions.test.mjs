import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';

const read = (path) => readFile(new URL(path, import.meta.url), 'utf8');

test('addresses with a version in the docs are those that a node serves', async () => {
  const { version } = JSON.parse(await read('../package.json'));
  const found = [];
  for (const path of ['../README.md', '../../README.md', '../../docs/getting-started.md']) {
    for (const [, named] of (await read(path)).matchAll(/presence-client@([\w.+-]+)\.js/g)) found.push(named);
  }
  assert.ok(found.length > 1);
  assert.deepEqual([...new Set(found)], [version]);
});
