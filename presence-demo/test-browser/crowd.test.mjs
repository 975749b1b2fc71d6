// A board with more people than the page is sent the cursors of.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gather } from '../../presence-client/test-live/crowd.mjs';
import { until } from '../../presence-client/test-live/until.mjs';
import { launchBrowser, startNode, untilLive, visit, withParameters } from './tools.mjs';

const PATIENCE_MS = 60_000;
const HERE = 60;
const RIGHT = 300;
const ABOVE = 145;
// Apart from each other, and away from the panels.
const places = [
  ...Array.from({ length: HERE }, (_, i) => [200 + 80 * (i % 10), 150 + 60 * Math.floor(i / 10)]),
  ...Array.from({ length: RIGHT }, (_, i) => [5000 + 7 * (i % 30), 250 + 9 * Math.floor(i / 30)]),
  ...Array.from({ length: ABOVE }, (_, i) => [500 + 2 * i, -4000]),
];

let node;
let browser;
let crowd;
before(async () => {
  [node, browser] = await Promise.all([startNode({ PRESENCE_VIEWPORT_THRESHOLD: '4' }), launchBrowser()]);
  crowd = await gather(node.ws, 'crowd', places);
});
after(async () => {
  crowd?.close();
  await browser?.close();
  await node?.kill();
});

async function enter(options) {
  const page = await visit(browser, withParameters(node.page, { board: 'crowd', name: 'Ada' }).href, { reducedMotion: 'reduce', ...options });
  await untilLive(page);
  await page.waitForFunction(() => document.querySelector('[data-testid=crowd-hint]'));
  return page;
}

const visibleCursors = (page) => page.locator('[data-testid=cursor]:not([data-hidden=true])').count();
const windows = async () => {
  const text = await (await fetch(`http://127.0.0.1:${node.opsPort}/metrics`)).text();
  return Number(/^presence_viewport_windows (\S+)$/m.exec(text)?.[1]);
};
/** Runs in the page: which share of the map's picture is painted. */
const painted = () => {
  const canvas = document.querySelector('#minimap canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, i) => i % 4 === 3 && value > 0).length / (data.length / 4);
};

test('a full board shows who is in view, hints with the number of people beyond each edge, and a map of where all are', async () => {
  const page = await enter({ viewport: { width: 1280, height: 800 } });
  const hint = (count) => page.locator(`[data-testid=crowd-hint][data-count="${count}"]`);
  await hint(RIGHT).waitFor();
  await hint(ABOVE).waitFor();
  assert.equal(await page.locator('[data-testid=hint]').count(), 0);
  const box = await hint(RIGHT).boundingBox();
  assert.ok(box.x > 1200, `at ${box.x}`);
  await until(async () => await visibleCursors(page) === HERE, PATIENCE_MS);
  assert.equal(await page.locator('[data-testid=minimap-dot]').count(), 0);
  assert.ok(await page.evaluate(painted) > 0.005);

  await hint(RIGHT).click();
  await until(async () => await visibleCursors(page) === RIGHT, PATIENCE_MS);
  await hint(HERE).waitFor();
  await page.getByRole('button', { name: 'Go to 60 people' }).waitFor();
  assert.equal(await windows(), 1);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
