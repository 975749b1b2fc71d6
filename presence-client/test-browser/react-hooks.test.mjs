// Rooms that several providers share, and the hooks that select: what renders and what does not, against a real node.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle, stagePages } from './pages.mjs';

const source = fileURLToPath(new URL('react-hooks-page.jsx', import.meta.url));

let react;
let twoPages;
before(async () => {
  react = await stagePages(source, 'react');
  ({ twoPages } = react);
});
after(() => react?.close());

const commitsOf = (page) => page.evaluate(() => ({ ...seen.commits }));

test('two providers of one board share a room, which is left with the second of them', async () => {
  const { board, page, show, until, logTo, close, provider } = await twoPages();
  const first = { id: 'first', board, name: 'Ada', state: { tool: 'pen' } };
  const second = { id: 'second', board, name: 'Other', color: '#123456', state: { tool: 'brush', zoom: 2 } };
  await show({ provider, rooms: [first, second] });
  await until(() => ['first', 'second'].every((id) => seen.rooms[id]?.state === 'joined' && seen.rooms[id].others.length === 1));
  assert.equal(await page.evaluate(() => seen.rooms.first.room === seen.rooms.second.room), true);
  assert.deepEqual(await page.evaluate(() => [seen.rooms.first.self.name, seen.rooms.first.self.color, seen.rooms.second.self.state]),
    ['Ada', '#123456', { tool: 'pen', zoom: 2 }]);
  assert.deepEqual((await logTo(`${board} join Ada`)).length, 1);

  await show({ provider, rooms: [second] });
  await until(() => seen.rooms.second.self.name === 'Other' && seen.rooms.second.self.state.tool === 'brush');
  const whole = `${board} update Other #123456 active {"tool":"brush","zoom":2}`;
  const told = await logTo(whole);
  assert.ok(told.every((line) => line.startsWith(`${board} update `)), told.join('\n'));
  assert.equal(await page.evaluate(() => seen.rooms.second.room.closed), false);

  await show({ provider, rooms: [{ ...second, id: 'remounted' }] });
  await until(() => seen.rooms.remounted?.state === 'joined');
  await show({ provider, rooms: [] });
  // What an update in parts still tells comes before.
  const last = await logTo(`${board} leave Other left`);
  assert.ok(last.slice(0, -1).every((line) => line === whole), last.join('\n'));
  assert.deepEqual(await page.evaluate(() => seen.errors), []);
  await close();
});

test('watched boards are shown without being joined, and only those that are wanted now', async () => {
  const { board, page, show, until, close, provider } = await twoPages();
  const empty = `${board}-empty`;
  await show({ provider, watches: [board, empty] });
  await until(() => seen.watched?.length === 2 && seen.watched[0].members === 1);
  assert.deepEqual(await page.evaluate(() => seen.watched.map(({ members, first }) => [members, first.map(({ name }) => name)])),
    [[1, ['Watcher']], [0, []]]);
  await show({ provider, watches: [empty] });
  await until(() => seen.watched.length === 1 && seen.watched[0].members === 0);
  await show({ provider, watches: [] });
  await until(() => seen.watched.length === 0);
  await close();
});

