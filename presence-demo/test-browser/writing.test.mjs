// What visitors write: in any direction and at any length, with input methods, and with names of all kinds.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { bringIn, launchBrowser, startNode, untilLive, visit, withParameters } from './tools.mjs';

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
/** A window of 1280 by 800 pixels at a zoom of 200 %. */
const ZOOMED = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 };
const LONG = 'The quick brown fox jumps over the lazy dog. '.repeat(9).slice(0, 400);
const LONG_NAME = 'Wolfeschlegelsteinhausenbergerdorff Sr. X';

let node;
let browser;
let pages;
let guests;
/** Of one test alone. */
let nodes;
let count = 0;
let board;

before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});
beforeEach(() => {
  pages = [];
  guests = [];
  nodes = [];
  board = `writing-${count += 1}`;
});
afterEach(async () => {
  const complaints = pages.flatMap((page) => page.complaints);
  await Promise.all([...pages, ...guests].map((page) => page.context().close()));
  await Promise.all(nodes.map((one) => one.kill()));
  assert.deepEqual(complaints, []);
});

async function enter(name, options, at = node) {
  const page = await visit(browser, withParameters(at.page, { board, name }).href, options);
  pages.push(page);
  await untilLive(page);
  return page;
}

/** Members without the demo's page. */
async function crew(members, at = node) {
  const page = await bringIn(browser, at, board, members);
  guests.push(page);
  return page;
}

/** The boxes of a note and of its text, in pixels, and the size of its letters. */
const measured = (page) => page.waitForFunction(() => {
  const note = document.querySelector('.note');
  if (!note?.textContent) return null;
  const [{ height }, text] = [note, note.firstChild].map((one) => one.getBoundingClientRect());
  return { height, text: text.height, size: parseFloat(getComputedStyle(note).fontSize) };
}).then((handle) => handle.jsonValue());

test('a text too long for its note is written smaller, and the note grows when that is not enough', async () => {
  const [ada, grace] = await Promise.all([enter('Ada'), enter('Grace')]);
  await ada.keyboard.press('n');
  await ada.mouse.click(600, 400);
  await ada.keyboard.insertText('Short');
  assert.equal((await measured(ada)).size, 16);
  await ada.keyboard.insertText(` and not so short. ${LONG.slice(0, 90)}`);
  const smaller = await measured(ada);
  assert.ok(smaller.size < 16 && smaller.size >= 11, `${smaller.size}`);
  assert.equal(smaller.height, 160);
  assert.ok(smaller.text + 21 <= smaller.height, JSON.stringify(smaller));
  const rewrite = async (text) => {
    await ada.keyboard.press('Control+a');
    await ada.keyboard.insertText(text);
  };
  await rewrite(LONG);
  assert.ok((await measured(ada)).height > 160);
  // With less text it is as it was.
  await rewrite('Short again');
  assert.deepEqual([(await measured(ada)).size, (await measured(ada)).height], [16, 160]);
  await rewrite(LONG);
  await ada.keyboard.press('Escape');
  // Both draw the same, and nothing of the text is hidden.
  for (const page of [ada, grace]) {
    await page.waitForFunction((long) => {
      const note = document.querySelector('.note');
      return note?.textContent === long && note.offsetHeight > 160
        && note.firstChild.offsetHeight + 21 <= note.offsetHeight;
    }, LONG);
    assert.equal((await measured(page)).size, 11);
  }
});

test('each paragraph of a note has its own direction', async () => {
  const ada = await enter('Ada');
  await ada.keyboard.press('n');
  await ada.mouse.click(600, 400);
  await ada.keyboard.insertText('שלום לכולם!\nHello all!');
  assert.equal(await ada.locator('.note-field').evaluate((field) => getComputedStyle(field).direction), 'rtl');
  await ada.keyboard.press('Escape');
  const sides = await ada.evaluate(() => {
    const text = document.querySelector('.note .text');
    const box = text.getBoundingClientRect();
    const [rightward, leftward] = [[0, 5], [12, 17]].map(([from, to]) => {
      const range = document.createRange();
      range.setStart(text.firstChild, from);
      range.setEnd(text.firstChild, to);
      return range.getBoundingClientRect();
    });
    return { rtl: box.right - rightward.right, ltr: leftward.left - box.left };
  });
  assert.ok(Math.abs(sides.rtl) < 2, `Hebrew begins ${sides.rtl} px from the right`);
  assert.ok(Math.abs(sides.ltr) < 2, `English begins ${sides.ltr} px from the left`);
});

/** Runs in a page: each word that is written there, and its box from this corner. */
function wordsOf([selector, x, y]) {
  const words = [];
  for (const element of document.querySelectorAll(selector)) {
    for (const { 0: word, index } of element.textContent.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(element.firstChild, index);
      range.setEnd(element.firstChild, index + word.length);
      const { left, top, right, bottom } = range.getBoundingClientRect();
      words.push({ word, box: [left - x, top - y, right - x, bottom - y] });
    }
  }
  return words;
}

