// Two visitors, maybe on two nodes, see each other and each other's cursor exactly where it is.
//
//     node two-pages.mjs --url-a URL --url-b URL [--screenshot FILE] [--different-nodes]
//
// With --different-nodes, for pages behind a balancer, the second page is loaded anew until it is on
// another node than the first.
// Prints the node ids as JSON. Everything waits for a condition; nothing sleeps.
import { parseArgs } from 'node:util';
import { untilLive, visit, withBrowser, withParameters } from './tools.mjs';

const PATIENCE_MS = 10_000;
// A balancer lets a node that has just come up take its share only after a while.
const BALANCED_MS = 40_000;
const PATH = [[200, 300], [640, 180], [1011, 433], [333, 617]];

const { values: options } = parseArgs({ options: {
  'url-a': { type: 'string' },
  'url-b': { type: 'string' },
  screenshot: { type: 'string' },
  'different-nodes': { type: 'boolean' },
} });
if (!options['url-a'] || !options['url-b']) {
  console.error('usage: two-pages.mjs --url-a URL --url-b URL [--screenshot FILE]');
  process.exit(2);
}

await withBrowser(async (browser) => {
  // A board of its own, so that no other visitors' cursors get into the picture.
  const board = `two-pages-${Date.now().toString(36)}`;
  const a = await open(browser, options['url-a'], { board, name: 'Ada' });
  const b = await open(browser, options['url-b'], { board, name: 'Grace' });
  try {
    await Promise.all([untilLive(a), untilLive(b)]);
    if (options['different-nodes']) await untilElsewhere(b, await nodeOf(a));
    await Promise.all([untilListed(a, b.visitor), untilListed(b, a.visitor)]);
    await untilFollowed(a, b);
    await untilFollowed(b, a);
    console.log(JSON.stringify({ nodeA: await nodeOf(a), nodeB: await nodeOf(b) }));
    if (options.screenshot) await b.screenshot({ path: options.screenshot });
  } catch (error) {
    throw new Error([error.message, ...complaints(a, b)].join('\n  '));
  }
  if (complaints(a, b).length) throw new Error(complaints(a, b).join('\n  '));
});

async function open(browser, address, parameters) {
  const url = withParameters(address, parameters);
  const page = await visit(browser, url.href);
  page.setDefaultTimeout(PATIENCE_MS);
  page.visitor = url.searchParams.get('name');
  return page;
}

async function untilElsewhere(page, node) {
  const giveUp = Date.now() + BALANCED_MS;
  while (await nodeOf(page) === node) {
    if (Date.now() > giveUp) throw new Error(`always on node ${node}`);
    await page.reload();
    await untilLive(page);
  }
}

async function untilListed(page, name) {
  await page.locator(`[data-testid=avatar][data-name="${name}"]`).waitFor({ state: 'attached' })
    .catch(() => { throw new Error(`${page.visitor} does not see ${name} among the avatars`); });
}

/** Moves the mouse on one page and waits until the other shows that cursor at every stop. */
async function untilFollowed(mover, watcher) {
  const name = mover.visitor;
  for (const [x, y] of PATH) {
    await mover.mouse.move(x, y, { steps: 12 });
    await watcher.waitForFunction(cursorIsAt, { name, x, y }).catch(async () => {
      const seen = await watcher.evaluate(whereIsCursor, name);
      throw new Error(`${watcher.visitor} sees the cursor of ${name} at ${JSON.stringify(seen)} `
        + `instead of ${x},${y}`);
    });
  }
}

// These two run in the page: where the cursor should be, and where it is drawn.

function cursorIsAt({ name, x, y }) {
  const cursor = document.querySelector(`[data-testid=cursor][data-name="${name}"]`);
  if (!cursor) return false;
  const { m41, m42 } = new DOMMatrix(getComputedStyle(cursor).transform);
  const distances = [cursor.dataset.x - x, cursor.dataset.y - y, m41 - x, m42 - y];
  return distances.every((distance) => Math.abs(distance) <= 1);
}

function whereIsCursor(name) {
  const cursor = document.querySelector(`[data-testid=cursor][data-name="${name}"]`);
  if (!cursor) return 'nowhere';
  const { x, y } = cursor.dataset;
  return { x, y, drawn: getComputedStyle(cursor).transform };
}

function nodeOf(page) {
  return page.getByTestId('badge').getAttribute('data-node');
}

function complaints(...pages) {
  return pages.flatMap((page) => page.complaints.map((text) => `${page.visitor}: ${text}`));
}
