// Versions and files of a release; docs/development/releasing.md says how to make one.
//
//     node .ci/release.mjs set VERSION               writes the version into all files; a version without -SNAPSHOT
//                                                    moves what is "Unreleased" in the changelog under its heading
//     node .ci/release.mjs check VERSION             fails unless all files have the version and the changelog its notes
//     node .ci/release.mjs notes VERSION             prints the notes of the changelog
//     node .ci/release.mjs build VERSION REPOSITORY  makes the files of the release in target/release
//
// REPOSITORY is the public address of the repository: the npm package names it, and npm compares it with the workflow
// that publishes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SKIPPED = new Set(['target', 'node_modules', 'dist', '.git']);
const CHART = 'docker/helm/presence';
const VERSION = String.raw`\d+\.\d+\.\d+(?:-[\w.]+)?`;

/** Where versions are: files, and what surrounds a version in them. `maven` versions may end in -SNAPSHOT. */
const PLACES = [
  { files: /(^|\/)pom\.xml$/, before: String.raw`<artifactId>presence</artifactId>\s*<version>`, after: '<', maven: true },
  { files: /^README\.md$/, before: '^Version ', after: String.raw`\. \[Changelog\]`, maven: true },
  { files: /^presence-client\/package(-lock)?\.json$/, before: String.raw`"name": "presence-client",\s*"version": "`, after: '"' },
  { files: /^presence-client\/examples\/.*package-lock\.json$/, before: String.raw`"\.\.(?:/\.\.)?": \{\s*"version": "`, after: '"' },
  { files: /^docker\/helm\/presence\/Chart\.yaml$/, before: '^(?:version|appVersion): "?', after: '"?$', optional: true },
  {
    files: /^docker\/.*\.ya?ml$/,
    before: String.raw`(?:newTag: |app\.kubernetes\.io/version: "?|helm\.sh/chart: presence-)`,
    after: '"?$',
    optional: true,
  },
  { files: /^docs\/deployment\/helm\.md$/, before: '(?:--(?:app-)?version |presence-)', after: String.raw`(?: |\.tgz|$)` },
  { files: /\.(md|ya?ml|java|txt)$/, before: '(?:presence-(?:service|testing)|registry\\.example/presence-service):', after: '\\b' },
  { files: /\.(md|java|mjs|txt)$/, before: 'presence-client@', after: String.raw`\.js` },
  { files: /\.(md|txt)$/, before: 'presence-client-', after: String.raw`\.tgz` },
  { files: /\.(md|txt)$/, before: 'presence-service-', after: String.raw`\.jar`, optional: true },
];
/** They tell of the past, or of no release. */
const OTHERS = /^(CHANGELOG|presence-bench\/RESULTS)\.md$|\/src\/test\//;

const [command, version, repository] = process.argv.slice(2);
const commands = { set, check, notes: () => process.stdout.write(notes(version)), build };
if (!(command in commands) || !new RegExp(`^${VERSION}$`).test(version ?? '')) {
  fail('usage: release.mjs set|check|notes|build VERSION [REPOSITORY]');
}
commands[command]();

function fail(message) {
  console.error(`[release] ${message}`);
  process.exit(1);
}

/** Paths of all files from the root, but of what is built or installed. */
function files(folder = '') {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : files(path);
    return [path];
  });
}

