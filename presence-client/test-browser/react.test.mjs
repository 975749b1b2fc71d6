// The React hooks: what they render on a page of their own, and the example, against a real node.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ClientFrame } from '../src/presence-wire.js';
import { picture } from './example.mjs';
import { bundle, stagePages } from './pages.mjs';

const source = fileURLToPath(new URL('react-page.jsx', import.meta.url));

let react;
let stage;
let twoPages;
before(async () => {
  react = await stagePages(source, 'react');
  ({ stage, twoPages } = react);
});
after(() => react?.close());

test('StrictMode joins once; props change the member, the board moves it, unmounting leaves', async () => {
  const { board, page, watcher, show, until, log, close, provider } = await twoPages();
  const sockets = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  const room = { board, name: 'Ada', color: '#111111', state: { tool: 'pen', zoom: 1 } };
  // The room is mounted, twice, when there is a connection to join with.
  await show({ provider, shown: false });
  await show({ provider, room });
  await until(() => seen.room.state === 'joined' && seen.self?.name === 'Ada' && seen.others.length === 1);
  assert.deepEqual(await log(1), [`${board} join Ada`]);
  assert.equal(sockets.length, 1);

  await show({ provider, room: { ...room, name: 'Ada L.', color: '#222222', status: 'busy', state: { tool: 'brush', zoom: 1 } } });
  await show({ provider, room: { ...room, name: 'Ada L.', color: '#222222', state: { tool: 'brush' } } });
  await until(() => seen.self.name === 'Ada L.' && !('zoom' in seen.self.state));
  await watcher.waitForFunction(() => room.others[0].status === 'active' && !('zoom' in room.others[0].state));
  const told = await log(1);
  assert.ok(told.every((line) => line.startsWith(`${board} update Ada L. #222222 `)), told.join('\n'));
  assert.match(told.at(-1), / active \{"tool":"brush"\}$/);

  const other = `${board}-b`;
  await watcher.evaluate((name) => enter(name), other);
  await show({ provider, room: { board: other, name: 'Ada L.' } });
  await until(() => seen.room.state === 'joined' && seen.others.length === 1);
  assert.deepEqual((await log(2)).sort(), [`${board} leave Ada L. left`, `${other} join Ada L.`].sort());

  await page.evaluate(() => unmount());
  assert.deepEqual(await log(1), [`${other} leave Ada L. left`]);
  await close();
});

test('a board that is left and joined again at once, while the first join is under way, is joined in the end', async () => {
  const { board, show, until, close, provider } = await twoPages();
  const at = (name) => show({ provider, room: { board: name, name: 'Ada' } });
  await at(`${board}-else`);
  await until(() => seen.room.state === 'joined');
  for (const name of [board, `${board}-else`, board, `${board}-else`, board]) await at(name);
  await until((name) => seen.room.room?.board === name && seen.others.length === 1, board);
  await close();
});

test('only what changed renders: not the members when cursors move, not one when another changes', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  await watcher.evaluate(async ([url, name]) => {
    globalThis.second = await connect(url).join(name, { name: 'Second' });
  }, [provider.url, board]);
  await show({ provider, room: { board, name: 'Ada' } });
  await until(() => seen.others?.length === 2);
  const before = await page.evaluate(() => ({ ...seen.commits }));

  await page.evaluate(() => {
    globalThis.frames = 0;
    const count = () => { frames++; requestAnimationFrame(count); };
    requestAnimationFrame(count);
  });
  await watcher.evaluate(async () => {
    for (let i = 1; i <= 30; i++) {
      room.cursor(10 * i, 5 * i);
      second.cursor(300 - 10 * i, 7);
      await new Promise(requestAnimationFrame);
    }
  });
  await until(() => {
    const of = (name) => seen.cursors.find(({ member }) => member.name === name);
    return of('Watcher')?.x === 300 && of('Watcher').y === 150 && of('Second')?.x === 0;
  });
  const moved = await page.evaluate(() => ({ commits: { ...seen.commits }, frames }));
  const drawn = moved.commits.cursors - before.cursors;
  assert.ok(drawn > 1 && drawn <= moved.frames + 1, `${drawn} renders in ${moved.frames} frames`);
  assert.deepEqual({ ...moved.commits, cursors: 0 }, { ...before, cursors: 0 });

  const [kept, changed] = await watcher.evaluate(() => [second.self.id, room.self.id]);
  await watcher.evaluate(() => room.update({ status: 'busy' }));
  await until(() => seen.others.some(({ status }) => status === 'busy'));
  const after = await page.evaluate(() => ({ ...seen.commits }));
  assert.equal(after[`member ${kept}`], moved.commits[`member ${kept}`]);
  assert.ok(after[`member ${changed}`] > moved.commits[`member ${changed}`]);
  assert.ok(after.others > moved.commits.others);
  assert.equal(after.names, moved.commits.names, 'their names are the same');

  await watcher.evaluate(() => room.update({ name: 'Renamed' }));
  await until(() => seen.names.includes('Renamed'));
  await watcher.evaluate(() => second.hideCursor());
  await until(() => seen.cursors.length === 1);
  await close();
});

