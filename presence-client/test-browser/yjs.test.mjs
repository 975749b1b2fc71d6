// CodeMirror, bound to Yjs by y-codemirror.next, with the awareness adapter: two people on two nodes.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { picture, stageExample } from './example.mjs';
import { startNode } from './service.mjs';

let stage;
let tests = 0;
let board;
// A grace period that no test outlasts, so that none is saved by its end.
const settings = { PRESENCE_GRACE_MS: '120000' };
before(async () => { stage = await stageExample('yjs', { nodes: 2, settings }); });
after(() => stage?.close());
beforeEach(() => { board = `document-${++tests}`; });

async function edit(name, color, node = 0) {
  const page = await stage.open(stage.nodes[node], { board, name, color });
  await page.locator('.cm-content').waitFor();
  return page;
}

const caretOf = (page, name) => page.locator('.cm-ySelectionCaret', { has: page.getByText(name, { exact: true }) });
const untilText = (page, text) => page.waitForFunction(
  (expected) => document.querySelector('.cm-content').innerText.replaceAll('\u2060', '').includes(expected), text);
const untilPeople = (page, ...names) => page.waitForFunction((expected) => {
  const shown = Array.from(document.querySelectorAll('[data-testid=person]'), (item) => item.textContent);
  return shown.sort().join() === expected;
}, names.sort().join());

/** Where a caret is drawn, and the letters between the line's start and it. */
const textBefore = (page, name) => page.evaluate((label) => {
  const caret = [...document.querySelectorAll('.cm-ySelectionCaret')]
    .find((one) => one.textContent.includes(label));
  const range = document.createRange();
  range.setStart(caret.closest('.cm-line'), 0);
  range.setEndBefore(caret);
  return range.toString();
}, name);

test('each sees the other\'s caret with its name where it is, and what is selected', async () => {
  const ada = await edit('Ada', '#4f46e5', 0);
  const grace = await edit('Grace', '#e11d48', 1);
  await Promise.all([untilPeople(ada, 'Ada (you)', 'Grace'), untilPeople(grace, 'Ada', 'Grace (you)')]);

  await ada.keyboard.type('hello world');
  await untilText(grace, 'hello world');
  await caretOf(grace, 'Ada').waitFor();
  await grace.waitForFunction(() => document.querySelector('.cm-ySelectionCaret').previousSibling);
  assert.equal(await textBefore(grace, 'Ada'), 'hello world');
  const label = grace.locator('.cm-ySelectionInfo');
  assert.equal(await label.textContent(), 'Ada');
  assert.equal(await label.evaluate((element) => getComputedStyle(element).backgroundColor), 'rgb(79, 70, 229)');

  await grace.keyboard.press('Control+Home');
  for (let i = 0; i < 5; i++) await grace.keyboard.press('Shift+ArrowRight');
  await ada.waitForFunction(() => document.querySelector('.cm-ySelection')?.textContent === 'hello');
  await caretOf(ada, 'Grace').waitFor();
  assert.equal(await textBefore(ada, 'Grace'), 'hello');
  await picture(ada, 'example-yjs');

  await ada.keyboard.type('!');
  await untilText(grace, 'hello world!');
  assert.deepEqual([...ada.complaints, ...grace.complaints], []);
  await Promise.all([ada.context().close(), grace.context().close()]);
});

test('the caret is gone when its page is', async () => {
  const ada = await edit('Ada', '#4f46e5', 0);
  const grace = await edit('Grace', '#e11d48', 1);
  await grace.keyboard.type('here');
  await caretOf(ada, 'Grace').waitFor();
  await grace.goto('about:blank');
  await caretOf(ada, 'Grace').waitFor({ state: 'detached' });
  await untilPeople(ada, 'Ada (you)', 'Grace');
  assert.deepEqual([...ada.complaints, ...grace.complaints], []);
  await ada.context().close();
  await grace.context().close();
});

test('after its node was killed the editor goes on, with its caret and what was written meanwhile', async () => {
  const ada = await edit('Ada', '#4f46e5', 0);
  const grace = await edit('Grace', '#e11d48', 1);
  await untilPeople(ada, 'Ada (you)', 'Grace');
  const { port } = stage.nodes[1];
  await stage.nodes[1].kill();
  await grace.waitForSelector('[data-testid=connection][data-state=reconnecting]');
  await grace.keyboard.type('meanwhile');
  stage.nodes[1] = await startNode({ ...stage.settings, WS_PORT: String(port) });
  await grace.waitForSelector('[data-testid=connection][data-state=open]');
  await caretOf(ada, 'Grace').waitFor();
  await untilText(ada, 'meanwhile');
  assert.equal(await textBefore(ada, 'Grace'), 'meanwhile');
  assert.deepEqual(ada.complaints, []);
  // Chromium itself complains of every connection that is refused: of sockets, and of the client's question for the reason.
  const expected = /WebSocket connection to|ERR_CONNECTION_REFUSED/;
  assert.deepEqual(grace.complaints.filter((text) => !expected.test(text)), []);
  await Promise.all([ada.context().close(), grace.context().close()]);
});
