// The demo's whiteboard, as two people use it.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { until } from '../../presence-client/test-live/until.mjs';
import { launchBrowser, shapesOf, startNode, untilLive, visit, withParameters } from './tools.mjs';

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };

let node;
let browser;
/** Two who see each other, on a board that is empty when a test begins. */
let ada;
let grace;
let board = 'whiteboard';
/** Of one test alone. */
let pages;
let guests;

before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
  pages = [];
  [ada, grace] = await two();
});
after(async () => {
  await browser?.close();
  await node?.kill();
});
beforeEach(() => {
  board = 'whiteboard';
  pages = [];
  guests = [];
});
afterEach(async () => {
  const complaints = [ada, grace, ...pages].flatMap((page) => page.complaints);
  await Promise.all([...pages, ...guests].map((page) => page.context().close()));
  assert.deepEqual(complaints, []);
  for (const page of [ada, grace]) await page.keyboard.press('Escape');
  await ada.keyboard.press('Control+a');
  await ada.keyboard.press('Delete');
  await Promise.all([ada, grace].map(async (page) => {
    await shapes(page).first().waitFor({ state: 'detached' });
    await page.keyboard.press('f');
    await viewIs(page, 0, 0, 1);
  }));
});

async function enter(name, options) {
  const page = await visit(browser, withParameters(node.page, { board, name }).href, options);
  pages.push(page);
  await untilLive(page);
  return page;
}

async function two(options) {
  const [one, other] = await Promise.all([enter('Ada', options), enter('Grace', options)]);
  await Promise.all([seesOne(one, 'Grace'), seesOne(other, 'Ada')]);
  return [one, other];
}

/** Clients without the demo's page, whose signals and state are not checked by any page; the last one is `room`. */
async function strangers(...names) {
  const page = await visit(browser, new URL('/presence-client.js', node.page).href);
  guests.push(page);
  await page.evaluate(async ([ws, board, names]) => {
    const { connect } = await import('/presence-client.js');
    for (const name of names) {
      globalThis.room = await connect(ws).join(board, { name, color: 'url(javascript:alert(1))' });
    }
  }, [node.ws, board, names]);
  return page;
}

/** Waits until the page shows one member of that name: a first connection that was cut off stays for its grace. */
function seesOne(page, name) {
  return page.waitForFunction(
    (name) => document.querySelectorAll(`[data-testid=avatar][data-name="${name}"] button`).length === 1, name);
}

const avatar = (page, name) => page.locator(`[data-testid=avatar][data-name="${name}"] button`);
const shapes = (page) => page.getByTestId('shape');
const toast = (page, text) => page.getByTestId('toast').filter({ hasText: text });

async function drag(page, from, to, steps = 8) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps });
  await page.mouse.up();
}

async function drawBox(page, from = [300, 300], to = [420, 380]) {
  await page.keyboard.press('r');
  await drag(page, from, to);
}

/** Waits until the page shows that part of the board, and has come to rest there. */
function viewIs(page, x, y, zoom) {
  return page.waitForFunction(([x, y, zoom]) => {
    const { dataset } = document.getElementById('board');
    return Math.abs(dataset.x - x) < 0.1 && Math.abs(dataset.y - y) < 0.1 && Math.abs(dataset.zoom - zoom) < 0.01;
  }, [x, y, zoom]);
}

test('what one draws the other sees, and so does a newcomer', async () => {
  await drawBox(ada);
  await ada.keyboard.press('p');
  await drag(ada, [500, 300], [700, 420], 20);
  await ada.keyboard.press('n');
  await ada.mouse.click(900, 300);
  await ada.keyboard.type('Hello <b>board</b>');
  await ada.keyboard.press('Escape');
  await grace.locator('.note', { hasText: 'Hello <b>board</b>' }).waitFor();
  assert.equal(await shapes(grace).count(), 3);
  const newcomer = await enter('Linus');
  // All three of one moment: what was drawn last may still be changed by the frame after it.
  let drawn;
  await until(async () => {
    drawn = await Promise.all([ada, grace, newcomer].map(shapesOf));
    return drawn.every((page) => page === drawn[0]);
  }, 30_000).catch(({ message }) => assert.fail(`${message}: ${drawn.join('\n\n')}`));
});