test('what a component selects renders it only when that changes', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const id = await watcher.evaluate(() => room.self.id);
  const parts = ['selfName', 'other', 'otherTool', 'tools', 'count', 'mine', 'zoom'];
  await show({ provider, parts, id, rooms: [{ id: 'only', board, name: 'Ada', state: { zoom: 1 } }] });
  await until(() => seen.count === 1 && seen.selfName === 'Ada' && seen.other?.name === 'Watcher' && seen.zoom[0] === 1);
  const pair = await page.evaluate(() => { [globalThis.kept] = seen.tools; return kept; });
  assert.deepEqual(pair, [id, { tool: undefined }]);
  const before = await commitsOf(page);

  await watcher.evaluate(() => room.update({ status: 'busy' }));
  await until(() => seen.other.status === 'busy');
  const busy = await commitsOf(page);
  assert.deepEqual({ ...busy, other: 0 }, { ...before, other: 0 });
  assert.ok(busy.other > before.other);

  await watcher.evaluate(async ([url, name]) => {
    globalThis.second = await connect(url).join(name, { name: 'Second', state: { tool: 'pen' } });
  }, [provider.url, board]);
  await until(() => seen.count === 2 && seen.tools.length === 2);
  assert.equal(await page.evaluate(() => seen.tools.includes(kept)), true);
  const came = await commitsOf(page);
  assert.deepEqual([came.other, came.otherTool, came.selfName, came.mine, came.zoom],
    [busy.other, before.otherTool, before.selfName, before.mine, before.zoom]);

  await watcher.evaluate(() => room.set({ tool: 'brush' }));
  await until(() => seen.otherTool === 'brush' && seen.tools.some(([, { tool }]) => tool === 'brush'));
  assert.equal((await commitsOf(page)).count, came.count);

  const still = await commitsOf(page);
  await page.evaluate(() => seen.mine[1]({ selection: ['a'] }));
  await until(() => seen.mine[0].selection?.[0] === 'a');
  await watcher.waitForFunction(() => room.others.some(({ state }) => state.selection?.[0] === 'a'));
  await page.evaluate(() => seen.zoom[1]((zoom) => zoom + 1));
  await until(() => seen.zoom[0] === 2 && seen.mine[0].zoom === 2);
  const set = await commitsOf(page);
  assert.deepEqual({ ...set, mine: 0, zoom: 0 }, { ...still, mine: 0, zoom: 0 });
  await page.evaluate(() => seen.mine[1]({ selection: undefined }));
  await until(() => !('selection' in seen.mine[0]));
  assert.equal((await commitsOf(page)).zoom, set.zoom);

  await watcher.evaluate(() => second.leave());
  await until(() => seen.count === 1);
  await show({ provider, parts, id: 'unknown', rooms: [{ id: 'only', board, name: 'Ada', state: { zoom: 1 } }] });
  assert.deepEqual(await page.evaluate(() => [seen.other, seen.otherTool]), [null, null]);
  await close();
});

test('reactions are sent by the same function and summed for the handler of the latest rendering; counts come with them', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const rooms = [{ id: 'only', board, name: 'Ada', counts: true, reactions: true }];
  await show({ provider, parts: ['react', 'counts'], rooms });
  await until(() => seen.counts?.members === 2);
  assert.equal(await page.evaluate(() => { globalThis.kept = seen.react; return kept('👏'); }), true);
  await until(() => seen.sums.some(([type, count]) => type === '👏' && count === 1));
  await show({ provider, parts: ['react', 'counts'], rooms, factor: 100 });
  assert.equal(await page.evaluate(() => seen.react === kept), true);
  const { react } = await commitsOf(page);
  await watcher.evaluate(() => room.react('🎉'));
  await until(() => seen.sums.some(([type, count]) => type === '🎉' && count === 100));
  assert.equal((await commitsOf(page)).react, react);

  await show({ provider, parts: ['react', 'counts'], rooms: [{ ...rooms[0], observer: true }] });
  await until(() => seen.counts.members === 1 && seen.counts.observers === 1);
  assert.equal(await page.evaluate(() => seen.react('👏')), true, 'observers react, too');
  await until(() => seen.sums.filter(([type]) => type === '👏').length === 2);
  await show({ provider, parts: ['react'], rooms: [] });
  assert.equal(await page.evaluate(() => kept('👏')), false);
  await close();
});