test('a saved picture has the words where the board has them, in their directions and sizes', async () => {
  const ada = await enter('Ada');
  const write = async (key, at, text) => {
    await ada.keyboard.press(key);
    await ada.mouse.click(...at);
    await ada.keyboard.insertText(text);
    await ada.keyboard.press('Escape');
  };
  await write('n', [300, 250], 'שלום לכולם! זאת שורה ארוכה\n\nHello all, and a line that is broken\n123 …');
  await write('n', [600, 250], LONG);
  await write('x', [300, 500], 'A heading\nمرحبا بالجميع 🎉');
  await ada.waitForFunction(() => document.querySelectorAll('.shape').length === 3);
  const drawn = await ada.evaluate(wordsOf, ['.shape .text', 0, 0]);
  assert.ok(drawn.length > 80, `${drawn.length} words`);

  await ada.getByRole('button', { name: 'Save as a picture' }).click();
  const [download] = await Promise.all([
    ada.waitForEvent('download'), ada.getByRole('button', { name: 'Save as SVG' }).click(),
  ]);
  const svg = String(await readFile(await download.path()));
  const [x, y] = svg.match(/viewBox="(\S+) (\S+)/).slice(1).map(Number);
  const picture = await ada.context().newPage();
  await picture.setContent(`<style>body { margin: 0 }</style>${svg}`);
  const saved = await picture.evaluate(wordsOf, ['text', -x, -y]);
  assert.deepEqual(saved.map(({ word }) => word), drawn.map(({ word }) => word));
  for (const [i, { word, box }] of saved.entries()) {
    const distance = Math.max(...box.map((edge, side) => Math.abs(edge - drawn[i].box[side])));
    assert.ok(distance < 2, `${word}: ${distance} px from where it is drawn`);
  }
});

/** Composes text as an input method does, and presses keys before the composition ends. */
async function compose(page, text) {
  const session = await page.context().newCDPSession(page);
  const press = async (key, code) => {
    const details = { key, code: key, windowsVirtualKeyCode: code };
    await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...details });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...details });
  };
  await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  return { enter: () => press('Enter', 13), escape: () => press('Escape', 27) };
}

const composing = (page) => page.evaluate(() => {
  globalThis.composed = [];
  document.addEventListener('keydown', (event) => globalThis.composed.push([event.key, event.isComposing]), true);
});

test('Enter and Esc of an input method do not end what is written at the cursor', async () => {
  const [ada, grace] = await Promise.all([enter('Ada'), enter('Grace')]);
  await ada.mouse.move(400, 300);
  await grace.mouse.move(500, 300);
  await ada.keyboard.press('/');
  await composing(ada);
  const method = await compose(ada, 'にほん');
  await method.enter();
  await method.escape();
  assert.deepEqual(await ada.evaluate(() => globalThis.composed), [['Enter', true], ['Escape', true]]);
  assert.equal(await ada.locator('#chat').isVisible(), true);
  await ada.keyboard.insertText('日本');
  await grace.waitForFunction(() => document.querySelector('.said')?.textContent.includes('日本'));
  await ada.keyboard.press('Enter');
  await ada.locator('#chat').waitFor({ state: 'hidden' });
});

test('the silence that ends what is written at the cursor does not begin during a composition', async () => {
  const ada = await enter('Ada');
  await ada.clock.install();
  await ada.keyboard.press('/');
  await compose(ada, 'にほん');
  await ada.clock.fastForward(7000);
  assert.equal(await ada.locator('#chat').isVisible(), true);
  await ada.keyboard.insertText('日本');
  await ada.clock.fastForward(7000);
  await ada.locator('#chat').waitFor({ state: 'hidden' });
});

test('Esc of an input method does not end the editing of a note', async () => {
  const ada = await enter('Ada');
  await ada.keyboard.press('n');
  await ada.mouse.click(600, 400);
  const method = await compose(ada, 'にほん');
  await method.enter();
  // Last, as Enter would open the note again.
  await method.escape();
  assert.equal(await ada.locator('.note-field').count(), 1);
  await ada.keyboard.insertText('日本');
  await ada.keyboard.press('Escape');
  await ada.locator('.note-field').waitFor({ state: 'detached' });
  assert.match(await ada.locator('.note').textContent(), /日本/);
});

test('Esc takes back what was written into the name field', async () => {
  const ada = await enter('Ada');
  await ada.locator('#name').fill('Somebody else');
  const method = await compose(ada, 'に');
  await method.escape();
  assert.equal(await ada.evaluate(() => document.activeElement.id), 'name');
  await ada.keyboard.insertText('日');
  await ada.keyboard.press('Escape');
  assert.equal(await ada.locator('#name').inputValue(), 'Ada');
  assert.notEqual(await ada.evaluate(() => document.activeElement.id), 'name');
  await ada.locator('[data-testid=avatar][data-name="Ada"]').waitFor();
});

