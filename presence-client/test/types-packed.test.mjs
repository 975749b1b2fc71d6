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
  const app = join(folder, 'app/');
  const { options, errors } = ts.convertCompilerOptionsFromJson({
    strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, types: [], skipDefaultLibCheck: true,
    target: 'es2022', lib: ['es2022', 'dom'], module, moduleResolution,
  }, folder);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  // The libraries and the packages are the same for all applications; only what kind of module a file is can differ.
  host.getSourceFile = (path, how, ...more) => {
    if (path.startsWith(app)) return getSourceFile(path, how, ...more);
    const key = `${how.impliedNodeFormat} ${path}`;
    if (!parsed.has(key)) parsed.set(key, getSourceFile(path, how, ...more));
    return parsed.get(key);
  };
  const program = ts.createProgram({ rootNames: [join(folder, 'app', file)], options, host });
  // What other packages declare is theirs.
  const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(app) || fileName.includes('/presence-client/'));
  assert.ok(ours.length > 1);
  const found = ours.flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]);
  return [...errors, ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(), ...found]
    .map((each) => `${each.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(each.messageText, '\n')}`);
}