test('shapes are moved and deleted for everybody', async () => {
  await drawBox(ada);
  // Not while it still grows: a click beside it would draw a frame.
  await grace.waitForFunction(() => {
    const { width, height } = document.querySelector('.shape')?.style ?? {};
    return width === '120px' && height === '80px';
  });
  await drag(grace, [360, 340], [460, 390]);
  await ada.waitForFunction(() => document.querySelector('.shape').style.transform === 'translate(400px, 350px)');
  // What Grace drags is hers until she lets go, which may be known a moment after her last move.
  await until(async () => {
    await ada.keyboard.press('Delete');
    return await shapes(grace).count() === 0;
  }, 30_000);
});

test('a step is taken back and done again, for everybody', async () => {
  await drawBox(ada);
  await drag(ada, [360, 340], [460, 390]);
  const boxAt = (x, y) => grace.waitForFunction((transform) =>
    document.querySelector('.shape')?.style.transform === transform, `translate(${x}px, ${y}px)`);
  await boxAt(400, 350);
  await ada.keyboard.press('Control+z');
  await boxAt(300, 300);
  await ada.keyboard.press('Control+z');
  await shapes(grace).waitFor({ state: 'detached' });
  await ada.keyboard.press('Control+Shift+z');
  await boxAt(300, 300);
  await ada.keyboard.press('Control+y');
  await boxAt(400, 350);
});

test('a selection is outlined for others, with the name', async () => {
  await drawBox(ada);
  const outline = grace.locator('[data-testid=outline][data-name="Ada"]');
  await outline.waitFor();
  assert.equal(await outline.textContent(), 'Ada');
  await grace.waitForFunction(() => {
    const { x, y, width, height } = document.querySelector('.outline').getBoundingClientRect();
    return [x, y, width, height].map(Math.round).join() === '300,300,120,80';
  });
  await ada.keyboard.press('Escape');
  await outline.waitFor({ state: 'detached' });
});

test('reactions rise on the other page, from the cursor', async () => {
  await ada.mouse.move(640, 300);
  await ada.keyboard.press('1');
  const flyer = grace.locator('[data-testid=reaction][data-kind=heart]');
  await flyer.waitFor({ state: 'attached' });
  assert.deepEqual(await flyer.evaluate(({ style }) => [style.left, style.top]), ['640px', '300px']);
  await ada.getByRole('button', { name: 'Reactions' }).click();
  await ada.getByRole('button', { name: 'React with party (4)' }).click();
  await grace.locator('[data-testid=reaction][data-kind=party]').waitFor({ state: 'attached' });
});

test('words are written at the cursor, and go with Esc', async () => {
  await ada.mouse.move(400, 300);
  await ada.keyboard.press('/');
  await ada.keyboard.type('<i>look</i> here');
  const said = grace.locator('[data-testid=cursor][data-name="Ada"] .said');
  await grace.waitForFunction(() => document.querySelector('.said')?.textContent === '<i>look</i> here');
  await ada.keyboard.press('Escape');
  await grace.waitForFunction(() => document.querySelector('.said').textContent === '');
  assert.equal(await said.count(), 1);
});

