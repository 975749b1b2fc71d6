import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import test from 'node:test';

const read = (path) => readFile(new URL(path, import.meta.url), 'utf8');

test('docs/errors.md has every code that the client and the node make', async () => {
  const page = await read('../docs/errors.md');
  const protocol = (await read('../../docs/protocol/client.md')).match(/<!-- errors -->(.*)<!-- \/errors -->/s)[1];
  const codes = new Set([...protocol.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code));
  for (const file of (await readdir(new URL('../src/', import.meta.url))).filter((name) => name.endsWith('.js'))) {
    for (const [, code] of (await read(`../src/${file}`)).matchAll(/PresenceError\('(\w+)'/g)) codes.add(code);
  }
  const client = await read('../src/presence-client.js');
  for (const [, code] of client.matchAll(/(?: tell\(|4\d\d\d: )'(\w+)'/g)) codes.add(code);
  for (const code of ['unreachable', 'bad_frame', 'timeout', 'board_full']) assert.ok(codes.has(code), `${code} is not looked for`);
  assert.deepEqual([...codes].filter((code) => !page.includes(`\`${code}\``)), []);
});
