// Examples for the browser tests: built as a user builds them, and served on loopback.
import { launchBrowser, visit, withParameters } from './browser.mjs';
import { killNodes, startNode } from './service.mjs';

/**
 * Builds and serves an example, and starts nodes and Chromium beside it.
 *
 * @param nodes with more than one they share the Redis of REDIS_URL
 * @param settings of the nodes
 */
export async function stageExample(name, { nodes: count = 1, settings: given = {} } = {}) {
  const { build } = await import('../examples/build.mjs');
  const { serve } = await import('../examples/serve.mjs');
  const settings = { ...given };
  if (count > 1) {
    if (!process.env.REDIS_URL) throw new Error('REDIS_URL is not set');
    Object.assign(settings, { REDIS_URL: process.env.REDIS_URL, PRESENCE_PREFIX: `${name}-${process.pid}` });
  }
  const nodes = [];
  let site;
  let browser;
  // All of it, as what is left open keeps the test from ending.
  const close = () => Promise.all([killNodes(), browser?.close(), site?.close()]);
  try {
    // One after the other: a node that gets no processor gives its Redis up.
    while (nodes.length < count) nodes.push(await startNode(settings));
    site = await serve(await build(name));
    browser = await launchBrowser();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    nodes,
    settings,
    browser,
    /** A page of the example on this node, with these parameters. */
    open: (node, parameters, options) =>
      visit(browser, withParameters(site.url, { ws: node.ws, ...parameters }).href, options),
    close,
  };
}

/** Stores a screenshot among the test's artifacts. */
export async function picture(page, name) {
  const folder = process.env.PRESENCE_ARTIFACTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
