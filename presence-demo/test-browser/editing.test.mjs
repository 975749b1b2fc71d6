// A shape that a visitor edits is locked: the others see by whom, and cannot change it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, shapesOf, startNode, untilLive, visit, withParameters } from './tools.mjs';

let node;
let browser;
before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});

async function enter(name) {
  const page = await visit(browser, withParameters(node.page, { board: 'editing', name }).href);
  await untilLive(page);
  return page;
}

const placeOf = (page) => page.evaluate(() => document.querySelector('.shape').style.transform);

async function press(page, x, y) {
  await page.mouse.move(x, y);
  await page.mouse.down();
}

test('a shape that a visitor drags is locked until they let go', async () => {
  const [ada, grace] = await Promise.all(['Ada', 'Grace'].map(enter));
  await ada.keyboard.press('r');
  await press(ada, 300, 300);
  await ada.mouse.move(420, 380, { steps: 4 });
  await ada.mouse.up();
  await grace.locator('.shape').waitFor();

  await press(ada, 360, 340);
  await ada.mouse.move(400, 360, { steps: 4 });
  const outline = grace.locator('.outline.edits[data-name="Ada"]');
  await outline.waitFor();
  assert.equal(await outline.evaluate((element) => getComputedStyle(element).outlineColor),
    await grace.locator('[data-testid=avatar][data-name="Ada"]').evaluate((element) => {
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.color = getComputedStyle(element).getPropertyValue('--color');
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    }), 'in the color of the one who edits');
  const before = await placeOf(ada);
  await grace.waitForFunction((place) => document.querySelector('.shape').style.transform === place, before);
  if (process.env.PRESENCE_SHOTS) await grace.screenshot({ path: `${process.env.PRESENCE_SHOTS}/editing.png` });

  await press(grace, 400, 360);
  await grace.mouse.move(600, 500, { steps: 4 });
  await grace.mouse.up();
  await grace.getByText('Ada edits this now').waitFor();
  await grace.keyboard.press('w');
  await press(grace, 400, 360);
  await grace.mouse.up();
  await grace.keyboard.press('v');
  assert.equal(await placeOf(grace), before);
  assert.equal(await shapesOf(grace), await shapesOf(ada));

  await ada.mouse.up();
  await outline.waitFor({ state: 'detached' });
  await press(grace, 400, 360);
  await grace.mouse.move(600, 500, { steps: 4 });
  await ada.locator('.outline.edits[data-name="Grace"]').waitFor();
  await grace.mouse.up();
  await ada.waitForFunction((place) => document.querySelector('.shape').style.transform !== place, before);
});
