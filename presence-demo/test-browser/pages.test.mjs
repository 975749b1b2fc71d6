// Pages of the demo, as their visitors see them, while nothing goes wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, startNode, untilLive, visit, withParameters } from './tools.mjs';

const PAGES = 10;

let node;
let browser;
before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});

test('ten pages see each other, and each other\'s cursors', async () => {
  const names = Array.from({ length: PAGES }, (_, i) => `Visitor ${i}`);
  const pages = await Promise.all(names.map((name) =>
    visit(browser, withParameters(node.page, { board: 'ten', name }).href)));
  await Promise.all(pages.map(untilLive));
  for (const page of pages) await page.waitForFunction(hasAvatars, PAGES);
  for (const [i, page] of pages.entries()) await page.mouse.move(100 + 50 * i, 200 + 20 * i, { steps: 3 });
  for (const [i, page] of pages.entries()) {
    const others = names.map((name, j) => ({ name, x: 100 + 50 * j, y: 200 + 20 * j })).filter((_, j) => j !== i);
    await page.waitForFunction(cursorsAreAt, others);
  }
  assert.deepEqual(pages.flatMap((page) => page.complaints), []);
});

test('a refusal is told once', async () => {
  const strict = await startNode({ PRESENCE_AUTH: 'jwt', PRESENCE_JWT_SECRET: 'a secret that is long enough for HS256' });
  try {
    const page = await visit(browser, withParameters(strict.page, { board: 'strict', name: 'Ada' }).href);
    await page.waitForSelector('[data-testid=badge][data-state=closed]', { state: 'attached' });
    await page.getByTestId('toast').filter({ hasText: 'This board cannot be entered' }).waitFor();
    assert.equal(await page.getByTestId('toast').count(), 1);
  } finally {
    await strict.kill();
  }
});

// These run in the pages.

function hasAvatars(count) {
  const shown = document.querySelectorAll('[data-testid=avatar]').length;
  const more = Number(document.querySelector('.avatar.more')?.textContent.slice(1) ?? 0);
  return shown + more === count;
}

function cursorsAreAt(expected) {
  return expected.every(({ name, x, y }) => {
    const cursor = document.querySelector(`[data-testid=cursor][data-name="${name}"]`);
    return cursor && Math.abs(cursor.dataset.x - x) <= 1 && Math.abs(cursor.dataset.y - y) <= 1;
  });
}
