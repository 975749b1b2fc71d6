import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { installPacked, root } from './packed.mjs';

test('the package holds its licence, its changelog, its documentation and every file that it names', async (t) => {
  const installed = join(await installPacked(t), 'node_modules/presence-client');
  const about = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  for (const file of ['LICENSE', 'CHANGELOG.md']) {
    assert.deepEqual(await readFile(join(installed, file)), await readFile(join(root, '..', file)), file);
  }
  assert.ok(existsSync(join(installed, 'README.md')));
  for (const [subpath, target] of Object.entries(about.exports).filter(([, target]) => target.import)) {
    for (const { types, default: script } of [target.import, target.require]) {
      assert.ok(existsSync(join(installed, types)), types);
      assert.ok(existsSync(join(installed, script)), script);
    }
    // Read by TypeScript's `node10`, which knows no exports.
    if (subpath !== '.') assert.deepEqual(about.typesVersions['*'][subpath.slice(2)], [target.import.types], subpath);
  }
  // For tools that know no exports: those that require, and those that bundle.
  assert.equal(about.main, about.exports['.'].require.default);
  assert.equal(about.module, about.exports['.'].import.default);
  assert.equal(about.types, about.exports['.'].import.types);
  for (const file of (await readdir(join(installed, 'src'), { recursive: true })).filter((name) => /\.[jt]s$/.test(name))) {
    const path = join(installed, 'src', file);
    for (const [, sibling] of (await readFile(path, 'utf8')).matchAll(/ from '(\.[^']+)'/g)) {
      const target = join(path, '..', sibling);
      // Types may have no code.
      const isThere = existsSync(target) || file.endsWith('.d.ts') && existsSync(target.replace(/\.js$/, '.d.ts'));
      assert.ok(isThere, `${file} needs ${sibling}`);
    }
  }
});

test('publint has nothing to say', async (t) => {
  const { publint } = await toolOrSkip(t, 'publint');
  if (!publint) return;
  const { formatMessage } = await import('publint/utils');
  const pkgDir = join(await installPacked(t), 'node_modules/presence-client');
  const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
  assert.deepEqual(messages.map((message) => formatMessage(message, pkg)), []);
});

test('arethetypeswrong has nothing to say', async (t) => {
  const { checkPackage, createPackageFromTarballData } = await toolOrSkip(t, '@arethetypeswrong/core');
  if (!checkPackage) return;
  const tarball = await readFile(join(await installPacked(t), 'package.tgz'));
  const { problems } = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  // Svelte itself is ES modules only, so there is no CommonJS of this one.
  const known = ({ kind, entrypoint }) => kind === 'CJSResolvesToESM' && entrypoint === './svelte';
  assert.deepEqual(problems.filter((problem) => !known(problem)), []);
});

test('the package is required by CommonJS', async (t) => {
  const folder = await installPacked(t);
  await writeFile(join(folder, 'app.cjs'), "module.exports = require('presence-client');");
  const require = createRequire(join(folder, 'app.cjs'));
  assert.equal(typeof require('./app.cjs').connect, 'function');
  assert.match(require.resolve('presence-client'), /dist.commonjs/);
});

async function toolOrSkip(t, name) {
  try {
    return await import(name);
  } catch {
    assert.notEqual(process.env.PRESENCE_TEST_REQUIRE_TOOLS, 'true', `${name} is missing: npm ci first`);
    t.skip('NOT RUN: npm ci first');
    return {};
  }
}