test('signals go both ways, to the handler rendered last', async () => {
  const { board, page, watcher, show, until, log, close, provider } = await twoPages();
  assert.equal(await page.evaluate(() => globalThis.seen.send?.('early') ?? false), false);
  const room = { board, name: 'Ada' };
  await show({ provider, room });
  await until(() => seen.others?.length === 1);
  await show({ provider, room, heard: 'second' });
  await watcher.evaluate(() => {
    room.signal('other', 0);
    room.signal('wave', { hi: 1 });
  });
  await until(() => seen.signals.length === 1);
  assert.deepEqual(await page.evaluate(() => seen.signals.map(([heard, payload, { name }]) => [heard, payload, name])),
    [['second', { hi: 1 }, 'Watcher']]);
  assert.equal(await page.evaluate(() => seen.signals[0][2] === seen.others[0]), true);
  assert.equal(await page.evaluate(() => seen.send('hello', { to: seen.others })), true);
  assert.deepEqual((await log(2)).slice(1), [`${board} signal wave hello`]);
  await close();
});

test('a refused join is to be seen and heard of, and another board makes up for it', async () => {
  const { board, show, until, page, close, provider } = await twoPages();
  await show({ provider, room: { board: 'not{a}board', name: 'Ada' } });
  await until(() => seen.room.state === 'left');
  assert.deepEqual(await page.evaluate(() => [seen.room.error.code, seen.room.room, seen.errors, seen.others]),
    ['board_id_invalid', null, ['board_id_invalid'], []]);
  await show({ provider, room: { board, name: 'Ada' } });
  await until(() => seen.room.state === 'joined' && seen.room.error === null);

  // Too long, it changes nothing, and the room goes on.
  await show({ provider, room: { board, name: 'x'.repeat(4000) } });
  await until(() => seen.errors.length === 2);
  await show({ provider, room: { board, name: 'x'.repeat(4000) } });
  assert.deepEqual(await page.evaluate(() => [seen.errors.slice(1), seen.self.name]), [['field_too_long'], 'Ada']);
  await show({ provider, room: { board, name: 'Ada again' } });
  await until(() => seen.self.name === 'Ada again');
  await show({ provider, room: { board, name: 'Ada' } });
  await until(() => seen.self.name === 'Ada');
  await close();
});

test('an address that the browser refuses is to be seen and heard of, and another makes up for it', async () => {
  const { board, show, until, page, close, provider } = await twoPages();
  await show({ provider: { url: 'ftp://nowhere/ws' }, room: { board, name: 'Ada' } });
  await until(() => seen.connection?.state === 'closed' && seen.room.state === 'left' && seen.errors.length);
  assert.deepEqual(
    await page.evaluate(() => [seen.connection.error.code, seen.room.error.code, seen.errors[0]]),
    ['address_refused', 'address_refused', 'address_refused']);
  await show({ provider, room: { board, name: 'Ada' } });
  await until(() => seen.room.state === 'joined' && seen.room.error === null && seen.connection.error === null);
  await close();
});

test('an observer sees and has no self; a connection of one\'s own stays open', async () => {
  const { board, page, show, until, log, close } = await twoPages();
  await page.evaluate(([url, name]) => {
    globalThis.own = connect(url);
    globalThis.show({ provider: { connection: own }, room: { board: name, observer: true } });
  }, [stage.nodes[0].ws, board]);
  await until(() => seen.room.state === 'joined' && seen.others.length === 1 && seen.connection.state === 'open');
  assert.deepEqual(await page.evaluate(() => [seen.self, seen.connection.connection === own, seen.connection.nodeId]),
    [null, true, stage.nodes[0].id]);
  await page.evaluate((name) => globalThis.show({ provider: { connection: own }, room: { board: name, name: 'Ada' } }), board);
  await until(() => seen.self?.name === 'Ada');
  assert.deepEqual(await log(1), [`${board} join Ada`]);
  await page.evaluate(() => unmount());
  assert.deepEqual(await log(1), [`${board} leave Ada left`]);
  assert.equal(await page.evaluate(() => own.state), 'open');
  await close();
});

