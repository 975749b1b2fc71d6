// The core of the browser tests, for engines that Debian has beside Chromium.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { startProxy } from '../test-live/tcp-proxy.mjs';
import { until } from '../test-live/until.mjs';
import { serveFiles } from './files.mjs';
import { startNode } from '../test-browser/service.mjs';

const PATIENCE_MS = 60_000;
/**
 * Defines the tests for an engine; they are skipped, with the reason, where a program is missing.
 *
 * @param binaries paths of the programs that it needs
 * @param launch starts it
 * @param lacks what else is missing, if anything
 */
export function testEngine(name, binaries, launch, lacks) {
  const missing = binaries.find((binary) => !existsSync(binary)) ?? lacks;
  const skip = missing ? `NOT RUN: ${name} needs ${missing}` : false;
  describe(name, { skip }, () => {
    let node;
    let proxy;
    let files;
    let browser;
    const connections = [];
    before(async () => {
      node = await startNode({ PRESENCE_GRACE_MS: '60000' });
      [proxy, files, browser] = await Promise.all([startProxy(() => node.port), serveFiles(), launch()]);
    });
    after(async () => {
      for (const connection of connections) connection.close();
      await browser?.close();
      await proxy?.close();
      files?.close();
      await node?.kill();
    });

    /** Opens a page on the board, and joins it in Node. */
    async function meet(board) {
      const url = `${files.origin}/live?${new URLSearchParams({ board, name: 'Ada', ws: proxy.ws })}`;
      const page = await browser.open(url);
      await untilJoined(page);
      const connection = connect(node.ws, { WebSocket });
      connections.push(connection);
      const room = await connection.join(board, { name: 'Bob' });
      const heard = [];
      room.on('join', (member) => heard.push(`join ${member.name}`));
      room.on('leave', (member) => heard.push(`leave ${member.name}`));
      await until(() => room.others.length === 1, PATIENCE_MS);
      return { page, room, heard, ada: room.others[0] };
    }

    const untilJoined = (page) => until(() => page.evaluate(() => !!globalThis.live?.room), PATIENCE_MS);
    const isActive = (room, { id }) => () =>
      room.others.length === 1 && room.others[0].id === id && room.others[0].status === 'active';

    test('connects, and both see each other and what they set', async (t) => {
      t.diagnostic(`[measured] ${browser.name}`);
      const { page, room } = await meet('connect');
      room.set({ tool: 'pen 🎉' });
      await until(() => page.evaluate(() => live.room.others[0]?.state.tool === 'pen 🎉'), PATIENCE_MS);
      await page.evaluate(() => live.room.set({ selection: ['é'] }));
      await until(() => room.others[0].state.selection?.[0] === 'é', PATIENCE_MS);
      await page.close();
    });

    test('the mouse is a cursor for others', async () => {
      const { page, room } = await meet('cursors');
      await page.moveTo(20, 30);
      await page.moveTo(120, 130, 300);
      await until(() => room.others[0].cursor?.x === 120 && room.others[0].cursor.y === 130, PATIENCE_MS);
      await page.close();
    });

    test('after a reload it is the same member, without a leave and a join', async () => {
      const { page, room, heard, ada } = await meet('reload');
      await page.reload();
      await untilJoined(page);
      await until(isActive(room, ada), PATIENCE_MS);
      assert.deepEqual(heard, []);
      await page.close();
    });

    test('after another page and Back it is the same member', async (t) => {
      const { page, room, heard, ada } = await meet('bfcache');
      await page.goto(`${files.origin}/elsewhere`);
      await until(() => room.others[0].status === 'away', PATIENCE_MS);
      await page.back();
      await untilJoined(page);
      await until(isActive(room, ada), PATIENCE_MS);
      assert.deepEqual(heard, []);
      const lines = await page.evaluate(() => live.heard);
      t.diagnostic(`[measured] Back: ${lines.includes('pageshow true') ? 'from the cache of pages' : 'loaded anew'}`);
      await page.close();
    });

    test('a network that is gone for a while is noticed and made up for', async () => {
      const { page, room, heard, ada } = await meet('offline');
      for (const link of proxy.links) link.reset();
      await until(() => room.others[0].status === 'away', PATIENCE_MS);
      await page.evaluate(() => live.room.set({ meanwhile: 1 }));
      await until(isActive(room, ada), PATIENCE_MS);
      await until(() => room.others[0].state.meanwhile === 1, PATIENCE_MS);
      assert.deepEqual(heard, []);
      assert.ok((await page.evaluate(() => live.heard)).includes('state reconnecting'));
      await page.close();
    });

    test('a page behind another stays connected', async (t) => {
      const { page, room, heard, ada } = await meet('hidden');
      const other = await browser.open(`${files.origin}/elsewhere`);
      await other.activate();
      const hidden = await page.evaluate(() => document.visibilityState === 'hidden');
      t.diagnostic(`[measured] ${hidden ? 'the page behind was hidden' : 'the page behind was not hidden'}`);
      room.set({ while: 'hidden' });
      await until(() => page.evaluate(() => live.room.others[0].state.while === 'hidden'), PATIENCE_MS);
      await other.close();
      await page.activate();
      await until(isActive(room, ada), PATIENCE_MS);
      assert.deepEqual(heard, []);
      await page.close();
    });

    test('another cursor is drawn smoothly: more positions than came, and none far from the one before', async (t) => {
      const { page, room } = await meet('smooth');
      let sent = 0;
      const moving = setInterval(() => room.cursor(10 * ++sent, 100), 33);
      await until(() => page.evaluate(() => live.drawn.length > 150), PATIENCE_MS).finally(() => clearInterval(moving));
      const drawn = await page.evaluate(() => live.drawn);
      const steps = drawn.slice(1).map(([at, x], i) => [at - drawn[i][0], Math.abs(x - drawn[i][1])]);
      // A late frame moves further: by its time, not at once.
      const jumps = steps.filter(([ms, way]) => way > 60 && way > ms);
      t.diagnostic(`[measured] ${drawn.length} drawn of ${sent} sent, ${jumps.length} jumps`);
      assert.ok(jumps.length <= drawn.length / 20, `${jumps.length} of ${drawn.length}`);
      await until(() => page.evaluate((x) => live.shown?.[0] === x, 10 * sent), PATIENCE_MS);
      await page.close();
    });
  });
}
