// How many frames a second a page draws on a board on which 500 people move, of whom it shows about a fifth: a real node,
// people of a process of their own, Chromium.
//
//     export PRESENCE_JAR=../presence-service/target/presence-service.jar
//     npm ci && node bench/viewport.mjs [--seconds 10] [--members 500] [--hz 20] [--everybody] [--demo]
//
// --everybody: without a viewport, to compare; --demo: the demo's page instead of one with only cursors
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { launchBrowser, visit, withParameters } from '../test-browser/browser.mjs';
import { killNodes, startNode } from '../test-browser/service.mjs';

const WINDOW = { width: 1280, height: 720 };
// Five windows of people.
const BOARD = { width: 2860, height: 1610 };
const SETTLE_MS = 4000;

const { values: options } = parseArgs({ options: {
  seconds: { type: 'string', default: '10' }, members: { type: 'string', default: '500' }, hz: { type: 'string', default: '20' },
  everybody: { type: 'boolean', default: false }, demo: { type: 'boolean', default: false },
} });

const node = await startNode();
const crowd = spawn(process.execPath, [
  new URL('../test-live/crowd.mjs', import.meta.url).pathname, '--url', node.ws, '--board', 'crowd',
  '--members', options.members, '--hz', options.hz, '--width', String(BOARD.width), '--height', String(BOARD.height),
], { stdio: ['ignore', 'pipe', 'inherit'] });
await once(crowd.stdout, 'data');
const browser = await launchBrowser();
try {
  const address = options.demo ? withParameters(node.page, { board: 'crowd', name: 'Viewer' }).href : new URL('/presence-client.js', node.page).href;
  const page = await visit(browser, address, { viewport: WINDOW });
  if (!options.demo) await page.evaluate(draw, [node.ws, WINDOW, options.everybody]);
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=cursor], .person').length > 50);
  await page.waitForTimeout(SETTLE_MS);
  const { frames, ms, shown, slowest } = await page.evaluate(countFrames, 1000 * Number(options.seconds));
  console.log(`${options.members} members at ${options.hz} Hz, ${shown} shown: ${(1000 * frames / ms).toFixed(1)} frames a second, `
    + `the slowest of 100 in ${slowest.toFixed(0)} ms (${cpus().length} cores)`);
} finally {
  crowd.kill('SIGKILL');
  await browser.close();
  await killNodes();
}

/** Runs in the page: cursors with names, as an application would draw them. */
async function draw([ws, { width, height }, everybody]) {
  const [{ connect }, { smoothCursors }, { setViewport }] = await Promise.all(
    ['client', 'cursors', 'viewport'].map((name) => import(`/presence-${name}.js`)));
  document.body.replaceChildren();
  document.body.style.cssText = 'margin: 0; overflow: hidden; font: 12px sans-serif';
  const room = await connect(ws).join('crowd', { name: 'Viewer' });
  if (!everybody) setViewport(room, { x: 0, y: 0, width, height });
  const people = new Map();
  smoothCursors(room, {
    show(member, x, y) {
      let person = people.get(member);
      if (!person) {
        person = document.createElement('div');
        person.className = 'person';
        person.textContent = member.name;
        person.style.cssText = `position: absolute; will-change: transform; padding: 2px 6px; border-radius: 8px; color: #fff; background: ${member.color}`;
        people.set(member, person);
        document.body.append(person);
      }
      person.style.transform = `translate(${x}px, ${y}px)`;
    },
    hide(member) {
      people.get(member)?.remove();
      people.delete(member);
    },
  });
}

/** Runs in the page. */
function countFrames(forMs) {
  return new Promise((resolve) => {
    const begun = performance.now();
    let before = begun;
    const spans = [];
    requestAnimationFrame(function frame(now) {
      spans.push(now - before);
      before = now;
      if (now - begun < forMs) return requestAnimationFrame(frame);
      spans.sort((a, b) => b - a);
      const shown = [...document.querySelectorAll('[data-testid=cursor], .person')].filter((person) => {
        const { left, top, right, bottom } = person.getBoundingClientRect();
        return person.dataset.hidden !== 'true' && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
      }).length;
      resolve({ frames: spans.length, ms: now - begun, shown, slowest: spans[Math.floor(spans.length / 100)] });
    });
  });
}