test('a join that the node wants later is tried again', async () => {
  const { board, page, until, close } = await twoPages();
  await page.evaluate(([url, name]) => {
    const own = connect(url);
    const join = own.join.bind(own);
    // No node can be made to say so just now.
    own.join = () => {
      own.join = join;
      return Promise.reject(Object.assign(new Error('later'), { code: 'rate_limited', retryAfterMs: 1 }));
    };
    globalThis.show({ provider: { connection: own }, room: { board: name, name: 'Ada' } });
  }, [stage.nodes[0].ws, board]);
  await until(() => seen.room.state === 'joined' && seen.others.length === 1);
  assert.deepEqual(await page.evaluate(() => seen.errors), ['rate_limited']);
  await close();
});

test('a fresh token is handed over, and the function of the latest render is called', async () => {
  const { board, page, until, close } = await twoPages();
  await page.evaluate(([url, name]) => {
    globalThis.frames = [];
    globalThis.sockets = [];
    class Recorded extends WebSocket {
      constructor(...details) {
        super(...details);
        sockets.push(this);
      }

      send(bytes) {
        frames.push([...bytes]);
        super.send(bytes);
      }
    }
    globalThis.provide = (token, query = '') => globalThis.show({
      provider: { url: url + query, token, WebSocket: Recorded }, room: { board: name, name: 'Ada' },
    });
  }, [stage.nodes[0].ws, board]);
  const tokens = async () => (await page.evaluate(() => frames.splice(0)))
    .map((bytes) => ClientFrame.decode(Uint8Array.from(bytes)).auth?.token).filter(Boolean);

  await page.evaluate(() => provide('first'));
  await until(() => seen.room?.state === 'joined');
  assert.deepEqual(await tokens(), ['first']);
  await page.evaluate(() => {
    provide('second');
    provide('second');
  });
  assert.deepEqual(await tokens(), ['second']);
  assert.equal(await page.evaluate(() => sockets.length), 1);

  await page.evaluate(() => provide('third', '?another'));
  await until(() => sockets.length === 2 && seen.room.state === 'joined' && seen.connection.state === 'open');
  assert.deepEqual(await tokens(), ['third']);

  // Its kind counts when the connection is opened, so at another address.
  await page.evaluate(() => provide(() => 'asked of the first', '?other'));
  await until(() => sockets.length === 3 && seen.room.state === 'joined' && seen.connection.state === 'open');
  assert.deepEqual(await tokens(), ['asked of the first']);
  await page.evaluate(() => {
    provide(() => 'asked of the last', '?other');
    sockets.at(-1).close(4001);
  });
  await until(() => sockets.length === 4 && seen.connection.state === 'open');
  assert.deepEqual(await tokens(), ['asked of the last']);
  await close();
});

test('renders on a server, with no member', async () => {
  const { folder } = react;
  const entry = join(folder, 'server.jsx');
  await writeFile(entry, `
    import { renderToString } from 'react-dom/server';
    import { App } from ${JSON.stringify(source)};
    globalThis.seen = {};
    export const html = renderToString(<App provider={{ url: 'ws://nowhere' }} room={{ board: 'b' }} />);
    export const { others, cursors, self, room, connection } = globalThis.seen;
  `);
  // React's server entry is CommonJS that requires Node's own modules.
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await bundle(folder, 'server.mjs', 'node', [entry], { banner });
  const { html, others, cursors, self, room, connection } = await import(pathToFileURL(join(folder, 'server.mjs')));
  assert.match(html, /<ul id="others"><\/ul>/);
  assert.deepEqual([others, cursors, self, room], [[], [], null, { room: null, state: 'joining', error: null }]);
  assert.equal(connection.state, 'connecting');
});

test('the example shows two people, their cursors and reactions', async () => {
  const [node] = stage.nodes;
  const ada = await stage.open(node, { name: 'Ada', color: '#4f46e5' });
  const grace = await stage.open(node, { name: 'Grace', color: '#e11d48' });
  for (const page of [ada, grace]) {
    await page.waitForSelector('[data-testid=connection][data-state=open]');
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=avatar]').length === 2);
  }
  await grace.mouse.move(500, 400, { steps: 8 });
  await ada.waitForFunction(() => {
    const cursor = document.querySelector('[data-testid=cursor][data-name=Grace]')?.getBoundingClientRect();
    return cursor && Math.abs(cursor.x - 500) <= 2 && Math.abs(cursor.y - 400) <= 2;
  });
  await ada.getByLabel('You are').fill('Ada L.');
  await grace.waitForSelector('[data-testid=avatar][data-name="Ada L."]');
  await ada.mouse.move(640, 300, { steps: 4 });
  await ada.getByRole('button', { name: '🎉' }).click();
  await grace.waitForSelector('[data-testid=reaction][data-from="Ada L."]');
  await picture(ada, 'example-react');
  await grace.goto('about:blank');
  await ada.waitForFunction(() => !document.querySelector('[data-testid=cursor]'));
  assert.deepEqual([...ada.complaints, ...grace.complaints], []);
  await Promise.all([ada.context().close(), grace.context().close()]);
});
