// Tools of presence-client's browser tests, whose packages must be installed, and those that know this page.
import { visit } from '../../presence-client/test-browser/browser.mjs';

export { launchBrowser, visit, withBrowser, withParameters } from '../../presence-client/test-browser/browser.mjs';
export { examine } from '../../presence-client/test-browser/axe.mjs';
export { startNode } from '../../presence-client/test-browser/service.mjs';

/** Waits until the page's badge says that it is connected. */
export async function untilLive(page) {
  await page.waitForSelector('[data-testid=badge][data-state=open]', { state: 'attached' });
}

/**
 * Lets members join a board from a page without the demo; it keeps their rooms by name in `globalThis.crew`.
 *
 * @param members what each joins with, and where its cursor is: `{ name, color, status, at: [x, y], state }`
 */
export async function bringIn(browser, node, board, members) {
  const page = await visit(browser, new URL('/presence-client.js', node.page).href);
  await page.evaluate(async ([ws, board, members]) => {
    const { connect } = await import('/presence-client.js');
    globalThis.crew = {};
    for (const { at, state, ...profile } of members) {
      const room = await connect(ws).join(board, { state, ...profile });
      if (at) room.cursor(...at);
      globalThis.crew[profile.name] = room;
    }
  }, [node.ws, board, members]);
  return page;
}

/** All shapes that a page shows, whatever the order in which their attributes were set. */
export function shapesOf(page) {
  return page.evaluate(() => [...document.querySelectorAll('#shapes *')].map((element) => [
    element.tagName,
    ...Array.from(element.attributes, ({ name, value }) => `${name}=${value}`).sort(),
    element.children.length ? '' : element.textContent,
  ].join(' ')).join('\n'));
}