test('following shows what the other sees, until Esc or one\'s own way', async () => {
  await ada.mouse.move(640, 400);
  await ada.mouse.wheel(300, 200);
  await viewIs(ada, 300, 200, 1);
  await avatar(grace, 'Ada').click();
  await grace.locator('#stop-following', { hasText: 'Following Ada' }).waitFor();
  await viewIs(grace, 300, 200, 1);
  await ada.mouse.wheel(-100, 50);
  await viewIs(grace, 200, 250, 1);
  await grace.keyboard.press('Escape');
  await grace.locator('#follow-frame').waitFor({ state: 'hidden' });
  await ada.mouse.wheel(500, 0);
  await viewIs(ada, 700, 250, 1);
  await viewIs(grace, 200, 250, 1);
  await avatar(grace, 'Ada').click();
  await viewIs(grace, 700, 250, 1);
  await grace.mouse.move(640, 400);
  await grace.mouse.wheel(0, 40);
  await grace.locator('#follow-frame').waitFor({ state: 'hidden' });
});

test('those who follow each other do not push each other about', async () => {
  await ada.mouse.move(640, 400);
  await ada.mouse.wheel(300, 200);
  await viewIs(ada, 300, 200, 1);
  await avatar(grace, 'Ada').click();
  // Ada tells where she looks to those alone of whom she knows that they follow her.
  await viewIs(grace, 300, 200, 1);
  await avatar(ada, 'Grace').click();
  await toast(ada, 'Grace follows you').waitFor();
  assert.equal(await ada.locator('#follow-frame').isVisible(), false);
});

test('everyone can be asked to come, and may say no', async () => {
  await ada.mouse.move(640, 400);
  await ada.mouse.wheel(900, 0);
  await ada.keyboard.press('b');
  await toast(grace, 'Ada asks you to come').getByRole('button', { name: 'Dismiss' }).click();
  await toast(grace, 'Ada asks you to come').waitFor({ state: 'detached' });
  await viewIs(grace, 0, 0, 1);
  await ada.getByRole('button', { name: 'Bring everyone to me' }).click();
  await toast(grace, 'Ada asks you to come').getByRole('button', { name: 'Follow' }).click();
  await viewIs(grace, 900, 0, 1);
});

test('a cursor outside of the view has a hint at the edge, which leads there, and a dot on the map', async () => {
  await ada.mouse.move(640, 400);
  await grace.locator('[data-testid=minimap-dot][data-name="Ada"]').waitFor();
  const hint = grace.locator('[data-testid=hint][data-name="Ada"]');
  await hint.waitFor({ state: 'detached' });
  // The pointer rests, what is beneath it does not.
  await ada.mouse.wheel(2000, 0);
  await hint.waitFor();
  const { x } = await hint.boundingBox();
  assert.ok(x > 1200 && x < 1280, `hint at ${x}`);
  await hint.click();
  await viewIs(grace, 2000, 0, 1);
  await hint.waitFor({ state: 'detached' });
  const map = await grace.getByTestId('minimap-dot').locator('..').boundingBox();
  await grace.mouse.click(map.x + 5, map.y + map.height / 2);
  await grace.waitForFunction(() => document.getElementById('board').dataset.x < 1500);
});

test('the wheel zooms at the pointer, buttons and fit do, and space moves the view', async () => {
  board = 'zoom';
  const ada = await enter('Ada', { reducedMotion: 'reduce' });
  await ada.mouse.move(400, 300);
  await ada.keyboard.down('Control');
  await ada.mouse.wheel(0, -25);
  await ada.keyboard.up('Control');
  const zoom = Math.exp(0.25);
  await viewIs(ada, 400 - 400 / zoom, 300 - 300 / zoom, zoom);
  await ada.keyboard.press('0');
  await ada.waitForFunction(() => document.getElementById('zoom-level').textContent === '100%');
  await drawBox(ada, [100, 100], [2500 / 2, 700]);
  await ada.getByRole('button', { name: 'Fit everything' }).click();
  await ada.waitForFunction(() => document.getElementById('board').dataset.zoom < 0.95);
  await ada.keyboard.press('0');
  const before = await ada.evaluate(() => Number(document.getElementById('board').dataset.x));
  await ada.keyboard.down('Space');
  await drag(ada, [600, 400], [500, 400]);
  await ada.keyboard.up('Space');
  await ada.waitForFunction((x) => Math.abs(document.getElementById('board').dataset.x - x) <= 1, before + 100);
});

