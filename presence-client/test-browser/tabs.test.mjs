// Tabs that sleep, are reloaded, duplicated, or alone.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launchBrowser } from './browser.mjs';
import {
  comings, heard, kinds, newVisitor, openLive, roster, untilBeats, untilJoined, untilSame, untilSeen,
} from './live.mjs';
import { startNode } from './service.mjs';

let browser;
let node;
let context;
before(async () => {
  // A page gives up a node that is silent for so long: also one that has only just begun to run.
  [node, browser] = await Promise.all([startNode({ PRESENCE_HEARTBEAT_MS: '2000' }), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});
beforeEach(async () => { context = await newVisitor(browser); });
afterEach(async () => {
  const { complaints } = context;
  await context.close();
  assert.deepEqual(complaints, []);
});

test('a tab that slept through the node\'s patience is still the same member', async () => {
  const sleeper = await launchBrowser();
  const bed = await newVisitor(sleeper);
  const ada = await openLive(bed, { node, board: 'sleep', name: 'Ada' });
  const bea = await openLive(context, { node, board: 'sleep', name: 'Bea' });
  await ada.evaluate(() => {
    live.room.set({ tool: 'pen' });
    live.room.cursor(1, 2);
    live.room.signal('note', 'before');
  });
  await untilSeen(bea, 'Ada', { state: { tool: 'pen' }, cursor: { x: 1, y: 2, hidden: false } });
  const before = await untilSame(ada, bea);
  const sent = ada.sent.length;
  // As an operating system does with tabs in the background; asked by the debugger, Chromium freezes nothing.
  const tab = (await (await sleeper.newBrowserCDPSession()).send('SystemInfo.getProcessInfo')).processInfo
    .filter(({ type }) => type === 'renderer');

  // Not while an answer is awaited, whose time would be up on waking.
  await untilBeats(ada, 1);
  for (const { id } of tab) process.kill(id, 'SIGSTOP');
  // Two and a half of these are the node's patience.
  await untilBeats(bea, 4);
  for (const { id } of tab) process.kill(id, 'SIGCONT');
  await untilBeats(ada, 2);
  await ada.waitForFunction(() => live.room.signal('note', 'after'));
  await bea.waitForFunction(() => live.heard.includes('signal of Ada: after'));

  assert.deepEqual(await untilSame(ada, bea), before);
  assert.deepEqual((await heard(bea)).filter((line) => !/^(attempt|state|update)/.test(line)),
    ['signal of Ada: before', 'signal of Ada: after']);
  const twice = kinds(ada.sent.slice(sent)).filter((kind) => ['state', 'cursor'].includes(kind));
  assert.deepEqual(twice, [], 'what the node has is not sent again');
  assert.deepEqual(bed.complaints, []);
  await sleeper.close();
});

test('a reloaded tab is the same member, and the others see it away at most', async () => {
  const ada = await openLive(context, { node, board: 'reload', name: 'Ada' });
  const bea = await openLive(context, { node, board: 'reload', name: 'Bea' });
  await ada.evaluate(() => live.room.cursor(1, 2));
  await untilSeen(bea, 'Ada', { cursor: { x: 1, y: 2, hidden: false } });
  const [{ id }] = await untilSame(ada, bea);
  const told = (await heard(bea)).length;
  for (let round = 0; round < 3; round++) {
    await ada.reload();
    await untilJoined(ada);
    assert.equal(await ada.evaluate(() => live.room.self.id), id);
  }
  await untilSeen(bea, 'Ada', { status: 'active' });
  assert.deepEqual(comings((await heard(bea)).slice(told)), []);
  assert.deepEqual((await roster(bea)).map(({ name }) => name), ['Ada', 'Bea']);
});

test('a page that went elsewhere is away with its cursor hidden, and comes back as who it was', async () => {
  const ada = await openLive(context, { node, board: 'back', name: 'Ada' });
  const bea = await openLive(context, { node, board: 'back', name: 'Bea' });
  await ada.evaluate(() => live.room.cursor(1, 2));
  await untilSeen(bea, 'Ada', { cursor: { x: 1, y: 2, hidden: false } });
  const [{ id }] = await untilSame(ada, bea);
  await ada.goto(`${node.page}presence-client.js`);
  await untilSeen(bea, 'Ada', { status: 'away', cursor: { x: 1, y: 2, hidden: true } });
  await ada.goBack();
  await untilJoined(ada);
  await untilSeen(bea, 'Ada', { id, status: 'active' });
  assert.deepEqual(comings(await heard(bea)), []);
});

test('a tab duplicated with its session storage is another member, and none is replaced', async () => {
  const ada = await openLive(context, { node, board: 'twice', name: 'Ada' });
  // Such a tab starts with a copy of its opener's session storage.
  const [copy] = await Promise.all([
    context.waitForEvent('page'), ada.evaluate(() => { globalThis.open(location.href); }),
  ]);
  await untilJoined(copy);
  // Of a reload, too, the key is gone when it has been used.
  await ada.reload();
  await untilJoined(ada);
  const [second] = await Promise.all([
    context.waitForEvent('page'), ada.evaluate(() => { globalThis.open(location.href); }),
  ]);
  await untilJoined(second);
  await untilBeats(ada, 2);
  const members = await untilSame(ada, copy, second);
  assert.equal(new Set(members.map(({ id }) => id)).size, 3);
  for (const page of [ada, copy, second]) {
    assert.deepEqual((await heard(page)).filter((line) => /closed|error|reconnecting/.test(line)), []);
  }
});

test('a page that asked to leave when it goes is gone at once, and somebody new when it is shown again', async () => {
  const ada = await openLive(context, { node, board: 'leave', name: 'Ada', leave: '' });
  const bea = await openLive(context, { node, board: 'leave', name: 'Bea' });
  const [{ id }] = await untilSame(ada, bea);
  await ada.goto(`${node.page}presence-client.js`);
  await bea.waitForFunction(() => live.heard.includes('leave Ada left'));
  await ada.goBack();
  await untilJoined(ada);
  const [{ id: anew }] = await untilSame(ada, bea);
  assert.notEqual(anew, id);
  await ada.close({ runBeforeUnload: true });
  await bea.waitForFunction(() => live.heard.filter((line) => line === 'leave Ada left').length === 2);
});

test('two frames of one page keep a seat each through reloads', async () => {
  const page = await context.newPage();
  const frame = (name) => `<iframe src="/live?${new URLSearchParams({ board: 'frames', name, ws: node.ws })}"></iframe>`;
  await context.route('**/frames', (route) => route.fulfill({
    contentType: 'text/html', body: `<!doctype html>${frame('Ada')}${frame('Bea')}`,
  }));
  const watcher = await openLive(context, { node, board: 'frames', name: 'Cy' });
  await page.goto(`${node.page}frames`);
  const three = () => watcher.waitForFunction(() =>
    live.room.others.length === 2 && live.room.others.every(({ status }) => status === 'active'));
  await three();
  const before = await roster(watcher);
  for (let round = 0; round < 2; round++) {
    await page.reload();
    for (const each of page.frames().slice(1)) await untilJoined(each);
    await three();
    assert.deepEqual(await roster(watcher), before);
  }
  assert.deepEqual((await heard(watcher)).filter((line) => line.startsWith('leave')), []);
});

test('nothing is sent while alone but heartbeats, and who comes sees the last position', async () => {
  const ada = await openLive(context, { node, board: 'alone', name: 'Ada' });
  await ada.evaluate(async () => {
    for (let i = 0; i < 50; i++) {
      live.room.cursor(i, 2 * i);
      await new Promise(requestAnimationFrame);
    }
  });
  await untilBeats(ada, 2);
  assert.deepEqual([...new Set(kinds(ada.sent))].sort(), ['heartbeat', 'join']);
  const bea = await openLive(context, { node, board: 'alone', name: 'Bea' });
  await untilSeen(bea, 'Ada', { cursor: { x: 49, y: 98, hidden: false } });
  const cursors = ada.sent.filter((frame) => frame.cursor);
  assert.equal(cursors.length, 1, 'the last position, once');
});
