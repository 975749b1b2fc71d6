// Members of one board whose connections nobody reads: for large boards in tests and measurements. As a program it moves them:
//
//     node test-live/crowd.mjs --url ws://127.0.0.1:3001/ws --board b --members 500 --hz 20 --width 3000 --height 2000
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { ClientFrame } from '../src/presence-wire.js';

const COLORS = ['#c90000', '#0047ff', '#d67805', '#338b87', '#b702ab', '#07742f', '#8a5861', '#0092fe'];

/**
 * Joins a member for each place.
 *
 * @param places where their cursors are, in board units
 */
export async function gather(url, board, places) {
  const sockets = await Promise.all(places.map(async ([x, y], i) => {
    const socket = new WebSocket(url, 'presence.v1', { perMessageDeflate: false });
    socket.on('error', () => {});
    await once(socket, 'open');
    socket.send(ClientFrame.encode({ join: {
      board, profile: { name: `Guest ${i + 1}`, color: COLORS[i % COLORS.length] }, status: 'active',
    } }));
    socket.send(cursor(x, y));
    return socket;
  }));
  return {
    move: (i, x, y) => sockets[i].send(cursor(x, y)),
    close: () => sockets.forEach((socket) => socket.terminate()),
  };
}

const cursor = (x, y) => ClientFrame.encode({ cursor: { x: Math.round(16 * x), y: Math.round(16 * y) } });

/** Lets members wander within a rectangle, each so many times a second, spread over the time. */
async function wander({ url, board, members, hz, width, height }) {
  const people = Array.from({ length: members }, () => ({
    x: Math.random() * width, y: Math.random() * height, turn: Math.random() * 7, speed: 100 + 300 * Math.random(),
  }));
  const crowd = await gather(url, board, people.map(({ x, y }) => [x, y]));
  let next = 0;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    for (let due = (now - last) / 1000 * hz * members; due >= 1; due -= 1) {
      const one = people[next];
      one.turn += (Math.random() - 0.5) / 2;
      one.x = within(one, one.x + Math.cos(one.turn) * one.speed / hz, width);
      one.y = within(one, one.y + Math.sin(one.turn) * one.speed / hz, height);
      crowd.move(next, one.x, one.y);
      next = (next + 1) % members;
      last += 1000 / hz / members;
    }
  }, 4);
  console.log('moving');
}

function within(one, value, most) {
  if (value >= 0 && value <= most) return value;
  one.turn += Math.PI / 2;
  return Math.min(most, Math.max(0, value));
}

if (process.argv[1]?.endsWith('crowd.mjs')) {
  const number = (fallback) => ({ type: 'string', default: String(fallback) });
  const { values } = parseArgs({ options: {
    url: { type: 'string' }, board: { type: 'string' }, members: number(500), hz: number(20), width: number(3000), height: number(2000),
  } });
  const { url, board, ...numbers } = values;
  await wander({ url, board, ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)])) });
}