test('figures are shown, and count', async () => {
  await ada.keyboard.press('g');
  await ada.getByRole('region', { name: 'Live figures' }).waitFor();
  for (let i = 0; i < 10; i += 1) await grace.mouse.move(300 + 20 * i, 300);
  const figure = (name) => ada.waitForFunction(
    (name) => parseFloat(document.querySelector(`[data-figure=${name}]`).textContent) > 0, name);
  await Promise.all(['cursors', 'framesIn', 'bytesIn'].map(figure));
  await ada.waitForFunction(() => /^\d+ ms$/.test(document.querySelector('[data-figure=age99]').textContent));
  await ada.waitForFunction(() => document.querySelector('[data-figure=members]').textContent === '2');
});

test('who does nothing for a minute is idle', async () => {
  const ada = await enter('Linus');
  await ada.clock.install();
  await ada.mouse.move(300, 300);
  await ada.clock.fastForward(61_000);
  await grace.locator('[data-testid=avatar][data-name="Linus"][data-status=idle]').waitFor();
  await ada.mouse.move(320, 300);
  await grace.locator('[data-testid=avatar][data-name="Linus"][data-status=active]').waitFor();
});

test('what strangers send does no harm', async () => {
  await drawBox(ada);
  const evil = '<img src=x onerror="throw 1">';
  const mallory = await strangers(evil);
  await avatar(ada, evil.replaceAll('"', '\\"')).waitFor();
  await mallory.evaluate(attack, evil);
  await ada.locator('.note', { hasText: 'the end' }).waitFor();
  assert.equal(await shapes(ada).count(), 3, 'one of Ada, and two that are sound');
  assert.equal(await ada.locator('img').count(), 0);
  await ada.locator('.note', { hasText: evil }).waitFor();
  await viewIs(ada, 0, 0, 1);
  await avatar(ada, evil.replaceAll('"', '\\"')).click();
  await ada.keyboard.press('Escape');
  await viewIs(ada, 0, 0, 1);
  await drag(ada, [360, 340], [380, 340]);
  await ada.waitForFunction(() => document.querySelector('.rect').style.transform === 'translate(320px, 300px)');
});

test('a board takes so many shapes and no more', async () => {
  board = 'full';
  const ada = await enter('Ada');
  const flood = await strangers('Flood');
  await avatar(ada, 'Flood').waitFor();
  await flood.evaluate(() => {
    const box = { kind: 'rect', color: '#123456', x: 0, y: 0, z: 1, w: 9, h: 9 };
    for (let packet = 0; packet < 10; packet += 1) {
      globalThis.room.signal('shapes.new', Array.from({ length: 120 }, (_, i) =>
        [`flood${packet}0${String(i).padStart(4, '0')}`, [Date.now(), 'flood', box]]));
    }
    globalThis.room.signal('come');
  });
  await toast(ada, 'Flood asks you to come').waitFor();
  assert.equal(await shapes(ada).count(), 1000);
  await ada.keyboard.press('r');
  await ada.mouse.click(600, 400);
  await toast(ada, 'This board is full').waitFor();
});

for (const [look, options] of Object.entries({
  'on a phone': PHONE,
  'on a phone in the dark': { ...PHONE, colorScheme: 'dark' },
  'in the dark': { colorScheme: 'dark' },
})) {
  test(`all is in reach ${look}`, async () => {
    board = look.replaceAll(' ', '-');
    const ada = await enter('Ada', options);
    await strangers('Somebody with quite a long name', '王小明', 'Zoë', 'Bo', 'Li');
    await avatar(ada, 'Somebody with quite a long name').waitFor();
    const { width, height } = ada.viewportSize();
    if (width < 640) await ada.getByRole('button', { name: 'More', exact: true }).tap();
    const scrolls = await ada.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(scrolls, false);
    for (const button of await ada.locator('button:visible').all()) {
      const { x, y, width: w, height: h } = await button.boundingBox();
      assert.ok(x >= 0 && y >= 0 && x + w <= width && y + h <= height,
        `${await button.getAttribute('aria-label')} at ${x},${y}`);
    }
    const dark = await ada.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(dark, options.colorScheme ? 'rgb(16, 17, 22)' : 'rgb(247, 247, 251)');
  });
}

