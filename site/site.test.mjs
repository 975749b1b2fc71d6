// The built site (target/site, made by `bash site/build`) as files, and in Chromium.
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from '../presence-client/examples/serve.mjs';
import { examine } from '../presence-client/test-browser/axe.mjs';
import { launchBrowser, visit } from '../presence-client/test-browser/browser.mjs';

const SITE = fileURLToPath(new URL('../target/site', import.meta.url));
const WIDE = { viewport: { width: 1280, height: 800 } };
const NARROW = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let site;
let browser;
before(async () => {
  [site, browser] = await Promise.all([serve(SITE), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** A page of the site; a request to anywhere else is one of its complaints. */
async function open(path, options) {
  const page = await visit(browser, 'about:blank', options);
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(site.url) && !/^(data|blob|about):/.test(url)) page.complaints.push(`asks ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) page.complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(site.url + path);
  return page;
}

test('every link, picture and anchor of every page leads somewhere in the site', async () => {
  const html = (await readdir(SITE, { recursive: true })).filter((name) => name.endsWith('.html') && name !== '404.html');
  assert.ok(html.length > 40, `${html.length} pages`);
  const texts = new Map(await Promise.all(html.map(async (name) => [name, await readFile(join(SITE, name), 'utf8')])));
  const ids = new Map([...texts].map(([name, text]) =>
    [name, new Set([...text.matchAll(/\sid="?([^"\s>]+)/g)].map(([, id]) => id))]));
  const broken = [];
  for (const [name, text] of texts) {
    const base = new URL(name, 'http://site/');
    for (const [, target] of text.matchAll(/\s(?:href|src)="?([^"\s>]+)/g)) {
      const { host, pathname, hash } = new URL(target.replaceAll('&amp;', '&'), base);
      if (host !== 'site') continue;
      const path = decodeURIComponent(pathname).slice(1);
      const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
      const anchor = decodeURIComponent(hash.slice(1));
      const found = await stat(join(SITE, file)).catch(() => null);
      if (!found?.isFile()) broken.push(`${name}: ${target}`);
      else if (anchor && anchor !== '__skip' && ids.has(file) && !ids.get(file).has(anchor)) broken.push(`${name}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test('llms.txt and the pages that it names are in the site', async () => {
  const text = await readFile(join(SITE, 'llms.txt'), 'utf8');
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
  assert.ok(links.length > 5);
  for (const link of links) assert.ok((await stat(join(SITE, link))).isFile(), link);
});

const PAGES = ['', 'getting-started/', 'configuration/', 'architecture/overview/'];
/** Made by the theme's script: the bar of a block of code, and, on touch screens, code and tables that no key scrolls. */
const OF_THE_THEME = /^landmark-unique: .*\.md-code__nav: |^scrollable-region-focusable: (#__code_\d+ > code|\.md-typeset__)/;
const LOOKS = { wide: WIDE, narrow: NARROW, 'wide and dark': { ...WIDE, colorScheme: 'dark' } };
for (const [name, look] of Object.entries(LOOKS)) {
  test(`pages fit and axe finds nothing wrong, ${name}`, async () => {
    for (const path of PAGES) {
      const page = await open(path, { reducedMotion: 'reduce', ...look });
      const { violations, passed } = await examine(page);
      assert.deepEqual(violations.filter((violation) => !OF_THE_THEME.test(violation)), [], path);
      assert.ok(passed['color-contrast'] > 5, path);
      const [content, screen] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
      assert.ok(content <= screen, `${path || 'home'} is ${content} wide on ${screen}`);
      const empty = await page.evaluate(() => [...document.querySelectorAll('article img')]
        .filter((picture) => !picture.naturalWidth).map((picture) => picture.src));
      assert.deepEqual(empty, [], path);
      assert.deepEqual(page.complaints, [], path);
      await page.context().close();
    }
  });
}

test('the search finds a setting and leads to its page', async () => {
  const page = await open('', WIDE);
  // By keys: the theme asks its index when one is released.
  await page.locator('.md-search__input').pressSequentially('PRESENCE_GRACE_MS');
  const hit = page.locator('.md-search-result__link[href*="configuration/"]').first();
  await hit.waitFor();
  await hit.click();
  await page.waitForURL(/\/configuration\//);
  await page.locator('article code', { hasText: /^PRESENCE_GRACE_MS$/ }).first().waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
