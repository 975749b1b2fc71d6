// The Excalidraw example: two people on one canvas, through a real node, without anything from elsewhere.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { build } from '../examples/build.mjs';
import { serve } from '../examples/serve.mjs';
import { launchBrowser, visit, withParameters } from './browser.mjs';
import { startNode } from './service.mjs';

const BOX = { x: 300, y: 300, width: 200, height: 120 };

let node;
let browser;
let site;
before(async () => {
  [node, browser, site] = await Promise.all([
    startNode({ PRESENCE_GRACE_MS: '500' }), launchBrowser(), build('excalidraw').then((folder) => serve(folder)),
  ]);
});
after(async () => {
  await browser?.close();
  await site?.close();
  await node?.kill();
});

test('two people see each other on the canvas, and what the other draws', async () => {
  const ada = await open('two', 'Ada');
  await draw(ada, BOX);
  await write(ada, 600, 500, 'Hello');

  const grace = await open('two', 'Grace');
  await grace.waitForFunction(hasElements, ['rectangle', 'text']);
  await grace.locator('.UserList .Avatar', { hasText: 'A' }).waitFor();
  await ada.locator('.UserList .Avatar', { hasText: 'G' }).waitFor();

  // Both canvases begin at the window's corner, so pixels are scene coordinates.
  await ada.mouse.click(BOX.x, BOX.y + BOX.height / 2);
  await ada.mouse.move(733, 311, { steps: 5 });
  await grace.waitForFunction(sees, { username: 'Ada', x: 733, y: 311, selected: ['rectangle'] });
  await grace.waitForFunction(isPainted, { x: 737, y: 320 });
  await ada.keyboard.press('k');
  await ada.mouse.move(740, 320);
  await grace.waitForFunction(sees, { username: 'Ada', x: 740, y: 320, tool: 'laser', selected: [] });
  await ada.mouse.down();
  await grace.waitForFunction(sees, { username: 'Ada', button: 'down' });
  await ada.mouse.up();

  await draw(grace, { x: 800, y: 600, width: 90, height: 70 }, 'd');
  await ada.waitForFunction(hasElements, ['rectangle', 'text', 'diamond']);
  await grace.keyboard.press('Delete');
  await ada.waitForFunction(hasElements, ['rectangle', 'text']);

  await ada.evaluate(turnAway);
  await grace.waitForFunction(sees, { username: 'Ada', userState: 'away' });
  await ada.locator('.board').dispatchEvent('pointerout', { relatedTarget: null });
  await grace.waitForFunction(sees, { username: 'Ada', pointer: false });

  await ada.close();
  await grace.waitForFunction(isAlone);
  await grace.locator('.UserList .Avatar', { hasText: 'A' }).waitFor({ state: 'detached' });
  assertClean(ada, grace);
  assert.ok(ada.requested.some((url) => url.startsWith(`${site.url}fonts/`)), 'no font was fetched');
});

test('one viewport follows another, until its owner moves it', async () => {
  const [ada, grace] = await Promise.all([open('follow', 'Ada'), open('follow', 'Grace')]);
  await grace.locator('.UserList .Avatar', { hasText: 'A' }).click();
  await grace.locator('.follow-mode').waitFor();
  await ada.mouse.move(400, 400);
  await ada.mouse.wheel(130, 270);
  await ada.waitForFunction(isScrolledTo, [-130, -270]);
  await grace.waitForFunction(isScrolledTo, [-130, -270]);

  await grace.mouse.move(400, 400);
  await grace.mouse.wheel(0, -100);
  await grace.locator('.follow-mode').waitFor({ state: 'detached' });
  await ada.waitForFunction(() => window.room.others.every(({ state }) => state.following === undefined));
  await grace.waitForFunction(isScrolledTo, [-130, -170]);
  await ada.mouse.wheel(0, 50);
  await draw(ada, BOX);
  await grace.waitForFunction(hasElements, ['rectangle']);
  assert.ok(await grace.evaluate(isScrolledTo, [-130, -170]), 'the viewport still follows');

  await grace.locator('.UserList .Avatar', { hasText: 'A' }).click();
  await grace.waitForFunction(isScrolledTo, [-130, -320]);
  await grace.evaluate(scrollAsTheOthersViewportComes);
  await grace.locator('.follow-mode').waitFor({ state: 'detached' });
  await grace.waitForFunction(isScrolledTo, [-130, -220]);
  assertClean(ada, grace);
});

test('who was cut off gets what was drawn meanwhile, and gives what they drew', async (t) => {
  const wire = await startWire();
  t.after(wire.end);
  const [ada, grace] = await Promise.all([open('cut', 'Ada'), open('cut', 'Grace', wire.ws)]);
  await draw(ada, BOX);
  await grace.waitForFunction(hasElements, ['rectangle']);
  wire.cut();
  await draw(ada, { ...BOX, y: 500 }, 'd');
  await draw(grace, { ...BOX, x: 700 }, 'o');
  await ada.waitForFunction(isAlone);
  wire.restore();
  await Promise.all([ada, grace].map((page) =>
    page.waitForFunction(hasElements, ['rectangle', 'diamond', 'ellipse'])));
  assert.deepEqual([...ada.strangers, ...grace.strangers], []);
});

