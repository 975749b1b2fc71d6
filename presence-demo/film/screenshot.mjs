// A picture of a lively board for the README.
//
//     node screenshot.mjs --url http://localhost:3001/ --users 7 --out board.png [--dark] [--phone]
import { parseArgs } from 'node:util';
import { withBrowser } from '../test-browser/tools.mjs';
import { stage } from './scene.mjs';

const { values: options } = parseArgs({ options: {
  url: { type: 'string' },
  users: { type: 'string', default: '7' },
  out: { type: 'string' },
  dark: { type: 'boolean' },
  phone: { type: 'boolean' },
  scale: { type: 'string', default: '2' },
} });
if (!options.url || !options.out) {
  console.error('usage: screenshot.mjs --url URL --out FILE [--users N] [--dark] [--phone] [--scale N]');
  process.exit(2);
}

const viewport = options.phone ? { width: 390, height: 780 } : { width: 1280, height: 720 };
const look = {
  viewport,
  deviceScaleFactor: Number(options.scale),
  colorScheme: options.dark ? 'dark' : 'light',
  hasTouch: options.phone,
  isMobile: options.phone,
};

await withBrowser(async (browser) => {
  const center = [viewport.width / 2, viewport.height / 2 + (options.phone ? 10 : 0)];
  const { page, crew } = await stage(browser, options.url, { users: Number(options.users), center }, look);
  await crew.evaluate(act, center);
  await page.waitForFunction(settled);
  await crew.evaluate(([x, y]) => {
    globalThis.crew.Ken?.signal('reaction', { kind: 'heart', x: x + 150, y: y - 80 });
    globalThis.crew.Barbara?.signal('reaction', { kind: 'party', x: x - 222, y: y + 90 });
  }, center);
  await page.locator('[data-testid=reaction]').nth(1).waitFor({ state: 'attached' });
  // At their largest.
  await page.evaluate(() => document.getAnimations().forEach((animation) => {
    if (!animation.effect.target.matches('.flyer')) return;
    animation.pause();
    animation.currentTime = 900;
  }));
  await page.screenshot({ path: options.out });
  if (page.complaints.length) throw new Error(page.complaints.join('\n  '));
});

// These two run in the pages.

/** Everyone points at something, and does something. */
function act([x, y]) {
  const { Grace, Linus, Margaret, Ken, Barbara, Radia } = globalThis.crew;
  Grace?.cursor(x + 70, y + 152);
  Grace?.set({ selection: ['scene0006'] });
  Linus?.cursor(x + 310, y + 62);
  Linus?.set({ chat: 'Friday works for me!' });
  Margaret?.cursor(x - 290, y - 110);
  Margaret?.set({ selection: ['scene0010'] });
  Ken?.cursor(x + 160, y - 70);
  Barbara?.cursor(x - 250, y + 124);
  Radia?.cursor(x + 1150, y - 460);
  Radia?.update({ status: 'idle' });
}

/** All is there, and the round trip is no longer that of a page that is still loading. */
function settled() {
  const rtt = parseInt(document.getElementById('badge-rtt').textContent.replace('<', ''), 10);
  const has = (id) => document.querySelector(`[data-testid=${id}]`);
  const greeted = getComputedStyle(document.getElementById('welcome')).opacity === '0';
  return greeted && has('hint') && has('outline') && document.querySelector('.said:not(:empty)') && rtt < 20;
}
