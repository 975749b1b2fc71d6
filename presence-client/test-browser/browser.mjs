import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
// The same engine without the browser's own windows, which take more than half of the CPU where there is no GPU.
const SHELL = '/usr/bin/chromium-headless-shell';
const HEADLESS = process.env.HEADLESS_CHROMIUM ?? (existsSync(SHELL) ? SHELL : CHROMIUM);
/** Much: ten pages load at once on two cores, beside another test. */
export const PATIENCE_MS = 90_000;
export const QUIET = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export function launchBrowser() {
  return chromium.launch({ executablePath: HEADLESS, args: QUIET });
}

/** Runs `body` with Chromium; a failure is one clear message and exit code 1. */
export async function withBrowser(body) {
  let browser;
  try {
    browser = await launchBrowser();
    await body(browser);
  } catch (error) {
    console.error(`FAILED: ${error.message}`);
    process.exitCode = 1;
  } finally {
    await browser?.close();
  }
}

/**
 * A page of its own visitor; whatever goes wrong on it ends up in `page.complaints`.
 *
 * @param options of the browser context
 * @param tab what the tab's session storage holds from the start
 */
export async function visit(browser, url, options = {}, tab = {}) {
  // The tests' nodes sign their certificates themselves.
  const usual = { viewport: { width: 1280, height: 800 }, ignoreHTTPSErrors: true };
  const context = await browser.newContext({ ...usual, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(`uncaught ${error.stack ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(`console: ${message.text()}`);
  });
  page.on('crash', () => page.complaints.push('the page crashed'));
  await page.addInitScript((entries) => {
    for (const [key, value] of entries) sessionStorage.setItem(key, value);
  }, Object.entries(tab));
  // Without a GPU, the blur behind the demo's panels takes most of what drawing takes, in every frame and over the whole page.
  await page.addInitScript(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { backdrop-filter: none !important; }');
    document.adoptedStyleSheets.push(sheet);
  });
  await page.goto(url);
  return page;
}

/** The address with these parameters, where it does not have them already. */
export function withParameters(address, parameters) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url;
}
