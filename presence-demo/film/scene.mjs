// People at work on a board, for pictures and films of it: the others are clients in one bare page.
import { untilLive, visit, withParameters } from '../test-browser/tools.mjs';

export const CAST = [
  { name: 'Ada', color: '#4f46e5' },
  { name: 'Grace', color: '#e11d48' },
  { name: 'Linus', color: '#047857' },
  { name: 'Margaret', color: '#f59e0b' },
  { name: 'Ken', color: '#0369a1' },
  { name: 'Barbara', color: '#db2777' },
  { name: 'Radia', color: '#7c3aed' },
];

/**
 * @param options.users how many there are, the viewer included
 * @param look options of the viewer's browser context
 * @returns the viewer's page, and the page that plays the others
 */
export async function stage(browser, address, { users, center }, look) {
  const board = `design-review-${Date.now().toString(36).slice(-4)}`;
  const [viewer, ...others] = CAST.slice(0, users);
  const url = withParameters(address, { board, name: viewer.name });
  const page = await visit(browser, url.href, look, { 'presence.color': viewer.color });
  await untilLive(page);
  const crew = await visit(browser, new URL('/presence-client.js', url).href);
  const socket = url.searchParams.get('ws') ?? `${url.origin.replace('http', 'ws')}/ws`;
  await crew.evaluate(bringIn, { others, board: url.searchParams.get('board'), socket, shapes: shapes(center) });
  await page.waitForFunction(
    (count) => document.querySelectorAll('[data-testid=shape]').length === count, shapes(center).length);
  return { page, crew };
}

/** Runs in the crew's page. */
async function bringIn({ others, board, socket, shapes }) {
  const { connect } = await import('/presence-client.js');
  const rooms = [];
  for (const user of others) rooms.push(await connect(socket).join(board, user));
  const clock = Date.now();
  rooms[0].signal('shapes.new', shapes.map(({ id, ...fields }) => [id, [clock, 'scene', fields]]));
  globalThis.crew = Object.fromEntries(others.map(({ name }, i) => [name, rooms[i]]));
}

/** What they have drawn, around a middle. */
function shapes([cx, cy]) {
  let count = 0;
  const shape = (kind, color, x, y, more) => ({
    id: `scene${String(count += 1).padStart(4, '0')}`, z: count, kind, color, x: cx + x, y: cy + y, ...more,
  });
  const box = (color, x, y, w, h) => shape('rect', color, x, y, { w, h });
  const oval = (color, x, y, w, h) => shape('ellipse', color, x, y, { w, h });
  const note = (color, x, y, text) => shape('note', color, x, y, { w: 150, h: 128, text });
  const pen = (color, x, y, points) => shape('pen', color, x, y, { points });
  return [
    // A phone's screen, sketched.
    box('#4f46e5', -110, -200, 220, 372),
    box('#4f46e5', -90, -180, 180, 96),
    oval('#4f46e5', -28, -160, 56, 56),
    box('#0369a1', -90, -66, 180, 30),
    box('#0369a1', -90, -24, 180, 30),
    box('#047857', -90, 108, 180, 44),
    pen('#4f46e5', -62, 34, wave(124)),
    pen('#4f46e5', -62, 62, wave(84)),
    pen('#047857', -14, 130, [0, 0, 5, 5, 9, 10, 14, 3, 20, -5, 27, -12]),
    note('#f59e0b', -390, -196, 'Can we greet people by name?'),
    note('#db2777', -390, 32, 'One field is enough'),
    note('#0369a1', 236, -206, 'Ask for the rest later'),
    note('#84cc16', 236, 24, 'Ship it on Friday!'),
    pen('#f59e0b', -228, -132, arrow(104, 0)),
    pen('#db2777', -228, 86, arrow(120, -128)),
    pen('#0369a1', 224, -140, arrow(-122, 84)),
    pen('#84cc16', 224, 92, arrow(-120, 38)),
    oval('#e11d48', -128, 92, 256, 76),
    pen('#e11d48', 300, 196, heart(34)),
    shape('text', '#4f46e5', -112, -246, { w: 240, h: 36, text: 'Sign-up, take two' }),
  ];
}

function wave(width) {
  const points = [];
  for (let x = 0; x <= width; x += 4) points.push(x, Math.round(40 * Math.sin(x / 5)) / 10);
  return points;
}

/** A bent line with a head, to (dx, dy). */
function arrow(dx, dy) {
  const points = [];
  for (let i = 0; i <= 16; i += 1) {
    const part = i / 16;
    points.push(dx * part, dy * part - 22 * Math.sin(Math.PI * part));
  }
  const turn = Math.atan2(dy + 22 * Math.PI / 4, dx);
  const head = (side) => [dx - 15 * Math.cos(turn + side), dy - 15 * Math.sin(turn + side)];
  // Twice the same point: there the line has a corner.
  const tip = [dx, dy, dx, dy];
  points.push(...tip, ...head(0.5), ...head(0.5), ...tip, ...head(-0.5));
  return points.map((value) => Math.round(value * 10) / 10);
}

function heart(size) {
  const points = [];
  for (let i = 0; i <= 40; i += 1) {
    const t = (2 * Math.PI * i) / 40;
    const y = 13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t);
    points.push((size / 16) * 16 * Math.sin(t) ** 3, (-size / 16) * y);
  }
  return points.map((value) => Math.round(value * 10) / 10);
}
