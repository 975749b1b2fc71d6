// Tools of presence-client's browser tests, whose packages must be installed, and those that know this page.
export { launchBrowser, visit, withBrowser, withParameters } from '../../presence-client/test-browser/browser.mjs';
export { startNode } from '../../presence-client/test-browser/service.mjs';

/** Waits until the page's badge says that it is connected. */
export async function untilLive(page) {
  await page.waitForSelector('[data-testid=badge][data-state=open]', { state: 'attached' });
}
