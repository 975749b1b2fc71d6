// The demo's shapes: whatever several people do at once, in the end all see the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../src/whiteboard/history.js';
import { Shapes } from '../src/whiteboard/shapes.js';
import { ShapeSync } from '../src/whiteboard/shape-sync.js';
import { randomFrom } from '../../presence-client/test/random.mjs';

const TICK_MS = 100;

/** Pages on one board, whose signals arrive when the test says so, in order for each pair. */
class Board {
  rooms = [];
  #links = [];

  enter() {
    const listeners = [];
    const newcomers = [];
    const member = { joinedAt: this.rooms.length };
    const room = {
      member,
      connection: { on() {} },
      on(event, listener) {
        if (event === 'signal') listeners.push(listener);
        if (event === 'join') newcomers.push(listener);
      },
      meet: (newcomer) => newcomers.forEach((meet) => meet(newcomer)),
      signal: (type, payload, { to } = {}) => {
        if (room.cut || !this.rooms.includes(room)) return false;
        // As far as the wire is concerned.
        const text = JSON.stringify(payload ?? null);
        for (const other of this.rooms) {
          if (other === room || (to && !to.includes(other.member))) continue;
          this.#links.push({
            from: room, to: other, type, directed: !!to, deliver: () => other.hear(member, type, JSON.parse(text)),
          });
        }
        return true;
      },
      hear: (from, type, payload) => listeners.forEach((hear) => hear({ member: from, type, payload })),
      members: [],
      get others() { return room.members.filter((other) => other !== member); },
    };
    this.rooms.push(room);
    this.#tellMembers();
    for (const other of this.rooms) if (other !== room) other.meet(member);
    room.forget = () => listeners.splice(0);
    return this.#open(room);
  }

  /** The same member, who has forgotten everything. */
  reload(index) {
    this.rooms[index].forget();
    return this.#open(this.rooms[index]);
  }

  /** It is gone before it has sent what it still would. */
  leave(room) {
    this.rooms = this.rooms.filter((other) => other !== room);
    this.#tellMembers();
  }

  #tellMembers() {
    for (const { members } of this.rooms) members.splice(0, Infinity, ...this.rooms.map((other) => other.member));
  }

  #open(room) {
    const shapes = new Shapes();
    const sync = new ShapeSync(room, shapes);
    return { shapes, sync, history: new History(shapes), room };
  }

  get quiet() {
    return this.#links.length === 0;
  }

  /** Lets time pass; what is sent in it arrives at once, but for what is held back, and what comes behind that. */
  run(t, ms, isHeld = () => false) {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      t.mock.timers.tick(TICK_MS);
      this.#deliver(isHeld);
    }
  }

  #deliver(isHeld) {
    const blocked = [];
    for (let at = 0; at < this.#links.length;) {
      const link = this.#links[at];
      const waits = blocked.some(({ from, to }) => from === link.from && to === link.to);
      if (waits || isHeld(link)) {
        blocked.push(link);
        at += 1;
      } else {
        this.#links.splice(at, 1);
        link.deliver();
      }
    }
  }

  deliverOne(random) {
    if (this.quiet) return;
    const { from, to } = this.#links[Math.floor(random() * this.#links.length)];
    const first = this.#links.findIndex((link) => link.from === from && link.to === to);
    this.#links.splice(first, 1)[0].deliver();
  }
}

function act({ shapes, history }, random, id) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const some = pick(shapes.all);
  const number = () => Math.floor(random() * 1000);
  const place = { x: number(), y: number(), color: '#123456' };
  switch (Math.floor(random() * 9)) {
    case 0: return shapes.add({ ...place, id, kind: 'rect', w: number(), h: number() });
    case 1: return shapes.add({ ...place, id, kind: 'note', w: 9, h: 9, text: String(number()) });
    case 2: return shapes.add({ ...place, id, kind: 'pen', points: [0, 0] });
    case 3: return some && shapes.change(some.id, { x: number(), y: number() });
    case 4: return some && shapes.change(some.id, { color: pick(['#aa0000', '#00aa00', '#0000aa']) });
    case 5: return some?.points && shapes.change(some.id, { points: [...some.points, number(), number()] });
    case 6: return some?.kind === 'note' && shapes.change(some.id, { text: String(number()) });
    case 7: return some && random() < 0.5 && shapes.remove(some.id);
    default: return history.undo();
  }
}

test('whatever happens at once, all pages come to the same shapes', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = randomFrom(seed);
    const board = new Board();
    const pages = [board.enter(), board.enter(), board.enter()];
    for (let step = 0; step < 250; step += 1) {
      const page = pages[Math.floor(random() * pages.length)];
      if (random() < 0.4) act(page, random, `shape${String(step).padStart(5, '0')}`);
      else if (random() < 0.5) t.mock.timers.tick(TICK_MS);
      else board.deliverOne(random);
      if (step === 120) pages.push(board.enter());
    }
    for (let calm = 0; calm < 40; calm += 1) {
      t.mock.timers.tick(TICK_MS);
      while (!board.quiet) board.deliverOne(random);
    }
    const [first, ...rest] = pages.map(({ shapes }) => shapes.all);
    assert.ok(first.length > 0);
    for (const other of rest) assert.deepEqual(other, first, `seed ${seed}`);
  }
});

