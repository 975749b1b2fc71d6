import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = existsSync(`${root}node_modules/typescript`);
const options = { skip: installed ? false : 'NOT RUN: npm ci first' };
let directory;

before(async () => {
  if (!installed) return;
  directory = await mkdtemp(join(tmpdir(), 'presence-commonjs-'));
  execFileSync(process.execPath, [join(root, 'commonjs/build.mjs'), directory]);
});
after(() => directory && rm(directory, { recursive: true }));

/** Runs it as a CommonJS script in a process of its own; gives what it printed. */
const run = (script, ...flags) =>
  execFileSync(process.execPath, [...flags, '--no-experimental-require-module', '--input-type=commonjs', '-e', script], {
    cwd: directory, encoding: 'utf8',
  }).trim();

test('every module of the package can be required, and has the same exports', options, async () => {
  const { exports } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
  for (const [name, { import: esm, require: commonjs }] of Object.entries(exports)) {
    if (!commonjs) continue;
    const file = commonjs.default.replace('./dist/commonjs/', './');
    const source = await readFile(`${root}${esm.default}`, 'utf8');
    if (/ from '[^.]/.test(source)) {
      // Its framework may not be installed.
      execFileSync(process.execPath, ['--check', join(directory, file)]);
      continue;
    }
    const required = run(`console.log(Object.keys(require('${file}')).sort().join())`);
    assert.equal(required, Object.keys(await import(`${root}${esm.default}`)).sort().join(), name);
    assert.ok(existsSync(join(directory, commonjs.types.replace('./dist/commonjs/', ''))), name);
  }
});

test('works where there is no TextEncoder, as in jsdom under Jest', options, () => {
  const talk = `
    delete globalThis.TextEncoder;
    delete globalThis.TextDecoder;
    const { connect } = require('./presence-client.js');
    const { testNode } = require('./testing/presence-testing.js');
    (async () => {
      const node = testNode();
      const bob = await node.enter('b', { name: 'Böb 🎉', state: { lone: '\\ud83c' } });
      const connection = connect(node.url, { WebSocket: node.WebSocket });
      const room = await connection.join('b', { name: 'Ada' });
      console.log(JSON.stringify(room.others.map(({ name, state }) => [name, state])));
      connection.close();
      await node.close();
    })();`;
  assert.equal(run(talk), run(talk.replaceAll(/delete .*/g, '')));
  assert.match(run(talk), /Böb 🎉/);
});
