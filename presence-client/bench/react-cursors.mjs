// What 200 moving cursors cost a page: `<Cursors>` beside plain words drawn by `useCursors()`, in turns.
//
//     npm ci --prefix examples && node bench/react-cursors.mjs [--rounds 8] [--seconds 3]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serve } from '../examples/serve.mjs';
import { launchBrowser } from '../test-browser/browser.mjs';
import { bundle } from '../test-browser/pages.mjs';

const MOVING = 200;
const SETTLE_MS = 1500;
const DRAWS = ['words', 'Cursors'];

const { values: options } = parseArgs({ options: {
  rounds: { type: 'string', default: '8' }, seconds: { type: 'string', default: '3' },
} });

const folder = await mkdtemp(join(tmpdir(), 'presence-bench-'));
const define = { 'process.env.NODE_ENV': '"production"' };
await bundle(folder, 'main.js', 'browser', [fileURLToPath(new URL('react-cursors-page.jsx', import.meta.url))], { define, minify: true });
await writeFile(join(folder, 'index.html'), '<!doctype html><body><script type="module" src="main.js"></script>');
const site = await serve(folder);
const browser = await launchBrowser();
const system = await browser.newBrowserCDPSession();
const figures = Object.fromEntries(DRAWS.map((draw) => [draw, []]));
for (let round = 0; round < Number(options.rounds); round += 1) {
  for (const draw of round % 2 ? DRAWS.toReversed() : DRAWS) figures[draw].push(await measure(draw));
}
console.log('| drawn as | frames a second | styles | page\'s thread | CPU of all processes |\n|---|--:|--:|--:|--:|');
for (const draw of DRAWS) {
  const [fps, style, thread, cpu] = ['fps', 'style', 'thread', 'cpu'].map((name) => median(figures[draw].map((each) => each[name])));
  console.log(`| ${draw} | ${fps.toFixed(0)} | ${style.toFixed(1)} ms | ${thread.toFixed(1)} ms | ${cpu.toFixed(1)} ms |`);
}
await Promise.all([browser.close(), site.close(), rm(folder, { recursive: true })]);

/** Milliseconds are for each frame. */
async function measure(draw) {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(`${site.url}?draw=${draw}`);
  await page.waitForFunction((count) => document.querySelectorAll('.presence-cursor').length === count, MOVING);
  await page.waitForTimeout(SETTLE_MS);
  const before = await spent(session);
  const { frames, ms } = await page.evaluate(countFrames, 1000 * Number(options.seconds));
  const after = await spent(session);
  await page.close();
  const each = (name) => (1000 * (after[name] - before[name])) / frames;
  return { fps: (1000 * frames) / ms, style: each('style'), thread: each('thread'), cpu: each('cpu') };
}

/** In seconds since the page was opened, and for the CPU since the browser was started. */
async function spent(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  const valueOf = (wanted) => metrics.find(({ name }) => name === wanted).value;
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  return {
    style: valueOf('RecalcStyleDuration'), thread: valueOf('TaskDuration'),
    cpu: processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
  };
}

/** Runs in the page. */
function countFrames(forMs) {
  return new Promise((resolve) => {
    const begun = performance.now();
    let frames = 0;
    requestAnimationFrame(function frame(now) {
      frames += 1;
      if (now - begun < forMs) requestAnimationFrame(frame);
      else resolve({ frames, ms: now - begun });
    });
  });
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