test('a lock is held while its component is there and wants it, and locks render when they change', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const take = () => watcher.evaluate(async () => { globalThis.theirs = await room.lock('shape', { wait: true }); });
  const giveBack = () => watcher.evaluate(() => theirs.release());
  const wanted = (props) => show({
    provider, parts: ['lock', 'locks'], rooms: [{ id: 'only', board, name: 'Ada', locks: true }], ...props,
  });
  await take();
  await wanted();
  await until(() => seen.locks[0]?.member?.name === 'Watcher');
  assert.deepEqual(await page.evaluate(() => [seen.lock, seen.locks[0].isMine]), [{ lock: null, error: null }, false]);
  await giveBack();
  await until(() => seen.lock.lock?.held && seen.locks[0]?.isMine);
  assert.equal(await page.evaluate(() => seen.locks[0].fencing === seen.lock.lock.fencing), true);

  await wanted({ enabled: false });
  await until(() => seen.lock.lock === null && seen.locks.length === 0);
  await take();
  await wanted({ wait: false });
  await until(() => seen.lock.error?.code === 'lock_denied');
  await wanted();
  assert.equal(await page.evaluate(() => seen.lock.error), null);
  await giveBack();
  await until(() => seen.lock.lock?.held);
  await wanted({ parts: ['locks'] });
  await take();
  await close();
});

test('a viewport is told while its component is there, and a density renders where it is shown', async () => {
  const { board, page, show, until, close, provider } = await twoPages();
  const rooms = [{ id: 'only', board, name: 'Ada' }];
  await show({ provider, parts: ['viewport', 'density'], rooms });
  await until(() => seen.rooms.only.state === 'joined');
  const told = () => page.evaluate(() => seen.told.splice(0));
  await page.evaluate(async () => {
    const { connection } = seen.rooms.only.room;
    const send = connection._send;
    seen.told = [];
    connection._send = (frame, ...more) => {
      if (frame.viewport) seen.told.push([frame.viewport.x, frame.viewport.width, frame.viewport.follow.length]);
      return send.call(connection, frame, ...more);
    };
  });
  const rect = { x: 10, y: 0, width: 100, height: 50 };
  const follow = [await page.evaluate(() => seen.rooms.only.others[0].id)];
  await show({ provider, parts: ['viewport', 'density'], rooms, rect, follow });
  await until(() => seen.told.length === 1);
  assert.deepEqual(await told(), [[160, 1600, 1]]);
  while (await react.metric('presence_viewport_windows') !== 1) await page.waitForTimeout(20);
  await show({ provider, parts: ['viewport', 'density'], rooms, rect: { ...rect }, follow: [...follow] });
  await show({ provider, parts: ['viewport', 'density'], rooms, rect: { ...rect, x: 20 }, follow });
  await until(() => seen.told.length === 1);
  assert.deepEqual(await told(), [[320, 1600, 1]], 'once, with no empty one between');

  const before = (await commitsOf(page)).density;
  await page.evaluate(() => seen.rooms.only.room._density({ x: 16, y: 0, cell: 16, columns: 1, counts: [501] }));
  await until(() => seen.density?.counts[0] === 501);
  assert.ok((await commitsOf(page)).density > before);
  await show({ provider, parts: ['density'], rooms });
  await until(() => seen.told.length === 1);
  assert.deepEqual(await told(), [[0, 0, 0]]);
  assert.deepEqual(await page.evaluate(() => seen.errors), []);
  await close();
});

test('own state is told once it is joined, not more often than asked, and the last value when its component goes', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  // So long that only the end of the component tells the rest.
  await page.evaluate(([given, name]) => {
    globalThis.show({ provider: given, parts: ['slow'], throttleMs: 600_000, rooms: [{ id: 'only', board: name, name: 'Ada' }] });
    seen.slow[1]('early');
  }, [provider, board]);
  await until(() => seen.rooms.only.state === 'joined');
  await watcher.waitForFunction(() => room.others[0]?.state.slow === 'early');
  const shown = await page.evaluate(async () => {
    const values = [];
    for (let i = 1; i <= 20; i++) {
      seen.slow[1](i);
      await new Promise(requestAnimationFrame);
      values.push(seen.slow[0]);
    }
    seen.rooms.only.room.set({ done: true });
    return values;
  });
  assert.deepEqual(shown, Array.from({ length: 20 }, (_, i) => i + 1), 'its own component sees each value at once');
  await watcher.waitForFunction(() => room.others[0].state.done);
  assert.equal(await watcher.evaluate(() => room.others[0].state.slow), 'early');
  await show({ provider, parts: [], rooms: [{ id: 'only', board, name: 'Ada' }] });
  await watcher.waitForFunction(() => room.others[0].state.slow === 20);
  await close();
});