test('what was drawn while no node was there arrives when one is', async () => {
  const [ada, grace] = await Promise.all([open('gone', 'Ada'), open('gone', 'Grace')]);
  await node.kill();
  await Promise.all([ada, grace].map((page) => page.waitForSelector('.connection:not([data-state=open])')));
  await draw(ada, BOX);
  await draw(grace, { ...BOX, y: 500 }, 'd');
  node = await startNode({ WS_PORT: String(node.port) });
  // Else they would wait out their back-off.
  for (const page of [ada, grace]) await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await Promise.all([ada, grace].map((page) => page.waitForFunction(hasElements, ['rectangle', 'diamond'])));
  assert.deepEqual([...ada.strangers, ...grace.strangers], []);
});

/** A page that is on the board; what it asks of others than loopback is in `page.strangers`. */
async function open(board, name, ws = node.ws) {
  const page = await visit(browser, 'about:blank');
  page.requested = [];
  page.strangers = [];
  const note = (url) => {
    page.requested.push(url);
    if (!/^(?:(?:http|ws):\/\/127\.0\.0\.1:|data:|blob:http:\/\/127\.0\.0\.1:)/.test(url)) page.strangers.push(url);
  };
  page.on('request', (request) => note(request.url()));
  page.on('websocket', (socket) => note(socket.url()));
  await page.goto(withParameters(site.url, { ws, board, name }).href);
  await page.waitForSelector('.connection[data-state=open]');
  await page.waitForFunction((own) => [...window.excalidraw.getAppState().collaborators.values()]
    .some(({ username, isCurrentUser }) => isCurrentUser && username === own), name);
  return page;
}

/** A way to the node that can be cut. */
async function startWire() {
  const sockets = new Set();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(node.port, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  const restore = () => { whole = true; };
  const end = () => {
    cut();
    server.close();
  };
  return { ws: `ws://127.0.0.1:${server.address().port}/ws`, cut, restore, end };
}

async function draw(page, { x, y, width, height }, key = 'r') {
  await page.keyboard.press(key);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + width, y + height, { steps: 4 });
  await page.mouse.up();
}

async function write(page, x, y, text) {
  await page.keyboard.press('t');
  await page.mouse.click(x, y);
  await page.keyboard.type(text);
  await page.keyboard.press('Escape');
}

function assertClean(...pages) {
  assert.deepEqual(pages.flatMap((page) => page.complaints), []);
  assert.deepEqual(pages.flatMap((page) => page.strangers), []);
}

// These run in the pages.

function hasElements(types) {
  const present = window.excalidraw.getSceneElements().map(({ type }) => type);
  return JSON.stringify(present.sort()) === JSON.stringify([...types].sort());
}

function sees({ username, x, y, tool, button, selected, userState, pointer = true }) {
  const { collaborators } = window.excalidraw.getAppState();
  const them = [...collaborators.values()].find((one) => one.username === username && !one.isCurrentUser);
  if (!them || Boolean(them.pointer) !== pointer) return false;
  if (x !== undefined && (them.pointer.x !== x || them.pointer.y !== y)) return false;
  const elements = window.excalidraw.getSceneElements();
  const types = Object.keys(them.selectedElementIds).map((id) => elements.find((one) => one.id === id)?.type);
  return (!tool || them.pointer.tool === tool) && (!button || them.button === button)
    && (!userState || them.userState === userState)
    && (!selected || JSON.stringify(types) === JSON.stringify(selected));
}

function isPainted({ x, y }) {
  const canvas = document.querySelector('canvas.interactive');
  const scale = canvas.width / canvas.clientWidth;
  return canvas.getContext('2d').getImageData(x * scale, y * scale, 1, 1).data[3] > 0;
}

function isAlone() {
  return window.excalidraw.getAppState().collaborators.size === 1;
}

function isScrolledTo([x, y]) {
  const { scrollX, scrollY } = window.excalidraw.getAppState();
  return Math.abs(scrollX - x) < 1e-6 && Math.abs(scrollY - y) < 1e-6;
}

/** Excalidraw still follows then: it lets go when it renders what the wheel did. */
function scrollAsTheOthersViewportComes() {
  document.querySelector('canvas.interactive').dispatchEvent(
    new WheelEvent('wheel', { deltaY: -100, clientX: 400, clientY: 400, bubbles: true, cancelable: true }));
  const [member] = window.room.others;
  window.room.emit('signal', { member, type: 'viewport', payload: [130, 320, 130 + innerWidth, 320 + innerHeight] });
}

/** As if another tab had come to the front. */
function turnAway() {
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
}
