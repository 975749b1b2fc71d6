// What esbuild needs to know of .vue and .svelte files; an application leaves that to Vite and its plugins.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Compiles components of Vue: `<script setup>` with its template. */
const vue = {
  name: 'vue',
  setup({ onLoad }) {
    onLoad({ filter: /\.vue$/ }, async ({ path }) => {
      const { compileScript, parse } = await import('vue/compiler-sfc');
      const { descriptor, errors } = parse(await readFile(path, 'utf8'), { filename: path });
      if (errors.length) throw errors[0];
      return { contents: compileScript(descriptor, { id: path, inlineTemplate: true }).content, loader: 'js' };
    });
  },
};

/** Compiles components of Svelte. */
const svelte = {
  name: 'svelte',
  setup({ initialOptions: { platform }, onLoad }) {
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { compile } = await import('svelte/compiler');
      const { js, warnings } = compile(await readFile(path, 'utf8'), { filename: path, generate: platform === 'node' ? 'server' : 'client' });
      return { contents: js.code, loader: 'js', warnings: warnings.map(({ message }) => ({ text: `${path}: ${message}` })) };
    });
  },
};

/** presence-client is linked here, and it and examples have frameworks of their own: there must be only one of each. */
const once = {
  name: 'once',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^(vue|svelte|react|react-dom)($|\/)/ }, ({ path, kind, pluginData }) =>
      pluginData === 'once' ? undefined : resolve(path, { kind, resolveDir: here, pluginData: 'once' }));
  },
};

export const compilers = [vue, svelte, once];