function read(path) {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Calls `found(path, place, version)` for each version; what it returns is put in its place. */
function eachVersion(found) {
  for (const path of files()) {
    if (OTHERS.test(path)) continue;
    const places = PLACES.filter((place) => place.files.test(path));
    if (places.length === 0) continue;
    const text = read(path);
    let changed = text;
    for (const place of places) {
      const pattern = new RegExp(`(${place.before})(${VERSION})(?=${place.after})`, 'gm');
      changed = changed.replace(pattern, (_, before, old) => before + found(path, place, old));
    }
    if (changed !== text) writeFileSync(join(ROOT, path), changed);
  }
}

function wanted(place) {
  return place.maven ? version : version.replace(/-SNAPSHOT$/, '');
}

function set() {
  eachVersion((path, place) => wanted(place));
  if (version.endsWith('-SNAPSHOT')) return;
  const today = new Date().toISOString().slice(0, 10);
  const pom = read('pom.xml');
  const stamp = /(<project\.build\.outputTimestamp>)[^<]*/;
  writeFileSync(join(ROOT, 'pom.xml'), pom.replace(stamp, `$1${today}T00:00:00Z`));
  const changelog = read('CHANGELOG.md');
  if (changelog.includes(`\n## ${version} - `)) return;
  if (!changelog.includes('\n## Unreleased\n')) fail('CHANGELOG.md has no heading "Unreleased"');
  const cut = changelog.replace('\n## Unreleased\n', `\n## Unreleased\n\n## ${version} - ${today}\n`);
  writeFileSync(join(ROOT, 'CHANGELOG.md'), cut);
}

function check() {
  const wrong = [];
  const seen = new Set();
  eachVersion((path, place, old) => {
    seen.add(place);
    if (old !== wanted(place)) wrong.push(`${path} has ${old}`);
    return old;
  });
  for (const place of PLACES) {
    if (!seen.has(place) && !place.optional) wrong.push(`no version was found in ${place.files.source} after ${place.before}`);
  }
  if (wrong.length > 0) fail(`not ${version} everywhere:\n${wrong.join('\n')}`);
  if (!version.endsWith('-SNAPSHOT')) notes(version);
}

/** The changelog's text of a version. */
function notes(of) {
  const sections = read('CHANGELOG.md').split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${of} - `));
  if (!section) fail(`CHANGELOG.md has no heading "${of} - DATE"`);
  const text = section.slice(section.indexOf('\n')).trim();
  if (!text) fail(`CHANGELOG.md says nothing of ${of}`);
  return `${text}\n`;
}

function build() {
  if (!repository) fail('build needs the address of the repository');
  check();
  const target = join(ROOT, 'target/release');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  run('.', 'mvn', '-B', '-ntp', '-q', 'package', '-Dmaven.test.skip');
  for (const module of ['presence-service', 'presence-bench', 'presence-testing']) {
    copyFileSync(join(ROOT, module, 'target', `${module}.jar`), join(target, `${module}-${version}.jar`));
  }
  const jar = join(target, `presence-service-${version}.jar`);
  write(target, `presence-service-${version}.cdx.json`,
    run('.', 'unzip', '-p', jar, 'META-INF/sbom/presence-service.cdx.json'));
  packClient(target);
  run('.', 'helm', 'package', CHART, '--destination', target);
  const sums = readdirSync(target).sort()
    .map((name) => `${createHash('sha256').update(readFileSync(join(target, name))).digest('hex')}  ${name}\n`);
  write(target, 'SHA256SUMS', sums.join(''));
  process.stdout.write(sums.join(''));
}

/** The package names its repository only here: without a public address there is none to name. */
function packClient(target) {
  const manifest = read('presence-client/package.json');
  run('presence-client', 'npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts');
  // Also after a failure, which ends the process.
  process.on('exit', () => writeFileSync(join(ROOT, 'presence-client/package.json'), manifest));
  run('presence-client', 'npm', 'pkg', 'set', 'repository.type=git', `repository.url=git+${repository}.git`,
    'repository.directory=presence-client');
  run('presence-client', 'npm', 'pack', '--pack-destination', target);
  write(target, `presence-client-${version}.cdx.json`,
    run('presence-client', 'npm', 'sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--omit', 'peer'));
}

function run(folder, program, ...options) {
  try {
    return execFileSync(program, options, { cwd: join(ROOT, folder), stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    return fail(`${program} ${options.join(' ')} failed: ${error.stdout ?? error.message}`);
  }
}

function write(folder, name, content) {
  writeFileSync(join(folder, name), content);
}