test('an avatar shows whole emoji', async () => {
  const ada = await enter('Ada');
  await crew([{ name: '👨‍👩‍👧 Family' }, { name: '🇩🇪' }]);
  const face = (name) => ada.locator(`[data-testid=avatar][data-name="${name}"] .face`);
  await face('🇩🇪').waitFor();
  assert.equal(await face('👨‍👩‍👧 Family').textContent(), '👨‍👩‍👧F');
  assert.equal(await face('🇩🇪').textContent(), '🇩🇪');
});

/** The rectangles of all elements of a kind that are seen. */
const boxes = (page, selector) => page.locator(selector).evaluateAll((elements) => elements
  .map((one) => one.getBoundingClientRect())
  .filter(({ width }) => width > 0)
  .map(({ left, top, right, bottom }) => ({ left, top, right, bottom })));

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

test('hints in one direction overlap neither each other nor panels on a narrow phone', async () => {
  const ada = await enter('Ada', PHONE);
  const places = [[3000, 300], [100, -900]];
  await crew(Array.from({ length: 24 }, (_, i) => ({ name: `Visitor ${i}`, at: places[i % 2] })));
  // Everybody is in one of them.
  await ada.waitForFunction(() => {
    const hints = [...document.querySelectorAll('[data-testid=hint]')];
    return hints.reduce((sum, { dataset }) => sum + 1 + Number(dataset.more), 0) === 24;
  });
  const hints = await boxes(ada, '[data-testid=hint]');
  assert.ok(hints.length >= 8, `${hints.length} hints`);
  const panels = await boxes(ada, '.bar > .panel, .foot-left .panel, .tools');
  for (const [i, hint] of hints.entries()) {
    for (const other of [...hints.slice(0, i), ...panels]) {
      assert.ok(!overlap(hint, other), `${JSON.stringify(hint)} over ${JSON.stringify(other)}`);
    }
    assert.ok(hint.left >= 0 && hint.right <= 360 && hint.top >= 0 && hint.bottom <= 640, JSON.stringify(hint));
  }
  const group = ada.locator('[data-testid=hint]:not([data-more="0"])').first();
  assert.match(await group.getAttribute('aria-label'), /^Go to Visitor \d+ and \d+ others?, V\d+$/);
});

for (const [where, options] of Object.entries({ 'at a zoom of 200 %': ZOOMED, 'on a narrow phone': PHONE })) {
  test(`long names are read in full ${where}`, async () => {
    const ada = await enter(LONG_NAME.slice(0, 40), options);
    const { width, height } = ada.viewportSize();
    await crew([{ name: LONG_NAME, at: [width - 20, 200] }, { name: 'Bo', at: [20, height - 90] }]);
    const label = ada.locator(`[data-testid=cursor][data-name="${LONG_NAME}"] .label`);
    await label.waitFor();
    const { x, width: wide } = await label.boundingBox();
    assert.ok(x >= 0 && x + wide <= width, `label from ${x} to ${x + wide}`);
    const bar = await boxes(ada, '.bar > .panel');
    for (const [i, panel] of bar.entries()) {
      assert.ok(panel.left >= 0 && panel.right <= width, JSON.stringify(panel));
      for (const other of bar.slice(0, i)) assert.ok(!overlap(panel, other), 'panels of the bar overlap');
    }
    assert.ok(await ada.locator('#name').evaluate(({ clientWidth }) => clientWidth) >= 90, 'room for the name');
    await ada.evaluate(() => document.getElementById('people').showPopover());
    const name = ada.locator('#people .name', { hasText: LONG_NAME });
    await name.waitFor();
    assert.equal(await name.evaluate((one) => one.scrollWidth > one.clientWidth), false, 'the name is cut off');
    for (const { left, right } of await boxes(ada, '#people')) assert.ok(left >= 0 && right <= width);
  });
}

test('a refusal again and again is one message', async () => {
  const strict = await startNode({ PRESENCE_SIGNALS_PER_SECOND: '2' });
  nodes.push(strict);
  const ada = await enter('Ada', undefined, strict);
  const grace = await crew([{ name: 'Grace', at: [500, 300] }], strict);
  await ada.locator('[data-testid=avatar][data-name="Grace"]').waitFor();
  await ada.evaluate(() => {
    globalThis.toasted = [];
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const { textContent } of addedNodes) globalThis.toasted.push(textContent);
    }).observe(document.getElementById('toasts'), { childList: true });
    // More reactions than the node takes, before its first answer.
    const press = () => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '1', bubbles: true }));
    for (let i = 0; i < 30; i += 1) press();
  });
  await ada.locator('#name').fill('Lovelace');
  await ada.keyboard.press('Enter');
  // Grace sees the name after the node has answered all that Ada sent before.
  await grace.waitForFunction(() => globalThis.crew.Grace.others.some(({ name }) => name === 'Lovelace'));
  await grace.evaluate(() => globalThis.crew.Grace.signal('come'));
  await ada.getByTestId('toast').filter({ hasText: 'Grace asks you to come' }).waitFor();
  const toasted = await ada.evaluate(() => globalThis.toasted);
  assert.equal(toasted.length, 2, toasted.join('\n'));
  assert.match(toasted[0], /signals/);
});
