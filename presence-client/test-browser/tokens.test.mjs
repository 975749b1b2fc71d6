// Tokens that run out while the page is open.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { until } from '../test-live/until.mjs';
import { launchBrowser } from './browser.mjs';
import { comings, heard, newVisitor, openLive, untilSame } from './live.mjs';
import { startNode } from './service.mjs';

const PATIENCE_MS = 25_000;
const SECRET = '0123456789abcdef0123456789abcdef';

let browser;
let node;
before(async () => {
  [node, browser] = await Promise.all([
    startNode({
      PRESENCE_AUTH: 'jwt', PRESENCE_JWT_SECRET: SECRET, PRESENCE_JWT_LEEWAY_SECONDS: '0',
      // A token is replaced two of these before it expires: room for a machine that stands still for a moment.
      PRESENCE_HEARTBEAT_MS: '2000',
    }),
    launchBrowser(),
  ]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});

test('a page outlives its tokens: each is replaced before it runs out', async () => {
  let asked = 0;
  const context = await newVisitor(browser, { token: () => token('ada', ++asked && 7) });
  const others = await newVisitor(browser, { token: () => token('bea', 60) });
  const ada = await openLive(context, { node, board: 'tokens', name: 'Ada' });
  const bea = await openLive(others, { node, board: 'tokens', name: 'Bea' });
  await untilSame(ada, bea);
  const socket = await ada.evaluate(() => live.connection.connectionId);
  await until(() => asked >= 4, PATIENCE_MS);
  await untilSame(ada, bea);
  assert.equal(await ada.evaluate(() => live.connection.connectionId), socket, 'still the first socket');
  assert.deepEqual((await heard(ada)).filter((line) => /error|closed|reconnecting/.test(line)), []);
  assert.deepEqual(comings(await heard(bea)), []);
  await close(context, others);
});

test('who gets only tokens that have expired is told so, and does not go on asking', async () => {
  let asked = 0;
  const context = await newVisitor(browser, { token: () => token('ada', ++asked < 2 ? 5 : -60) });
  const ada = await openLive(context, { node, board: 'expired', name: 'Ada' });
  await ada.waitForFunction(() => live.connection.state === 'closed');
  const lines = await heard(ada);
  assert.ok(lines.includes('connection error unauthorized'), lines.join());
  assert.ok(lines.includes('room closed unauthorized'), lines.join());
  assert.ok(lines.filter((line) => line === 'attempt').length <= 3, lines.join());
  await close(context);
});

test('while tokens are not to be had it tries again, and then goes on as who it was', async () => {
  let broken = false;
  let failures = 0;
  const context = await newVisitor(browser, { token: () => {
    if (!broken) return token('ada', 5);
    failures++;
    throw new Error('no network');
  } });
  const others = await newVisitor(browser, { token: () => token('bea', 60) });
  const ada = await openLive(context, { node, board: 'broken', name: 'Ada' });
  const bea = await openLive(others, { node, board: 'broken', name: 'Bea' });
  const before = await untilSame(ada, bea);
  broken = true;
  // The socket it has ends with its token; for the next one there is none.
  await ada.waitForFunction(() => live.connection.state === 'reconnecting');
  const enough = failures + 2;
  await until(() => failures >= enough, PATIENCE_MS);
  broken = false;
  assert.deepEqual(await untilSame(ada, bea), before);
  const lines = await heard(ada);
  assert.ok(lines.some((line) => /^connection error .*no network/.test(line)), lines.join());
  assert.deepEqual(comings(await heard(bea)), []);
  await close(context, others);
});

/** As the application would make it: HS256, for everything, so many seconds from now. */
function token(user, seconds) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: user, exp, boards: { '*': ['join', 'signal'] } })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

/** Asserts that the page had no uncaught error. */
async function close(...contexts) {
  for (const context of contexts) {
    await context.close();
    assert.deepEqual(context.complaints, []);
  }
}
