// A pointer that rests while what is under it moves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser } from './browser.mjs';
import { newVisitor, openLive, untilSeen } from './live.mjs';
import { startNode } from './service.mjs';

let browser;
let node;
before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});

test('others see where a resting pointer is after a scroll and after a zoom', async () => {
  const context = await newVisitor(browser);
  const bea = await openLive(context, { node, board: 'pointer', name: 'Bea' });
  const ada = await openLive(context, { node, board: 'pointer', name: 'Ada' });
  await ada.evaluate(async () => {
    const { sharePointer } = await import('/presence-pointer.js');
    document.body.innerHTML = '<div id="frame" style="position:fixed;inset:0;overflow:auto">'
      + '<div id="board" style="width:3000px;height:3000px"></div></div>';
    const { live } = globalThis;
    live.zoom = 1;
    const toBoard = ({ clientX, clientY }) => {
      const { left, top } = board.getBoundingClientRect();
      return [(clientX - left) / live.zoom, (clientY - top) / live.zoom];
    };
    live.pointer = sharePointer(live.room, board, { toBoard });
  });
  const seen = (x, y, hidden = false) => untilSeen(bea, 'Ada', { cursor: { x, y, hidden } });
  await ada.mouse.move(100, 50);
  await seen(100, 50);
  await ada.evaluate(() => { frame.scrollTop = 400; });
  await seen(100, 450);
  await ada.evaluate(() => {
    live.zoom = 2;
    live.pointer.refresh();
  });
  await seen(50, 225);
  await ada.evaluate(() => {
    live.pointer();
    live.zoom = 4;
    live.pointer.refresh();
  });
  await seen(50, 225, true);
  assert.deepEqual(context.complaints, []);
  await context.close();
});