test('why there is no connection renders where it is shown', async () => {
  const { board, page, show, until, close, provider } = await twoPages();
  const silent = createServer((socket) => socket.destroy());
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
  try {
    const rooms = [{ id: 'only', board, name: 'Ada' }];
    await show({ provider: { url: `ws://127.0.0.1:${silent.address().port}/ws` }, rooms });
    await until(() => seen.connectionError?.code === 'unreachable' && seen.heard.length);
    assert.deepEqual(await page.evaluate(() => [seen.heard[0], seen.rooms.only.state]), ['unreachable', 'joining']);
    await show({ provider: { url: 'ftp://nowhere' }, rooms });
    await until(() => seen.connectionError?.code === 'address_refused' && seen.heard.at(-1) === 'address_refused');
    await show({ provider, rooms });
    await until(() => seen.connectionError === null && seen.rooms.only.state === 'joined');
  } finally {
    silent.close();
  }
  // The browser complains of a socket that is refused.
  page.complaints = page.complaints.filter((complaint) => !/WebSocket connection|ERR_/.test(complaint));
  await close();
});

test('a suspended component shows the fallback until the room is joined, or its error boundary', async () => {
  const { board, page, show, until, close, provider } = await twoPages();
  await page.evaluate(() => {
    globalThis.shown = [];
    new MutationObserver(() => shown.push(document.querySelector('#fallback, #joined, #refused')?.id))
      .observe(document.body, { subtree: true, childList: true });
  });
  await show({ provider, suspended: { board, name: 'Ada' } });
  await until((text) => document.querySelector('#joined')?.textContent === text, `${board} Ada`);
  assert.equal(await page.evaluate(() => shown[0]), 'fallback');
  await show({ provider, suspended: { board: `${board}-b`, name: 'Ada' } });
  await until((text) => document.querySelector('#joined')?.textContent === text, `${board}-b Ada`);
  await show({ provider, suspended: { board: 'not{a}board', name: 'Ada' } });
  await until(() => document.querySelector('#refused')?.textContent === 'board_id_invalid');
  assert.equal(await page.evaluate(() => document.querySelector('#joined')), null);
  await close();
});

test('on a server, a suspended component is its fallback', async () => {
  const { folder } = react;
  const entry = join(folder, 'hooks-server.jsx');
  await writeFile(entry, `
    import { renderToString } from 'react-dom/server';
    import { App } from ${JSON.stringify(source)};
    export const html = renderToString(<App provider={{ url: 'ws://nowhere' }} suspended={{ board: 'b' }}
      rooms={[{ id: 'r', board: 'b' }]} parts={['mine', 'zoom', 'tools', 'other', 'selfName']} id="x" />);
    export const { mine, zoom, tools, other, selfName, connectionError } = globalThis.seen;
  `);
  // React's server entry is CommonJS that requires Node's own modules.
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await bundle(folder, 'hooks-server.mjs', 'node', [entry], { banner });
  const { html, mine, zoom, tools, other, selfName, connectionError } =
    await import(pathToFileURL(join(folder, 'hooks-server.mjs')));
  assert.match(html, /Joining…/);
  assert.deepEqual([mine[0], zoom[0], tools, other, selfName, connectionError], [{}, undefined, [], null, null, null]);
});
