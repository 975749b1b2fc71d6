import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

let packed;

/**
 * The package as `npm pack` makes it, installed in a folder of its own beside the packages that types need.
 *
 * @returns the folder with `package.tgz` and `node_modules/presence-client`; it is removed after the test `t`
 */
export async function installPacked(t) {
  packed ??= pack();
  const tarball = await packed;
  const folder = await mkdtemp(join(tmpdir(), 'presence-client-'));
  t.after(() => rm(folder, { recursive: true }));
  const modules = join(folder, 'node_modules');
  await cp(tarball, join(folder, 'package.tgz'));
  run('tar', ['-xzf', 'package.tgz'], folder);
  await mkdir(modules);
  await cp(join(folder, 'package'), join(modules, 'presence-client'), { recursive: true });
  for (const name of ['@types', 'csstype', 'yjs', 'y-protocols', 'lib0', 'vue', 'svelte']) {
    if (existsSync(join(root, 'node_modules', name))) await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  return folder;
}

/** Packs once for all tests of this process, and returns the path of the tarball. */
async function pack() {
  const folder = await mkdtemp(join(tmpdir(), 'presence-client-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const options = ['pack', '--silent', '--pack-destination', folder];
  return join(folder, run('npm', options, await copySources(folder)).trim().split('\n').at(-1));
}

// Packing makes files beside the sources, and several test files may pack at once.
async function copySources(folder) {
  const copy = join(folder, 'sources/presence-client');
  const ignored = new Set(['node_modules', 'examples', 'target', 'dist', 'LICENSE', 'CHANGELOG.md']);
  await cp(root, copy, { recursive: true, filter: (path) => !ignored.has(relative(root, path)) });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const file of ['LICENSE', 'CHANGELOG.md']) await cp(join(root, '..', file), join(copy, '..', file));
  return copy;
}

function run(program, options, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, options, { cwd, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${program} ${options.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}
