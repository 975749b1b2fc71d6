// Pages with nothing but the client, for tests of what it does when something goes wrong.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { ClientFrame } from '../src/presence-wire.js';
import { PATIENCE_MS } from './browser.mjs';
import { until } from '../test-live/until.mjs';

const SCRIPT = await readFile(new URL('live-page.mjs', import.meta.url), 'utf8');
const PAGE = '<!doctype html><title>live</title><script type="module" src="/live-page.mjs"></script>';

/** A browser profile whose pages can be opened with {@link openLive}; `options` are those of the browser context. */
export async function newVisitor(browser, { token, ...options } = {}) {
  // What a route answers has no address; Chromium takes it for a page of the internet.
  const context = await browser.newContext({ permissions: ['local-network-access'], ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.route('**/live?*', (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
  await context.route('**/live-page.mjs', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: SCRIPT }));
  context.complaints = [];
  context.on('weberror', (error) => context.complaints.push(String(error.error().stack ?? error.error())));
  context.on('page', (page) => watch(page));
  if (token) await context.exposeFunction('askForToken', token);
  if (token) await context.addInitScript(() => { globalThis.token = () => globalThis.askForToken(); });
  return context;
}

/** A page on `node` that joins over `ws`, which may lead elsewhere. */
export async function openLive(context, { node, board, name, ws = node.ws, ...more }) {
  const page = await context.newPage();
  await page.goto(`${node.page}live?${new URLSearchParams({ board, name, ws, ...more })}`);
  await untilJoined(page);
  return page;
}

export const untilJoined = (page) => page.waitForFunction(() => globalThis.live?.room);

export const heard = (page) => page.evaluate(() => live.heard);

/** What others of that name look like on this page once `expected` of it is so. */
export function untilSeen(page, name, expected) {
  return page.waitForFunction(([who, facts]) => {
    const member = live.room.members.find((each) => each.name === who);
    return member && Object.entries(facts).every(([key, value]) =>
      JSON.stringify(member[key]) === JSON.stringify(value));
  }, [name, expected]);
}

/** Everybody on the board as this page has it, in order of their names and ids. */
export function roster(page) {
  return page.evaluate(() => live.room.members
    .map(({ id, name, status, state, cursor }) => ({ id, name, status, state, cursor }))
    .sort((a, b) => (a.name + a.id < b.name + b.id ? -1 : 1)));
}

/** Waits until these pages, and no other members, are on the board, and all see the same. */
export async function untilSame(...pages) {
  let seen;
  const same = async () => {
    seen = await Promise.all(pages.map(async (page) => ({
      state: await page.evaluate(() => live.connection.state), members: await roster(page),
    })));
    const [{ members }] = seen;
    return members.length === pages.length
      && seen.every((each) => isDeepStrictEqual(each, { state: 'open', members }));
  };
  await until(same, PATIENCE_MS).catch(async ({ message }) => {
    assert.fail(`${message}: ${JSON.stringify({ seen, heard: await Promise.all(pages.map(heard)) })}`);
  });
  return seen[0].members;
}

/** Waits for so many more answers to heartbeats: time in which everything else has come, too. */
export async function untilBeats(page, count) {
  const beats = await page.evaluate(() => live.beats);
  await page.waitForFunction((enough) => live.beats >= enough, beats + count);
}

export const comings = (lines) => lines.filter((line) => /^(join|leave) /.test(line));

function watch(page) {
  /** What was sent, as the browser's network layer has it: frames of the client. */
  page.sent = [];
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => page.sent.push(ClientFrame.decode(new Uint8Array(payload))));
  });
}

/** Which kinds of frames were sent, in their order. */
export const kinds = (frames) => frames.map((frame) => Object.keys(frame).find((key) => key !== 'id'));