test('a line that is drawn goes out piece by piece', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const board = new Board();
  const [drawer, watcher] = [board.enter(), board.enter()];
  const sizes = [];
  board.rooms[1].on('signal', ({ payload }) => sizes.push(JSON.stringify(payload).length));
  drawer.shapes.add({ id: 'line0001', kind: 'pen', x: 0, y: 0, color: '#123456', points: [0, 0] });
  for (let i = 1; i <= 600; i += 1) {
    const { points } = drawer.shapes.get('line0001');
    drawer.shapes.change('line0001', { points: [...points, i, i] });
    if (i % 10 === 0) {
      t.mock.timers.tick(TICK_MS);
      while (!board.quiet) board.deliverOne(() => 0);
    }
  }
  assert.equal(watcher.shapes.get('line0001').points.length, 1202);
  assert.ok(Math.max(...sizes.slice(2)) < 300, `${Math.max(...sizes)} bytes`);
});

test('who has just come lets others answer, too', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const board = new Board();
  const [, knows] = [board.enter(), board.enter()];
  const calm = () => {
    for (let i = 0; i < 60; i += 1) {
      t.mock.timers.tick(TICK_MS);
      while (!board.quiet) board.deliverOne(() => 0);
    }
  };
  calm();
  knows.shapes.add({ id: 'shape001', kind: 'rect', x: 0, y: 0, w: 9, h: 9, color: '#123456' });
  calm();
  // The one who is asked first has been reloaded, and waits for an answer itself.
  const reloaded = board.reload(0);
  const newcomer = board.enter();
  calm();
  assert.equal(newcomer.shapes.size, 1);
  assert.equal(reloaded.shapes.size, 1);
});

const NOTES = 80;
const PARTS = 3;

/** Two on a board with so many shapes that an answer has several parts. */
function largeBoard(t) {
  const board = new Board();
  const [asked, other] = [board.enter(), board.enter()];
  board.run(t, 5000);
  for (let i = 0; i < NOTES; i += 1) {
    const id = `note${String(i).padStart(4, '0')}`;
    asked.shapes.add({ id, kind: 'note', x: i, y: 0, w: 9, h: 9, color: '#123456', text: 'x'.repeat(400) });
  }
  board.run(t, 20_000);
  assert.equal(other.shapes.size, NOTES);
  return { board, asked, other };
}

/** Lets time pass until the newcomer has got so many parts of the answer. */
function runToPart(board, t, newcomer, count) {
  let parts = 0;
  const isPart = ({ to, type, directed }) => to === newcomer.room && type === 'shapes' && directed;
  while (parts < count) {
    board.run(t, TICK_MS, (link) => {
      parts += isPart(link);
      return false;
    });
  }
}

test('who comes has all shapes, whichever part of the answer is the last before its sender leaves', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  for (let part = 1; part <= PARTS; part += 1) {
    const { board, asked } = largeBoard(t);
    const newcomer = board.enter();
    runToPart(board, t, newcomer, part);
    assert.equal(newcomer.shapes.size === NOTES, part === PARTS, `${newcomer.shapes.size} shapes by part ${part}`);
    board.leave(asked.room);
    board.run(t, 10_000);
    assert.equal(newcomer.shapes.size, NOTES, `part ${part}`);
  }
});

test('who comes has all shapes, whichever part of the answer waits for a new connection of its sender', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  for (let part = 1; part < PARTS; part += 1) {
    const { board, asked, other } = largeBoard(t);
    board.leave(other.room);
    const newcomer = board.enter();
    runToPart(board, t, newcomer, part);
    asked.room.cut = true;
    board.run(t, 10_000);
    asked.room.cut = false;
    board.run(t, 10_000);
    assert.equal(newcomer.shapes.size, NOTES, `part ${part}`);
  }
});

test('who has a part of the shapes lets others answer, too', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const { board, asked } = largeBoard(t);
  const reloaded = board.reload(1);
  const other = board.enter();
  board.run(t, 20_000);
  assert.equal(other.shapes.size, NOTES);
  assert.equal(reloaded.shapes.size, NOTES);
  const again = board.reload(1);
  runToPart(board, t, again, 1);
  board.leave(asked.room);
  const newcomer = board.enter();
  board.run(t, 10_000);
  assert.equal(again.shapes.size, NOTES);
  assert.equal(newcomer.shapes.size, NOTES);
});

test('who comes has all shapes, whichever signal is late', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const box = { kind: 'rect', x: 0, y: 0, w: 9, h: 9, color: '#123456' };
  const seen = new Set();
  for (let late = 0, sent = Infinity; late < sent; late += 1) {
    const board = new Board();
    const [drawer, watcher] = [board.enter(), board.enter()];
    board.run(t, 5000);
    drawer.shapes.add({ ...box, id: 'shape001' });
    // The next two are recent when somebody comes, this one is not.
    board.run(t, 5000);
    drawer.shapes.add({ ...box, id: 'shape002' });
    drawer.shapes.add({ ...box, id: 'shape003' });
    board.run(t, 500);
    const newcomer = board.enter();
    const signals = [];
    for (let passed = 0; passed < 20_000; passed += TICK_MS) {
      board.run(t, TICK_MS, (link) => {
        if (link.to !== newcomer.room && link.from !== newcomer.room) return false;
        if (!signals.includes(link)) signals.push(link);
        return signals.indexOf(link) === late && passed < 10_000;
      });
      seen.add(newcomer.shapes.size);
    }
    assert.deepEqual(newcomer.shapes.all, drawer.shapes.all, `signal ${late} of ${signals.length}`);
    assert.deepEqual(watcher.shapes.all, drawer.shapes.all);
    sent = signals.length;
  }
  assert.ok(seen.has(2), 'recent shapes come before the answer');
});
