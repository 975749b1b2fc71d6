// Pages that show what a framework draws, bundled and served for one test file, beside pages that look on.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visit } from './browser.mjs';
import { stageExample } from './example.mjs';

const examples = new URL('../examples/', import.meta.url);
const PAGE = '<!doctype html><link rel="icon" href="data:,"><body><script type="module" src="main.js"></script>';

/** In development mode, in which React mounts everything twice in StrictMode. */
export async function bundle(folder, name, platform, entryPoints, more = {}) {
  const { build } = createRequire(examples)('esbuild');
  const { compilers } = await import(new URL('compilers.mjs', examples));
  return build({
    entryPoints, platform, outfile: join(folder, name), bundle: true, format: 'esm', jsx: 'automatic', plugins: compilers,
    nodePaths: [fileURLToPath(new URL('node_modules', examples))],
    define: { 'process.env.NODE_ENV': '"development"' }, logLevel: 'warning', ...more,
  });
}

/**
 * Starts a node, Chromium and a site with one page, which offers `show(props)`, `unmount()`, `connect` and `seen`.
 *
 * @param source the module of the page
 * @param example that is built and served beside it
 */
export async function stagePages(source, example) {
  const [stage, folder] = await Promise.all([stageExample(example), mkdtemp(join(tmpdir(), 'presence-pages-'))]);
  let site;
  try {
    await Promise.all([bundle(folder, 'main.js', 'browser', [source]), writeFile(join(folder, 'index.html'), PAGE)]);
    const { serve } = await import(new URL('serve.mjs', examples));
    site = await serve(folder);
  } catch (error) {
    await stage.close();
    throw error;
  }
  let boards = 0;

  /** A page that shows the framework's work, and one that looks on as others do. */
  async function twoPages(options) {
    const board = `board-${++boards}`;
    const [page, watcher] = await Promise.all([visit(stage.browser, site.url, options), visit(stage.browser, site.url)]);
    const { ws } = stage.nodes[0];
    await watcher.evaluate(watch, [ws, board]);
    const show = (props) => page.evaluate((given) => globalThis.show(given), props);
    const until = (condition, argument) => page.waitForFunction(condition, argument);
    const log = async (length) => {
      await watcher.waitForFunction((count) => log.length >= count, length);
      return watcher.evaluate(() => log.splice(0));
    };
    /** Everything up to this line, however long the lines before it take. */
    const logTo = async (last) => {
      await watcher.waitForFunction((line) => log.includes(line), last);
      return watcher.evaluate((line) => log.splice(0, log.indexOf(line) + 1), last);
    };
    const close = async () => {
      assert.deepEqual([...page.complaints, ...watcher.complaints], []);
      await Promise.all([page.context().close(), watcher.context().close()]);
    };
    return { board, page, watcher, show, until, log, logTo, close, provider: { url: ws } };
  }

  /** A figure of the node. */
  async function metric(name) {
    const text = await (await fetch(`http://127.0.0.1:${stage.nodes[0].opsPort}/metrics`)).text();
    return Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  }

  async function close() {
    await site.close();
    await stage.close();
    await rm(folder, { recursive: true });
  }

  return { stage, folder, twoPages, metric, close };
}

/** Runs in the page that looks on. */
async function watch([url, name]) {
  globalThis.log = [];
  globalThis.enter = async (board) => {
    const room = await connection.join(board, { name: 'Watcher' });
    room.on('join', (member) => log.push(`${board} join ${member.name}`));
    room.on('leave', (member, reason) => log.push(`${board} leave ${member.name} ${reason}`));
    room.on('update', (member) => {
      if (!member.isSelf) log.push(`${board} update ${member.name} ${member.color} ${member.status} ${JSON.stringify(member.state)}`);
    });
    room.on('signal', ({ type, payload }) => log.push(`${board} signal ${type} ${payload}`));
    return room;
  };
  globalThis.connection = connect(url);
  globalThis.room = await enter(name);
}
