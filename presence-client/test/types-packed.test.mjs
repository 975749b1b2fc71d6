import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { installPacked, root } from './packed.mjs';

const EVERYTHING = ['untyped.ts', 'argued.ts', 'registered.ts', 'registered-react.ts'];

// How an application is compiled, the type of its package, and the files that it consists of; each is one of its own.
const APPLICATIONS = [
  { module: 'esnext', moduleResolution: 'bundler', type: 'module', files: [...EVERYTHING, 'registered-frameworks.ts'] },
  { module: 'node16', moduleResolution: 'node16', type: 'module', files: [...EVERYTHING, 'dynamic.cts', 'common.cts'] },
  { module: 'nodenext', moduleResolution: 'nodenext', type: 'module', files: [...EVERYTHING, 'registered-frameworks.ts', 'common.cts'] },
  { module: 'esnext', moduleResolution: 'node10', type: 'module', files: EVERYTHING },
  { module: 'commonjs', moduleResolution: 'node10', type: 'commonjs', files: EVERYTHING },
  { module: 'nodenext', moduleResolution: 'nodenext', type: 'commonjs', files: EVERYTHING },
];

test('applications of every kind compile with the packed types, and their typos do not', async (t) => {
  const ts = await import('typescript').then((module) => module.default, () => null);
  if (!ts) {
    assert.notEqual(process.env.PRESENCE_TEST_REQUIRE_TOOLS, 'true', 'typescript is missing: npm ci first');
    return t.skip('NOT RUN: npm ci first');
  }
  const folder = await installPacked(t);
  await cp(join(root, 'test/types'), join(folder, 'app'), { recursive: true });
  const parsed = new Map();
  for (const { module, moduleResolution, type, files } of APPLICATIONS) {
    await writeFile(join(folder, 'app/package.json'), JSON.stringify({ type }));
    for (const file of files) {
      await t.test(`${file}: ${module}, ${moduleResolution}, ${type}`, () => {
        assert.deepEqual(complaints(ts, folder, file, { module, moduleResolution }, parsed), []);
      });
    }
  }
});

function complaints(ts, folder, file, { module, moduleResolution }, parsed) {
  const { options, errors } = ts.convertCompilerOptionsFromJson({
    strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, types: [], skipDefaultLibCheck: true,
    target: 'es2022', lib: ['es2022', 'dom'], module, moduleResolution,
  }, folder);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  // The libraries are the same for all.
  host.getSourceFile = (path, ...how) => {
    if (!path.includes('/typescript/lib/')) return getSourceFile(path, ...how);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, ...how));
    return parsed.get(path);
  };
  const program = ts.createProgram({ rootNames: [join(folder, 'app', file)], options, host });
  return [...errors, ...ts.getPreEmitDiagnostics(program)]
    .map((found) => `${found.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`);
}
