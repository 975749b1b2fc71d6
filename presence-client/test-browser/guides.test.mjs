// The guides of docs/guides: their pages run as they are, but for the node's port.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, visit } from './browser.mjs';
import { bundle } from './pages.mjs';
import { startNode } from './service.mjs';

let node;
let browser;
let site;
let folder;
let blocks;
before(async () => {
  [node, browser, folder] = await Promise.all([startNode(), launchBrowser(), mkdtemp(join(tmpdir(), 'presence-guides-'))]);
  const { serve } = await import(new URL('../examples/serve.mjs', import.meta.url));
  site = await serve(folder);
  const text = await readFile(new URL('../../docs/guides/who-is-online.md', import.meta.url), 'utf8');
  blocks = Object.fromEntries([...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => [language, code]));
});
after(async () => {
  await browser?.close();
  await site?.close();
  await node?.kill();
  if (folder) await rm(folder, { recursive: true });
});

const withPort = (code) => code.replaceAll(':3001', `:${node.port}`);

/** A page with this content, on another origin than the node's. */
async function show(html) {
  await writeFile(join(folder, 'index.html'), `<!doctype html><link rel="icon" href="data:,"><body>${html}`);
  return visit(browser, site.url);
}

test('the header shows each user once, and who is active', async () => {
  const ada = await show(withPort(blocks.html));
  const again = await visit(browser, site.url);
  const bob = await show(withPort(blocks.html).replace("userId: 'u17', name: 'Ada'", "userId: 'u18', name: 'Bob'"));
  const reads = (page, ...words) => page.waitForFunction(
    (expected) => [...document.querySelectorAll('#online li')].map((item) => item.textContent).sort().join() === expected,
    words.join());
  for (const page of [ada, bob, again]) await reads(page, 'Ada (active)', 'Bob (active)');
  assert.equal(await ada.locator('#online li').first().evaluate((item) => getComputedStyle(item).color), 'rgb(233, 30, 99)');
  await bob.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await reads(ada, 'Ada (active)', 'Bob (away)');
  assert.deepEqual([ada, again, bob].flatMap((page) => page.complaints), []);
});

test('the header of React shows each user once', async () => {
  await writeFile(join(folder, 'header.jsx'), `${withPort(blocks.jsx)}
    import { createRoot } from 'react-dom/client';
    const user = { id: 'u17', name: 'Ada Byron', color: '#e91e63' };
    createRoot(document.body.appendChild(document.createElement('div'))).render(<Header user={user} team="team-8" />);
  `);
  await bundle(folder, 'header.js', 'browser', [join(folder, 'header.jsx')]);
  const pages = [await show('<script type="module" src="header.js"></script>'), await visit(browser, site.url)];
  for (const page of pages) {
    await page.waitForFunction(() => document.querySelector('.presence-avatars [title*="2"]'));
    assert.equal(await page.locator('.presence-avatar').count(), 1);
    assert.match(await page.locator('.presence-avatar').textContent(), /AB/);
    assert.deepEqual(page.complaints, []);
  }
});
