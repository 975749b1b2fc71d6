// A picture of a lively board for the README.
//
//     node screenshot.mjs --url http://localhost:3001/ --users 7 --out board.png [--dark] [--phone]
import { parseArgs } from 'node:util';
import { untilLive, visit, withBrowser, withParameters } from './browser.mjs';

const NAMES = [
  'Ada', 'Grace', 'Linus', 'Margaret', 'Ken', 'Barbara', 'Edsger', 'Radia', 'Tim', 'Frances',
];
const COLORS = [
  '#4f46e5', '#e11d48', '#047857', '#f59e0b', '#0369a1',
  '#db2777', '#7c3aed', '#84cc16', '#c2410c', '#0e7490',
];

const { values: options } = parseArgs({ options: {
  url: { type: 'string' },
  users: { type: 'string', default: '6' },
  out: { type: 'string' },
  dark: { type: 'boolean' },
  phone: { type: 'boolean' },
} });
if (!options.url || !options.out) {
  console.error('usage: screenshot.mjs --url URL --out FILE [--users N] [--dark] [--phone]');
  process.exit(2);
}

const viewport = options.phone ? { width: 390, height: 780 } : { width: 1280, height: 720 };
const look = { viewport, deviceScaleFactor: 2, colorScheme: options.dark ? 'dark' : 'light' };

await withBrowser(async (browser) => {
  const board = `design-review-${Date.now().toString(36).slice(-4)}`;
  const [viewer, ...others] = Array.from({ length: Number(options.users) }, (_, i) => ({
    name: NAMES[i % NAMES.length], color: COLORS[i % COLORS.length],
  }));
  const url = withParameters(options.url, { board, name: viewer.name });
  const page = await visit(browser, url.href, look, { 'presence.color': viewer.color });
  await untilLive(page);

  // The others share one page that holds nothing but the client's own text.
  const stage = await visit(browser, new URL('/presence-client.js', url).href);
  const address = url.searchParams.get('ws') ?? `${url.origin.replace('http', 'ws')}/ws`;
  await stage.evaluate(bringIn, {
    others, board: url.searchParams.get('board'), viewport, address,
  });

  await page.waitForFunction(settled, others.length);
  await stage.evaluate(() => globalThis.ping());
  await page.locator('.ripple').first().waitFor({ state: 'attached' });
  await page.screenshot({ path: options.out });
  if (page.complaints.length) throw new Error(page.complaints.join('\n  '));
});

// These two run in the pages.

/** Lets everyone join and wander about a place of their own, around the middle. */
async function bringIn({ others, board, viewport: { width, height }, address }) {
  const { connect } = await import('/presence-client.js');
  const rooms = await Promise.all(others.map((user) => connect(address).join(board, user)));
  const start = performance.now();
  const wander = () => rooms.forEach((room, i) => {
    const angle = (2 * Math.PI * (i + 0.4)) / rooms.length - Math.PI / 2;
    const time = (performance.now() - start) / 900 + i;
    room.cursor(
      width * (0.46 + 0.36 * Math.cos(angle)) + 18 * Math.sin(time * 1.3),
      height * (0.48 + 0.31 * Math.sin(angle)) + 14 * Math.cos(time),
    );
  });
  setInterval(wander, 25);
  globalThis.ping = () => {
    const { x, y } = rooms[0].self.cursor;
    rooms[0].signal('ping', { x, y });
  };
}

/** All cursors are there, and the round trip is no longer that of a page that is still loading. */
function settled(cursors) {
  const rtt = parseInt(document.getElementById('badge-rtt').textContent.replace('<', ''), 10);
  return document.querySelectorAll('[data-testid=cursor]').length === cursors && rtt < 100;
}
