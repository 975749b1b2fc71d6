// The tldraw example: two people on one canvas, by tldraw's own collaborators, through a real node.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { picture, stageExample } from './example.mjs';

let stage;
before(async () => { stage = await stageExample('tldraw', { settings: { PRESENCE_GRACE_MS: '500' } }); });
after(() => stage?.close());

async function open(board, name, color) {
  const page = await stage.open(stage.nodes[0], { board, name, color });
  page.strangers = [];
  page.on('request', (request) => {
    const address = request.url();
    if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(address)) page.strangers.push(address);
  });
  await page.waitForFunction(() => window.editor && window.room);
  return page;
}

// These run in the pages.

/** Whether tldraw's store has this of its only collaborator. */
function knows(expected) {
  const [one, ...more] = window.editor.getCollaborators();
  if (!one || more.length) return expected === null && !one;
  return expected !== null && Object.entries(expected).every(([name, value]) => JSON.stringify(one[name]) === JSON.stringify(value));
}

function cursorIsAt([x, y]) {
  const [{ cursor }] = window.editor.getCollaborators();
  return cursor !== null && Math.abs(cursor.x - x) < 1 && Math.abs(cursor.y - y) < 1;
}

test('two people see each other on the canvas, with selection, brush and viewport', async () => {
  const ada = await open('two', 'Ada', '#4f46e5');
  const grace = await open('two', 'Grace', 'url(https://evil.example)');
  await grace.waitForFunction(knows, { userName: 'Ada', color: '#4f46e5', cursor: null });
  await ada.waitForFunction(knows, { userName: 'Grace', color: '#64748b' });

  await ada.mouse.move(500, 400, { steps: 4 });
  await grace.waitForFunction(cursorIsAt, [500, 400]);
  await grace.getByText('Ada', { exact: true }).first().waitFor();
  await picture(grace, 'example-tldraw');

  await ada.evaluate(() => {
    editor.createShape({ id: 'shape:one', type: 'geo', x: 300, y: 300, props: { w: 100, h: 80 } });
    editor.select('shape:one');
  });
  await grace.waitForFunction(knows, { selectedShapeIds: ['shape:one'] });
  await ada.evaluate(() => editor.selectNone());
  await grace.waitForFunction(knows, { selectedShapeIds: [] });

  await ada.mouse.move(700, 500);
  await ada.mouse.down();
  await ada.mouse.move(800, 600, { steps: 5 });
  await grace.waitForFunction(knows, { brush: { x: 700, y: 500, w: 100, h: 100 } });
  await ada.mouse.up();
  await grace.waitForFunction(knows, { brush: null });

  await grace.evaluate(() => editor.startFollowingUser(editor.getCollaborators()[0].userId));
  await ada.waitForFunction(() => editor.getCollaborators()[0].followingUserId === editor.user.getRecordId());
  await ada.evaluate(() => editor.setCamera({ x: -200, y: -100, z: 1 }));
  await grace.waitForFunction(() => {
    const { x, y } = editor.getCamera();
    return Math.abs(x + 200) < 2 && Math.abs(y + 100) < 2;
  });
  assert.equal(await grace.evaluate(() => editor.canUndo()), false, 'the others are not for undoing');

  await ada.close();
  await grace.waitForFunction(knows, null);
  assert.deepEqual([...ada.complaints, ...grace.complaints], []);
  assert.deepEqual([...ada.strangers, ...grace.strangers], []);
});

test('what strangers put into their state does not break the canvas', async () => {
  const ada = await open('strange', 'Ada', '#4f46e5');
  const grace = await open('strange', 'Grace', '#e11d48');
  await grace.evaluate(() => room.set({
    page: editor.getCurrentPageId(), selection: ['shape:a', 'page:b', 7, null], pointer: 'url(x)', camera: [0, 'a', null],
    screen: { x: 1 }, brush: [1, 2, 3], following: 'ada', chat: { a: 1 },
  }));
  await ada.waitForFunction(knows, {
    selectedShapeIds: ['shape:a'], camera: null, screenBounds: null, brush: null, followingUserId: null, chatMessage: '',
  });
  await grace.evaluate(() => room.set({ page: 'nowhere' }));
  await ada.waitForFunction(knows, null);
  assert.deepEqual(ada.complaints, []);
});
