// The order of the page's files: which folder may import which, and that each of them is loaded by the page.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { test } from 'node:test';

const SRC = new URL('../src/', import.meta.url);
/** Each may import itself and those behind it. */
const LAYERS = ['', 'app', 'people', 'whiteboard', 'ui'];
const IMPORT = /(?:(?:^|;)\s*(?:(?:import|export)\s[^'"=();]*\bfrom|import)\s*|\bimport\s*\(\s*)['"]([^'"]+)['"]/gm;
const COMMENT = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;

/** @returns {Promise<Map<string, string>>} paths below src, and what the files hold */
async function sources() {
  const names = (await readdir(SRC, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => posix.relative(SRC.pathname, posix.join(parentPath ?? path, name)));
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, SRC), 'utf8')])));
}

const scripts = (files) => [...files.keys()].filter((name) => name.endsWith('.js'));

const layerOf = (name) => LAYERS.indexOf(name.includes('/') ? posix.dirname(name) : '');

/** The paths below src that a script imports. */
function importsOf(files, name) {
  return [...files.get(name).replaceAll(COMMENT, '').matchAll(IMPORT)]
    .map(([, target]) => target)
    .filter((target) => !target.startsWith('/presence-'))
    .map((target) => posix.join(posix.dirname(name), target));
}

function violations(files) {
  return scripts(files).flatMap((name) => {
    if (layerOf(name) < 0) return [`${name} is in no layer`];
    return importsOf(files, name).flatMap((target) => {
      if (!files.has(target)) return [`${name} imports ${target}, which does not exist`];
      return layerOf(target) < layerOf(name) ? [`${name} imports ${target}`] : [];
    });
  });
}

/** The first circle of imports that is found, as a list of paths; undefined if there is none. */
function circle(files) {
  const done = new Set();
  const visit = (name, way) => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const target of importsOf(files, name)) {
      const found = visit(target, [...way, name]);
      if (found) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const name of scripts(files)) {
    const found = visit(name, []);
    if (found) return found;
  }
  return undefined;
}

/** What the two pages name, and all that those scripts import. */
function loaded(files) {
  const reached = new Set();
  const visit = (name) => {
    if (reached.has(name)) return;
    reached.add(name);
    if (name.endsWith('.js')) importsOf(files, name).forEach(visit);
  };
  visit('index.html');
  visit('lobby.html');
  for (const text of files.values()) {
    for (const [, name] of text.matchAll(/["'`(]\/demo\/([^"'`#)]+)/g)) visit(name);
  }
  return reached;
}

const planted = async (name, text) => new Map(await sources()).set(name, text);

test('main, app, people, whiteboard and ui import in this direction only', async () => {
  assert.deepEqual(violations(await sources()), []);
});

test('a planted import in the other direction is found', async () => {
  for (const [name, text, found] of [
    ['ui/planted.js', "import { a } from '../whiteboard/shapes.js';", 'ui/planted.js imports whiteboard/shapes.js'],
    ['whiteboard/planted.js', "import '../people/follow.js';", 'whiteboard/planted.js imports people/follow.js'],
    ['people/planted.js', "export {\n  Badge,\n} from '../app/badge.js';", 'people/planted.js imports app/badge.js'],
    ['app/planted.js', "const main = await import('../main.js');", 'app/planted.js imports main.js'],
    ['ui/planted.js', "import './dom.js'; import '../main.js';", 'ui/planted.js imports main.js'],
    ['ui/planted.js', "import './gone.js';", 'ui/planted.js imports ui/gone.js, which does not exist'],
    ['others/planted.js', '', 'others/planted.js is in no layer'],
  ]) {
    assert.ok(violations(await planted(name, text)).includes(found), found);
  }
});

test('no files import each other in a circle', async () => {
  assert.equal(circle(await sources()), undefined);
});

test('a planted circle is found', async () => {
  const files = (await planted('ui/one.js', "import './two.js';")).set('ui/two.js', "import './one.js';");
  assert.deepEqual(circle(files), ['ui/one.js', 'ui/two.js', 'ui/one.js']);
});

test('the page loads every file, and only files that exist', async () => {
  const files = await sources();
  assert.deepEqual([...loaded(files)].sort(), [...files.keys()].sort());
});

test('a planted file that the page does not load is found', async () => {
  const files = await planted('ui/planted.js', '');
  assert.ok(!loaded(files).has('ui/planted.js'));
});