test('fingers draw', async () => {
  const ada = await enter('Linus', PHONE);
  await ada.getByRole('button', { name: 'Pen' }).tap();
  const touch = await ada.context().newCDPSession(ada);
  const finger = (type, ...points) => touch.send('Input.dispatchTouchEvent', {
    type, touchPoints: points.map(([x, y], id) => ({ x, y, id })),
  });
  await finger('touchStart', [100, 300]);
  for (let i = 1; i <= 10; i += 1) await finger('touchMove', [100 + 15 * i, 300 + 10 * i]);
  await finger('touchEnd');
  await grace.locator('.shape.pen').waitFor();
  await finger('touchStart', [100, 400], [200, 400]);
  for (let i = 1; i <= 10; i += 1) await finger('touchMove', [100 - 5 * i, 400], [200 + 5 * i, 400]);
  await finger('touchEnd');
  await ada.waitForFunction(() => document.getElementById('board').dataset.zoom > 1.8);
  assert.equal(await shapes(ada).count(), 1);
});

// This runs in a page.

function attack(evil) {
  const { room } = globalThis;
  const sound = { kind: 'note', color: '#123456', x: 600, y: 500, z: 1, w: 120, h: 120, text: '' };
  const wire = (id, fields, version = [Date.now(), 'mallory']) => [id, [...version, { ...sound, ...fields }]];
  const hostile = [
    null, 1, 'x', [], {}, [{}], ['mallory0'], ['mallory0', 1], wire({}, {}), wire('__proto__', {}), wire('constructor', { x: '' }),
    ...[
      { x: 1e300 }, { w: -1 }, { text: {} }, { text: 'x'.repeat(5000) }, { color: 'red;}*{display:none' },
      { color: ['#123456'], x: '1' }, { kind: 'script' }, { kind: 'pen', points: [0, 0, 1e9, 'x'] }, { kind: 'pen', points: [] },
      { kind: 'pen', points: { length: 4 } }, { kind: 'rect', w: null }, { z: 1e300 },
    ].map((fields, i) => wire(`mallory1${i}`, fields)),
    wire('mallory2', {}, [1e300, 'mallory']), wire('mallory3', {}, [Date.now() + 1e9, 'mallory']), wire('mallory4', {}, [1, {}]),
  ];
  const types = ['shapes', 'shapes?', 'shapes.new', 'shapes.digest', 'shapes.list', 'shapes.give', 'reaction', 'come', 'made-up'];
  for (const payload of [null, 1, 'x', [], { shapes: 1 }, [1, [null, 'x'], [{}, {}]], [[0, 0, 'x'], ['__proto__', 0, '']]]) {
    for (const type of types) room.signal(type, payload);
  }
  for (const kind of ['heart', 'constructor', evil, null, {}]) room.signal('reaction', { kind, x: 1e300, y: 'x' });
  room.signal('shapes.new', hostile);
  room.signal('shapes.give', hostile.map((each) => [0, each]));
  room.cursor(1e300, -1e300);
  room.set({
    selection: [null, {}, evil, '__proto__', ...Array(100).fill('x')], chat: { evil }, view: { x: 'x', y: 0, zoom: 0, w: -1 },
    follows: { evil },
  });
  room.set({ selection: { length: 9 }, view: [1, 2], follows: room.self.id });
  room.signal('shapes.new', [wire('mallory20', { text: evil }), wire('mallory21', { x: 800, text: 'the end' })]);
}
