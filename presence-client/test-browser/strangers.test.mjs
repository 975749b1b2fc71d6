// What somebody who wants to do harm puts into a profile, and the pages that show it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { stageExample } from './example.mjs';

let stage;
before(async () => { stage = await stageExample('react'); });
after(() => stage?.close());

test('a color that is an address is not fetched by the pages that show its member', async (t) => {
  const asked = [];
  const spy = createServer(({ url }, response) => {
    asked.push(url);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(spy, 'listening');
  t.after(() => spy.close());
  const [node] = stage.nodes;
  const page = await stage.open(node, { board: 'strangers', name: 'Ada' });
  const connection = connect(node.ws, { WebSocket });
  t.after(() => connection.close());
  const color = `url(http://127.0.0.1:${spy.address().port}/seen)`;
  const room = await connection.join('strangers', { name: 'Mallory', color, watched: true });
  room.cursor(40, 50);

  const avatar = page.locator('[data-testid=avatar][data-name=Mallory]');
  await avatar.waitFor();
  await page.locator('[data-testid=cursor][data-name=Mallory]').waitFor();
  // Pictures of a style are fetched when it is drawn.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForLoadState('networkidle');
  assert.deepEqual(asked, []);
  assert.equal(await avatar.evaluate((element) => getComputedStyle(element).backgroundImage), 'none');
  assert.equal(await avatar.evaluate((element) => getComputedStyle(element).backgroundColor), 'rgb(100, 116, 139)');
  assert.deepEqual(page.complaints, []);
});
