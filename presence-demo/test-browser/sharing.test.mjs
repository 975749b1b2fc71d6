// What becomes of the shapes when pages close, lose their connection or are apart: every page has all of them.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { startProxy } from '../../presence-client/test-live/tcp-proxy.mjs';
import { PATIENCE_MS } from '../../presence-client/test-browser/browser.mjs';
import { until } from '../../presence-client/test-live/until.mjs';
import { launchBrowser, shapesOf, startNode, untilLive, visit, withParameters } from './tools.mjs';

/** A page that is connected has all shapes after this time at most. */
const SETTLED_MS = 2500;

let node;
let browser;
let pages;
let proxies;
let boards = 0;
let board;

before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});
beforeEach(() => {
  [pages, proxies] = [[], []];
  board = `sharing-${boards += 1}`;
});
afterEach(async () => {
  await Promise.all(pages.map((page) => page.context().close()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
});

/** @param proxy what the page connects through, instead of directly */
async function enter(name, proxy) {
  const { href } = withParameters(node.page, { board, name, ...(proxy && { ws: proxy.ws }) });
  const page = await visit(browser, href);
  pages.push(page);
  await page.evaluate(noteTimes);
  await untilLive(page);
  return page;
}

async function newProxy() {
  const proxy = await startProxy(() => node.port);
  proxies.push(proxy);
  return proxy;
}

async function drawBox(page, x, y) {
  await page.keyboard.press('r');
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 40, { steps: 4 });
  await page.mouse.up();
}

/** Waits until these pages have the same shapes, so many of them. */
async function untilSame(count, ...some) {
  let seen;
  await until(async () => {
    seen = await Promise.all(some.map(shapesOf));
    return seen.every((each) => each === seen[0]) && seen[0].split('data-testid').length === count + 1;
  }, PATIENCE_MS).catch(({ message }) => assert.fail(`${message}: ${seen.join('\n\n')}`));
}

/** Says how long after it was connected the page got its last shape. */
async function assertSoon(t, page) {
  const [live, changed] = await page.evaluate(() => [globalThis.liveAt, globalThis.changedAt]);
  t.diagnostic(`${Math.round(changed - live)} ms after it was connected`);
  assert.ok(changed - live < SETTLED_MS, `${changed - live} ms`);
}

test('a drag whose author closes the tab is handed on as the others saw it', async (t) => {
  const [ada, grace, linus] = await Promise.all(['Ada', 'Grace', 'Linus'].map((name) => enter(name)));
  await drawBox(ada, 300, 300);
  await untilSame(1, ada, grace, linus);
  await ada.mouse.move(330, 320);
  await ada.mouse.down();
  await ada.mouse.move(500, 420, { steps: 5 });
  await grace.waitForFunction(() => document.querySelector('.shape').style.transform !== 'translate(300px, 300px)');
  await ada.close();
  const newcomer = await enter('Barbara');
  await untilSame(1, grace, linus, newcomer);
  await assertSoon(t, newcomer);
  // Also what was just begun.
  await grace.keyboard.press('p');
  await grace.mouse.move(600, 300);
  await grace.mouse.down();
  await grace.mouse.move(700, 400, { steps: 5 });
  await linus.locator('.pen').waitFor();
  await grace.close();
  const another = await enter('Ken');
  await untilSame(2, linus, newcomer, another);
  await assertSoon(t, another);
});

test('a newcomer whose only peer is away gets its shapes when it is back', async (t) => {
  const proxy = await newProxy();
  const ada = await enter('Ada', proxy);
  await drawBox(ada, 300, 300);
  proxy.refusing = true;
  proxy.cut();
  const newcomer = await enter('Grace');
  await newcomer.locator('[data-testid=avatar][data-name="Ada"][data-status=away]').waitFor();
  // Three seconds and more of attempts to connect.
  const attempts = proxy.accepted + 4;
  await until(() => proxy.accepted >= attempts, PATIENCE_MS);
  assert.equal(await newcomer.getByTestId('shape').count(), 0);
  await drawBox(ada, 500, 300);
  await drawBox(newcomer, 500, 500);
  await ada.evaluate(noteTimes);
  proxy.calm();
  proxy.refusing = false;
  await untilLive(ada);
  await untilSame(3, ada, newcomer);
  await assertSoon(t, ada);
});

test('a newcomer does not wait for closed tabs', async (t) => {
  const [one, two, three, live] = await Promise.all(['Ada', 'Grace', 'Linus', 'Ken'].map((name) => enter(name)));
  await drawBox(one, 300, 300);
  await drawBox(two, 500, 300);
  await untilSame(2, one, two, three, live);
  await Promise.all([one, two, three].map((page) => page.close()));
  const newcomer = await enter('Barbara');
  await untilSame(2, live, newcomer);
  await assertSoon(t, newcomer);
});

test('pages that were apart for longer than a member is kept come to the same shapes', async (t) => {
  const proxy = await newProxy();
  const [ada, grace] = [await enter('Ada', proxy), await enter('Grace')];
  for (let i = 0; i < 3; i += 1) await drawBox(ada, 200 + 150 * i, 200);
  await untilSame(3, ada, grace);
  proxy.refusing = true;
  proxy.cut();
  // The node keeps the member for ten seconds.
  const gone = grace.locator('[data-testid=avatar][data-name="Ada"]').waitFor({ state: 'detached' });
  await drawBox(ada, 200, 500);
  await drawBox(grace, 400, 500);
  // One moves what the other deletes, one recolours what the other moves.
  await moveBox(ada, 230, 220);
  await grace.mouse.click(230, 220);
  await grace.keyboard.press('Delete');
  await moveBox(grace, 380, 220);
  await gone;
  await ada.evaluate(noteTimes);
  proxy.calm();
  proxy.refusing = false;
  await untilLive(ada);
  const newcomer = await enter('Linus');
  await untilSame(4, ada, grace, newcomer);
  await assertSoon(t, ada);
  await assertSoon(t, newcomer);
});

async function moveBox(page, x, y) {
  await page.keyboard.press('v');
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 20, y + 60, { steps: 4 });
  await page.mouse.up();
}

/** Runs in a page: notes when it is connected next, and when its shapes changed last. */
function noteTimes() {
  const badge = document.querySelector('[data-testid=badge]');
  const note = () => { if (badge.dataset.state === 'open') globalThis.liveAt ??= performance.now(); };
  globalThis.liveAt = undefined;
  new MutationObserver(note).observe(badge, { attributes: true });
  const changed = () => { globalThis.changedAt = performance.now(); };
  changed();
  note();
  const all = { childList: true, subtree: true, attributes: true };
  new MutationObserver(changed).observe(document.getElementById('shapes'), all);
}
