// The Svelte stores: what they tell of, on a page of their own, against a real node.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle, stagePages } from './pages.mjs';

const folderOfPage = fileURLToPath(new URL('svelte-page/', import.meta.url));

let pages;
let twoPages;
before(async () => {
  pages = await stagePages(join(folderOfPage, 'main.js'), 'svelte');
  ({ twoPages } = pages);
});
after(() => pages?.close());

test('providers of one board share a room; options change the member; destroying leaves', async () => {
  const { board, page, watcher, show, until, log, logTo, close, provider } = await twoPages();
  const first = { id: 'first', board, name: 'Ada', state: { tool: 'pen' } };
  const second = { id: 'second', board, name: 'Other', color: '#123456' };
  await show({ provider, rooms: [first, second] });
  await until(() => ['first', 'second'].every((id) => seen.rooms[id].room?.state === 'joined' && seen.rooms[id].others.length === 1));
  assert.deepEqual(await page.evaluate(() => [seen.rooms.first.room.room === seen.rooms.second.room.room, seen.rooms.second.own,
    seen.rooms.first.self.color]), [true, 'Ada', '#123456']);
  assert.equal((await logTo(`${board} join Ada`)).length, 1);

  await show({ provider, rooms: [second] });
  await until(() => seen.rooms.second.own === 'Other');
  await show({ provider, rooms: [{ ...second, name: 'Renamed' }] });
  await until(() => seen.rooms.second.own === 'Renamed');
  // An update that is not sent yet is not told of who leaves.
  await watcher.waitForFunction(() => room.others[0].name === 'Renamed');
  const told = await log(1);
  assert.ok(told.every((line) => line.includes(' update ')), told.join('\n'));

  await show({ provider, rooms: [{ ...second, board: `${board}-b` }] });
  await until((name) => seen.rooms.second.room.room?.board === name, `${board}-b`);
  assert.ok((await logTo(`${board} leave Renamed left`)).slice(0, -1).every((line) => line.includes(' update ')));
  await show({ provider, rooms: [second] });
  await until((name) => seen.rooms.second.room.room?.board === name, board);
  await page.evaluate(() => unmount());
  await logTo(`${board} leave Other left`);
  await close();
});

test('a store tells only of what it selects', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const other = await watcher.evaluate(() => room.self.id);
  await show({ provider, rooms: [{ id: 'r', board, name: 'Ada', other }] });
  await until(() => seen.rooms.r.names?.length === 1 && seen.rooms.r.other?.name === 'Watcher');
  const commits = () => page.evaluate(() => ({ ...seen.rooms.r.commits }));
  const before = await commits();

  await watcher.evaluate(() => room.cursor(10, 20));
  await until(() => seen.rooms.r.cursors[0]?.x === 10);
  const moved = await commits();
  assert.deepEqual({ ...moved, cursors: 0 }, { ...before, cursors: 0 });

  await watcher.evaluate(() => room.update({ status: 'busy' }));
  await until(() => seen.rooms.r.other.status === 'busy' && seen.rooms.r.others[0].status === 'busy');
  const busy = await commits();
  assert.deepEqual([busy.names, busy.own, busy.self, busy.tool, busy.room], [before.names, before.own, before.self, before.tool, before.room]);

  await page.evaluate(() => seen.rooms.r.stores.tool.set('pen'));
  await until(() => seen.rooms.r.tool === 'pen');
  await watcher.waitForFunction(() => room.others[0].state.tool === 'pen');
  await page.evaluate(() => seen.rooms.r.stores.tool.update((tool) => `${tool}cil`));
  await until(() => seen.rooms.r.tool === 'pencil');
  const set = await commits();
  assert.deepEqual([set.slow, set.own, set.names], [before.slow, before.own, before.names]);

  await watcher.evaluate(() => room.signal('wave', 1));
  await until(() => seen.rooms.r.signals.length === 1);
  assert.deepEqual(await page.evaluate(() => seen.rooms.r.signals[0]), [1, 'Watcher']);
  assert.equal(await page.evaluate(() => seen.rooms.r.send('hi', { to: seen.rooms.r.others })), true);
  await close();
});

test('reactions are sent and summed, of observers too; counts are a store', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const ada = { id: 'r', board, name: 'Ada', counts: true, reactions: true };
  await show({ provider, rooms: [ada] });
  await until(() => seen.rooms.r.counts?.members === 2);
  assert.equal(await page.evaluate(() => seen.rooms.r.react('👏')), true);
  await until(() => seen.rooms.r.sums.some(({ type, count }) => type === '👏' && count === 1));
  await show({ provider, rooms: [{ ...ada, observer: true }] });
  await until(() => seen.rooms.r.counts.members === 1 && seen.rooms.r.counts.observers === 1);
  await watcher.evaluate(() => room.react('🎉'));
  await until(() => seen.rooms.r.sums.some(({ type }) => type === '🎉'));
  assert.equal(await page.evaluate(() => seen.rooms.r.react('😮')), true);
  await until(() => seen.rooms.r.sums.some(({ type }) => type === '😮'));
  await close();
});

