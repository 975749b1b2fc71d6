// A short film of people at work on a board, for the README: an animated WebP.
//
//     node film.mjs --url http://localhost:3001/ --out board.webp [--dark] [--seconds N]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { withBrowser } from '../test-browser/tools.mjs';
import { stage } from './scene.mjs';
import { animate, develop } from './webp.mjs';

const FRAMES_PER_SECOND = 12;
const VIEWPORT = { width: 1280, height: 720 };
const SCALE = 0.7;

const { values: options } = parseArgs({ options: {
  url: { type: 'string' },
  out: { type: 'string' },
  dark: { type: 'boolean' },
  seconds: { type: 'string', default: '5.5' },
  quality: { type: 'string', default: '0.8' },
} });
if (!options.url || !options.out) {
  console.error('usage: film.mjs --url URL --out FILE.webp [--dark] [--seconds N] [--quality 0..1]');
  process.exit(2);
}

await withBrowser(async (browser) => {
  const look = {
    viewport: VIEWPORT, deviceScaleFactor: SCALE, colorScheme: options.dark ? 'dark' : 'light',
  };
  const center = [VIEWPORT.width / 2, VIEWPORT.height / 2 + 6];
  const { page, crew } = await stage(browser, options.url, { users: 7, center }, look);
  await crew.evaluate(rehearse, { center, seconds: Number(options.seconds) });
  const darkroom = await (await browser.newContext()).newPage();
  await page.waitForFunction(() => getComputedStyle(document.getElementById('welcome')).opacity === '0');
  const stills = [];
  const count = Math.round(options.seconds * FRAMES_PER_SECOND);
  // The first frames put everyone in place.
  for (let frame = -3; frame < count; frame += 1) {
    const time = Math.max(0, frame) / FRAMES_PER_SECOND;
    const expected = await crew.evaluate((time) => globalThis.play(time), time);
    await page.waitForFunction(isThere, expected);
    await page.evaluate(holdFlyers, time * 1000);
    if (frame < 0) continue;
    const data = (await page.screenshot()).toString('base64');
    const still = await darkroom.evaluate(develop, { data, quality: Number(options.quality) });
    stills.push({ ...still, data: Buffer.from(still.data, 'base64') });
  }
  const [{ width, height }] = stills;
  const film = animate(stills.map(({ data }) => data), {
    width, height, durationMs: Math.round(1000 / FRAMES_PER_SECOND),
  });
  await writeFile(options.out, film);
  console.log(`${stills.length} frames of ${width} x ${height}, ${film.length} bytes`);
  if (page.complaints.length) throw new Error(page.complaints.join('\n  '));
});

// These run in the pages.

/** Gives everyone a part: `play(time)` plays it up to then, and says where the cursors are. */
function rehearse({ center: [cx, cy], seconds }) {
  const { crew } = globalThis;
  const around = (time, turns) => 2 * Math.PI * turns * (time / seconds);
  const ease = (part) => (1 - Math.cos(Math.PI * Math.min(1, Math.max(0, part)))) / 2;
  const star = Array.from({ length: 41 }, (_, i) => {
    const [corner, along] = [Math.floor(i / 4), (i % 4) / 4];
    const at = (n) => {
      const [radius, turn] = [n % 2 ? 17 : 42, (Math.PI * n) / 5];
      return [radius * Math.sin(turn), -radius * Math.cos(turn)];
    };
    return at(corner).map((value, axis) => value + (at(corner + 1)[axis] - value) * along);
  });
  const words = 'Friday works for me!';
  const done = new Set();
  const once = (name, when, time, act) => {
    if (time < when || done.has(name)) return;
    done.add(name);
    act();
  };
  let clock = Date.now();
  const change = (room, id, fields) => room.signal('shapes.new', [[id, [clock += 1, 'scene', fields]]]);

  const parts = {
    // Carries a note.
    Margaret(room, time) {
      const away = ease((time - 0.6) / 1.4) - ease((time - 3.4) / 1.4);
      const [x, y] = [cx - 390 + 34 * away, cy - 196 + 92 * away];
      once('pick up', 0.4, time, () => room.set({ selection: ['scene0010'] }));
      change(room, 'scene0010', { x: Math.round(x), y: Math.round(y) });
      return [x + 96, y + 84];
    },
    // Draws a star.
    Grace(room, time) {
      const begin = [cx - 190, cy + 196];
      const drawn = Math.floor(star.length * Math.min(1, Math.max(0, (time - 0.5) / 2.4)));
      if (drawn > 1) {
        const points = star.slice(0, drawn).flat().map((value) => Math.round(value * 10) / 10);
        change(room, 'scenestar', { kind: 'pen', z: 99, color: '#e11d48', x: begin[0], y: begin[1], points });
      }
      const [x, y] = star[Math.max(0, drawn - 1)];
      const rest = ease((time - 3.1) / 1.2) * (1 - ease((time - seconds + 0.7) / 0.7));
      return [begin[0] + x + 110 * rest, begin[1] + y + 8 * rest];
    },
    Linus(room, time) {
      const said = words.slice(0, Math.max(0, Math.round((time - 1) * 11)));
      if (time < seconds - 0.5) room.set({ chat: said || undefined });
      else room.set({ chat: undefined });
      return [cx + 262 + 14 * Math.sin(around(time, 1)), cy + 70 + 8 * Math.cos(around(time, 1))];
    },
    Ken(room, time) {
      const place = [cx + 170 + 76 * Math.sin(around(time, 1)), cy - 72 + 44 * Math.sin(around(time, 2))];
      for (const [i, when] of [1.1, 1.5, 1.9].entries()) {
        once(`heart ${i}`, when, time, () => room.signal('reaction', { kind: 'heart', x: place[0], y: place[1] }));
      }
      return place;
    },
    Barbara(room, time) {
      const place = [cx - 60 + 120 * Math.cos(around(time, 1)), cy - 20 + 56 * Math.sin(around(time, 1))];
      once('party', 2.9, time, () => room.signal('reaction', { kind: 'party', x: place[0], y: place[1] }));
      return place;
    },
    Radia(room, time) {
      const inside = ease((time - 1.6) / 1.5) - ease((time - seconds + 1.2) / 1.1);
      return [cx + 900 - 560 * inside, cy - 130 + 20 * Math.sin(around(time, 1))];
    },
  };

  globalThis.play = (time) => Object.entries(crew).map(([name, room]) => {
    const [x, y] = parts[name](room, time).map((value) => Math.round(value * 16) / 16);
    room.cursor(x, y);
    return { name, x, y };
  });
}

/** The cursors are where they should be, and drawn there. */
function isThere(expected) {
  return expected.every(({ name, x, y }) => {
    const cursor = document.querySelector(`[data-testid=cursor][data-name="${name}"]`);
    if (!cursor) return false;
    const { m41, m42 } = new DOMMatrix(getComputedStyle(cursor).transform);
    return Math.hypot(m41 - x, m42 - y) < 1;
  });
}

/** Reactions fly in the film's time, not in that of the camera. */
function holdFlyers(time) {
  const begun = globalThis.begun ??= new WeakMap();
  for (const animation of document.getAnimations()) {
    if (!animation.effect.target?.matches('.flyer')) continue;
    if (!begun.has(animation)) begun.set(animation, time);
    animation.pause();
    animation.currentTime = Math.min(time - begun.get(animation) + 60, 2190);
  }
}
