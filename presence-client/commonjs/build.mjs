// Makes dist/commonjs: the same modules for `require`, as Jest and older tools load them. Runs before `npm pack`.
//
//     node commonjs/build.mjs [DIRECTORY]
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const from = fileURLToPath(new URL('../src/', import.meta.url));
const to = process.argv[2] ?? fileURLToPath(new URL('../dist/commonjs/', import.meta.url));
const OPTIONS = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
const UTF8 = "const { TextEncoder, TextDecoder } = globalThis.TextEncoder ? globalThis : require('./utf8.js');\n";

const files = new Map([
  ['package.json', `${JSON.stringify({ type: 'commonjs' })}\n`],
  ['utf8.js', await readFile(new URL('utf8.js', import.meta.url), 'utf8')],
]);
for (const name of await readdir(from, { recursive: true })) {
  const source = /\.(js|d\.ts)$/.test(name) && await readFile(join(from, name), 'utf8');
  if (!source) continue;
  const text = name.endsWith('.js') ? ts.transpileModule(source, { compilerOptions: OPTIONS, fileName: name }).outputText : source;
  files.set(name, name === 'presence-wire.js' ? UTF8 + text : text);
}
// Each file at once, and no folder removed: another process may be reading them.
for (const [name, text] of files) {
  const file = join(to, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, text);
  await rename(`${file}.${process.pid}`, file);
}
for (const name of await readdir(to, { recursive: true })) {
  const old = /\.(js|d\.ts)$/.test(name) && !files.has(name) && (await stat(join(to, name))).isFile();
  if (old) await rm(join(to, name), { force: true });
}