test('a lock is held while its store has subscribers, and locks are a store', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const take = () => watcher.evaluate(async () => { globalThis.theirs = await room.lock('shape', { wait: true }); });
  const giveBack = () => watcher.evaluate(() => theirs.release());
  const ada = { id: 'r', board, name: 'Ada', locks: true };
  await take();
  await show({ provider, rooms: [{ ...ada, wants: 'now' }] });
  await until(() => seen.rooms.r.locks[0]?.member?.name === 'Watcher' && seen.rooms.r.lock?.error);
  assert.deepEqual(await page.evaluate(() => [seen.rooms.r.lock.lock, seen.rooms.r.lock.error.code]), [null, 'lock_denied']);
  await show({ provider, rooms: [{ ...ada, id: 'w', wants: 'turn' }] });
  await until(() => seen.rooms.w.locks.length === 1 && seen.rooms.w.lock);
  await giveBack();
  await until(() => seen.rooms.w.lock.lock?.held && seen.rooms.w.locks[0]?.isMine);
  await show({ provider, rooms: [{ ...ada, id: 'w' }] });
  await until(() => seen.rooms.w.locks.length === 0);
  await take();
  await close();
});

test('a viewport is told while its component is there, and a density is a store', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const ada = { id: 'r', board, name: 'Ada' };
  const other = { ...ada, id: 'other' };
  await show({ provider, rooms: [ada, other] });
  await until(() => seen.rooms.r.room.state === 'joined' && seen.rooms.r.others.length === 1);
  await page.evaluate(() => {
    const { connection } = seen.rooms.r.room.room;
    const send = connection._send;
    seen.told = [];
    connection._send = (frame, ...more) => {
      if (frame.viewport) seen.told.push([frame.viewport.x, frame.viewport.width, frame.viewport.follow.length]);
      return send.call(connection, frame, ...more);
    };
  });
  const told = () => page.evaluate(() => seen.told.splice(0));
  const viewport = { x: 10, y: 0, width: 100, height: 50 };
  const follow = [await watcher.evaluate(() => room.self.id)];
  await show({ provider, rooms: [{ ...ada, viewport, follow }, other] });
  await until(() => seen.told.length === 1);
  assert.deepEqual(await told(), [[160, 1600, 1]]);
  while (await pages.metric('presence_viewport_windows') !== 1) await page.waitForTimeout(20);
  await show({ provider, rooms: [{ ...ada, viewport: { ...viewport, x: 20 }, follow }, other] });
  await until(() => seen.told.length === 1);
  assert.deepEqual(await told(), [[320, 1600, 1]]);
  await page.evaluate(() => seen.rooms.r.room.room._density({ x: 16, y: 0, cell: 16, columns: 1, counts: [501] }));
  await until(() => seen.rooms.r.density?.counts[0] === 501 && seen.rooms.other.density?.x === 1);
  await show({ provider, rooms: [other] });
  await until(() => seen.told.length === 1);
  assert.deepEqual(await told(), [[0, 0, 0]]);
  await close();
});

test('own state is told once it is joined, not more often than asked, and the last value when its component goes', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  await page.evaluate(([given, name]) => {
    globalThis.show({ provider: given, rooms: [{ id: 'r', board: name, name: 'Ada' }] });
    seen.rooms.r.stores.slow.set('early');
  }, [provider, board]);
  await watcher.waitForFunction(() => room.others[0]?.state.slow === 'early');
  await page.evaluate(async () => {
    for (let i = 1; i <= 20; i++) {
      seen.rooms.r.stores.slow.set(i);
      await new Promise(requestAnimationFrame);
    }
    seen.rooms.r.room.room.set({ done: true });
  });
  await watcher.waitForFunction(() => room.others[0].state.done);
  assert.equal(await watcher.evaluate(() => room.others[0].state.slow), 'early');
  assert.ok(await page.evaluate(() => seen.rooms.r.slow === 20 && seen.rooms.r.commits.slow > 15), 'its own component sees each value');
  // Another provider keeps the room when the component goes.
  await show({ provider, rooms: [{ id: 'r', board, name: 'Ada' }, { id: 'other', board, name: 'Ada' }] });
  await until(() => seen.rooms.other?.room?.state === 'joined');
  await show({ provider, rooms: [{ id: 'other', board, name: 'Ada' }] });
  await watcher.waitForFunction(() => room.others[0].state.slow === 20);
  await close();
});

test('what is refused is to be seen and heard of, and another address or board makes up for it', async () => {
  const { board, page, show, until, close, provider } = await twoPages();
  await show({ provider: { url: 'ftp://nowhere' }, rooms: [{ id: 'r', board, name: 'Ada' }] });
  await until(() => seen.error === 'address_refused' && seen.rooms.r.room.state === 'left' && seen.heard.length);
  assert.deepEqual(await page.evaluate(() => [seen.errors, seen.heard]), [['r address_refused'], ['address_refused']]);
  await show({ provider, rooms: [{ id: 'r', board: 'not{a}board', name: 'Ada' }] });
  await until(() => seen.error === null && seen.rooms.r.room.error?.code === 'board_id_invalid');
  await show({ provider, rooms: [{ id: 'r', board, name: 'Ada' }] });
  await until(() => seen.rooms.r.room.state === 'joined');
  await close();
});

test('renders on a server, with no member', async () => {
  const { folder } = pages;
  const entry = join(folder, 'svelte-server.js');
  await writeFile(entry, `
    import { render } from 'svelte/server';
    import { readable } from 'svelte/store';
    import App from ${JSON.stringify(join(folderOfPage, 'App.svelte'))};
    const shown = readable({ provider: { url: 'ws://nowhere' }, rooms: [{ id: 'r', board: 'b', name: 'Ada' }] });
    export const { body } = await render(App, { props: { shown, seen: { rooms: {}, errors: [], heard: [] } } });
  `);
  await bundle(folder, 'svelte-server.mjs', 'node', [entry]);
  const { body } = await import(pathToFileURL(join(folder, 'svelte-server.mjs')));
  assert.match(body, /<p>joining: <\/p>/);
});
