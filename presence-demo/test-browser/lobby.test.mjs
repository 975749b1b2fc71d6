// The page of boards: it shows who is on each as it changes, in words that axe finds nothing wrong with, and leads there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bringIn, examine, launchBrowser, startNode, untilLive, visit } from './tools.mjs';

const WIDE = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
const LOOKS = {
  'in light': { colorScheme: 'light', ...WIDE },
  'in dark on a phone': { colorScheme: 'dark', ...PHONE },
  'in forced colours': { forcedColors: 'active', colorScheme: 'light', ...WIDE },
};
const SOMEBODY = [
  { name: 'Ada Lovelace', color: '#d67805', userId: 'u1' },
  { name: 'علي محمد', color: '#0047ff', userId: 'u2' },
  { name: '👩🏽‍💻 Bo', color: '#777777', userId: 'u3' },
];

let node;
let browser;
before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});

const boardsPage = (...boards) => new URL(`/boards?boards=${boards.join()}`, node.page).href;
const wordsOf = (page, board) => page.locator(`[data-board="${board}"] .board-words`);

for (const [name, options] of Object.entries(LOOKS)) {
  test(`the boards and who is there are shown ${name}`, async () => {
    const busy = `busy-${name.replaceAll(' ', '-')}`;
    const crowd = Array.from({ length: 9 }, (_, i) => ({ name: `Visitor ${i}`, color: '#07742f', userId: `v${i}` }));
    const crews = await Promise.all([bringIn(browser, node, busy, SOMEBODY), bringIn(browser, node, `${busy}-too`, crowd)]);
    const page = await visit(browser, boardsPage(busy, `${busy}-too`, 'a-board-with-quite-a-long-name-that-does-not-fit', 'calm'), {
      reducedMotion: 'reduce', ...options,
    });
    await wordsOf(page, busy).filter({ hasText: '3 people' }).waitFor();
    await wordsOf(page, `${busy}-too`).filter({ hasText: '9 people' }).waitFor();
    await wordsOf(page, 'calm').filter({ hasText: 'Nobody here' }).waitFor();
    await page.locator('#summary').filter({ hasText: '12 people on 2 boards' }).waitFor();
    assert.deepEqual(await page.locator(`[data-board="${busy}"] .face`).allTextContents(), ['AL', 'عم', '👩🏽‍💻B']);
    assert.equal(await page.locator(`[data-board="${busy}-too"] .avatar.more`).textContent(), '+4');
    const { violations } = await examine(page);
    assert.deepEqual(violations, []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing to scroll sideways');
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/boards-${name.replaceAll(' ', '-')}.png` });
    assert.deepEqual(page.complaints, []);
    await Promise.all([page, ...crews].map((one) => one.context().close()));
  });
}

test('it changes as people come and go, and a card leads to its board, by the keyboard, too', async () => {
  const crew = await bringIn(browser, node, 'moves', SOMEBODY.slice(0, 1));
  const page = await visit(browser, boardsPage('still', 'moves'));
  await wordsOf(page, 'moves').filter({ hasText: '1 person: Ada Lovelace' }).waitFor();
  await crew.evaluate(() => globalThis.crew['Ada Lovelace'].leave());
  await wordsOf(page, 'moves').filter({ hasText: 'Nobody here' }).waitFor();
  await page.locator('[data-board="moves"]').focus();
  await page.keyboard.press('Enter');
  await untilLive(page);
  assert.equal(await page.locator('#board-name').textContent(), 'moves');
  await page.locator('#board-name').click();
  await page.waitForURL('**/boards');
  await wordsOf(page, 'moves').waitFor();
  await page.fill('#new-board', 'another one');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/?board=another-one');
});
