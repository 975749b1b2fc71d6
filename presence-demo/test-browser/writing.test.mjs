// What visitors write: in any direction and at any length, with input methods, and with names of all kinds.
import assert from 'node:assert/strict';
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

