// The recipes of docs/canvases.md: two people on React Flow's and on Konva's canvas, through a real node.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { until } from '../test-live/until.mjs';
import { picture, stageExample } from './example.mjs';

const PATIENCE_MS = 60_000;

let stage;
before(async () => { stage = await stageExample('canvases'); });
after(() => stage?.close());

/** Two pages on one board, where both see each other. */
async function meet(canvas) {
  const open = (name, color) => stage.open(stage.nodes[0], { canvas, board: canvas, name, color });
  const [ada, bob] = await Promise.all([open('Ada', '#4f46e5'), open('Bob', '#e11d48')]);
  // A pointer that moved before its page has joined is not known there.
  await until(async () => {
    await bob.mouse.move(600, 400);
    await bob.mouse.move(620, 410);
    return ada.evaluate(isAt, ['Bob', 620, 410]);
  }, PATIENCE_MS);
  return [ada, bob];
}

/** Runs in the page: whether a cursor of this name is drawn there. */
function isAt([name, x, y]) {
  const cursor = [...document.querySelectorAll('.presence-cursor')].find(({ textContent }) => textContent === name);
  const { left, top } = cursor?.getBoundingClientRect() ?? {};
  return Math.abs(left - x) < 1 && Math.abs(top - y) < 1;
}

async function end(...pages) {
  assert.deepEqual(pages.flatMap(({ complaints }) => complaints), []);
  await Promise.all(pages.map((page) => page.context().close()));
}

test('the page of the recipes has them as they are tested here', async () => {
  const read = (path) => readFile(new URL(path, import.meta.url), 'utf8');
  const blocks = [...(await read('../docs/canvases.md')).matchAll(/```jsx\n(.*?)```/gs)].map(([, code]) => code);
  assert.deepEqual(blocks, await Promise.all(['react-flow', 'konva'].map((name) => read(`../examples/canvases/${name}.jsx`))));
});

for (const canvas of ['react-flow', 'konva']) {
  test(`${canvas}: cursors stay where they are on the board when one pans`, async () => {
    const [ada, bob] = await meet(canvas);
    await ada.mouse.move(600, 300);
    await ada.mouse.down();
    await ada.mouse.move(660, 330, { steps: 4 });
    await ada.mouse.move(700, 350, { steps: 4 });
    await ada.mouse.up();
    // Ada holds the same place of the board, and sees Bob's moved with it.
    const [dx, dy] = await ada.evaluate(([x, y]) => {
      const { left, top } = document.querySelector('.presence-cursor').getBoundingClientRect();
      return [left - x, top - y];
    }, [620, 410]);
    assert.ok(dx >= 90 && dx <= 100 && dy >= 45 && dy <= 50, `moved by ${dx}, ${dy}`);
    await bob.waitForFunction(isAt, ['Ada', 700 - dx, 350 - dy]);
    await bob.mouse.move(300, 200);
    await ada.waitForFunction(isAt, ['Bob', 300 + dx, 200 + dy]);
    await picture(ada, `canvas-${canvas}`);
    if (canvas === 'react-flow') {
      await ada.mouse.wheel(0, -200);
      await ada.waitForFunction(() => !document.querySelector('.react-flow__viewport').style.transform.includes('scale(1)'));
      const [x, y] = await ada.evaluate(() => {
        const { m11, m41, m42 } = new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform);
        return [m41 + 300 * m11, m42 + 200 * m11];
      });
      await ada.waitForFunction(isAt, ['Bob', x, y]);
      // Her pointer, at rest, is over the same place as before.
      await bob.waitForFunction(isAt, ['Ada', 700 - dx, 350 - dy]);
    }
    await end(ada, bob);
  });
}

test('react-flow: what one selects is marked for the others', async () => {
  const [ada, bob] = await meet('react-flow');
  await ada.locator('.react-flow__node[data-id=b]').click();
  const outlineOf = (id) => bob.waitForFunction((id) =>
    getComputedStyle(document.querySelector(`.react-flow__node[data-id=${id}]`)).outlineColor === 'rgb(79, 70, 229)', id);
  await outlineOf('b');
  await ada.locator('.react-flow__node[data-id=a]').click();
  await outlineOf('a');
  await bob.waitForFunction(() => getComputedStyle(document.querySelector('.react-flow__node[data-id=b]')).outlineStyle === 'none');
  await end(ada, bob);
});
