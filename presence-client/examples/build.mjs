// Bundles examples into dist/<name>/, each one's index.html beside its main.js:
//
//     node build.mjs [name…]
//
// Without names: all of them.
import { copyFile, cp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { compilers } from './compilers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** What libraries fetch while they run, from beside the page: folder there, folder here. */
const ASSETS = {
  excalidraw: { fonts: 'node_modules/@excalidraw/excalidraw/dist/prod/fonts' },
  tldraw: Object.fromEntries(['embed-icons', 'fonts', 'icons', 'translations'].map((part) =>
    [`assets/${part}`, `tldraw/node_modules/@tldraw/assets/${part}`])),
};

const entryOf = (name) => ['main.jsx', 'main.js'].map((file) => `${here}${name}/${file}`).find(existsSync);

/** Examples with large packages have them in folders of their own. */
const isInstalled = (name) => !existsSync(`${here}${name}/package.json`) || existsSync(`${here}${name}/node_modules`);

/** The names of all examples whose packages are installed. */
export async function examples() {
  const entries = await readdir(here, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entryOf(entry.name) && isInstalled(entry.name)).map(({ name }) => name);
}

/**
 * Bundles one example.
 *
 * @param mode `production`, or `development` for libraries that then check more, as React does
 * @returns the folder to serve
 */
export async function build(name, { mode = 'production' } = {}) {
  const entry = entryOf(name);
  if (entry && !isInstalled(name)) throw new Error(`the packages of ${name} are missing: npm ci --prefix ${name}`);
  if (!entry) throw new Error(`no example ${name}; there are: ${(await examples()).join(', ')}`);
  const folder = `${here}dist/${name}`;
  await rm(folder, { recursive: true, force: true });
  await bundle({
    entryPoints: [entry],
    outdir: folder,
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: mode === 'production',
    sourcemap: true,
    jsx: 'automatic',
    conditions: [mode],
    plugins: compilers,
    define: {
      'process.env.NODE_ENV': JSON.stringify(mode),
      'process.env.IS_PREACT': '"false"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    loader: { '.woff2': 'file', '.svg': 'file', '.png': 'file' },
    // presence-client is linked here from the folder above, where there is no React to be found.
    nodePaths: [`${here}node_modules`],
    logLevel: 'warning',
  });
  await copyFile(`${here}${name}/index.html`, `${folder}/index.html`);
  for (const [to, from] of Object.entries(ASSETS[name] ?? {})) {
    await cp(`${here}${from}`, `${folder}/${to}`, { recursive: true });
  }
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  for (const name of names.length ? names : await examples()) console.log(await build(name));
}
