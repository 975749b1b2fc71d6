// The React components: what they draw, what they render, and what strangers cannot do by them, against a real node.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { picture } from './example.mjs';
import { bundle, stagePages } from './pages.mjs';

const source = fileURLToPath(new URL('react-components-page.jsx', import.meta.url));

let react;
let twoPages;
before(async () => {
  react = await stagePages(source, 'react');
  ({ twoPages } = react);
});
after(() => react?.close());

const commitsOf = (page) => page.evaluate(() => ({ ...seen.commits }));

/** Lets more people join from the page that looks on, each on a connection of its own. */
const invite = (watcher, url, board, people) => watcher.evaluate(async ([address, name, profiles]) => {
  globalThis.guests ??= [];
  for (const profile of profiles) guests.push(await connect(address).join(name, profile));
}, [url, board, people]);

/** Runs in the page: whether a cursor of this name is drawn there, from the board's corner. */
function isAt([name, x, y]) {
  const corner = document.querySelector('main').getBoundingClientRect();
  const cursor = [...document.querySelectorAll('.presence-cursor')].find(({ textContent }) => textContent === name);
  const { left, top } = cursor?.getBoundingClientRect() ?? {};
  return Math.abs(left - corner.left - x) < 0.1 && Math.abs(top - corner.top - y) < 0.1;
}

test('cursors are drawn where they are, without rendering anything when they move', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const room = { board, name: 'Ada' };
  await show({ provider, room });
  await until(() => seen.room);
  await watcher.evaluate(() => room.cursor(10, 20));
  await until(isAt, ['Watcher', 10, 20]);
  const before = await commitsOf(page);
  for (let i = 1; i <= 20; i++) await watcher.evaluate((x) => room.cursor(x, 2 * x), 10 * i);
  await watcher.evaluate(() => room.set({ tool: 'pen' }));
  await until(isAt, ['Watcher', 200, 400]);
  await until(() => seen.room.others[0].state.tool === 'pen');
  assert.deepEqual(await commitsOf(page), before);
  // With variables there, a move has all styles of the element computed again.
  assert.equal(await page.evaluate(() => document.querySelector('.presence-cursor').getAttribute('style')),
    'transform: translate(200px, 400px);');

  await watcher.evaluate(() => room.update({ name: 'Renamed' }));
  await until(isAt, ['Renamed', 200, 400]);
  const renamed = await commitsOf(page);
  assert.equal(renamed.board, before.board);
  await watcher.evaluate(() => room.hideCursor());
  await until(() => !document.querySelector('.presence-cursor'));

  const corner = await page.evaluate(() => document.querySelector('main').getBoundingClientRect().toJSON());
  await page.mouse.move(corner.x + 50, corner.y + 60);
  await watcher.waitForFunction(() => room.others[0].cursor?.x === 50 && room.others[0].cursor.y === 60);
  await page.mouse.move(corner.x + 50, corner.y + corner.height + 40);
  await watcher.waitForFunction(() => room.others[0].cursor.hidden);

  await show({ provider, room, zoom: 2, labels: true });
  await watcher.evaluate(() => room.cursor(30, 40));
  await until(isAt, ['Renamed: pen', 60, 80]);
  await page.mouse.move(corner.x + 30, corner.y + 60);
  await watcher.waitForFunction(() => room.others[0].cursor.x === 15 && room.others[0].cursor.y === 30);
  // The pointer rests.
  await show({ provider, room, zoom: 3, labels: true });
  await until(isAt, ['Renamed: pen', 90, 120]);
  await watcher.waitForFunction(() => room.others[0].cursor.x === 10 && room.others[0].cursor.y === 20);
  await close();
});

test('the stack has each user once, says who that is, and counts the rest', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  await invite(watcher, provider.url, board, [
    { name: 'Grace Hopper', userId: 'grace' }, { name: 'Grace Hopper', userId: 'grace', status: 'busy' },
    { name: '👩‍🚀 Radia', status: 'idle' },
  ]);
  const room = { board, name: 'Ada', userId: 'ada' };
  await show({ provider, room, selects: true });
  await until(() => document.querySelectorAll('.presence-avatar').length === 4);
  const list = page.getByRole('list', { name: 'On this board' });
  const names = await list.getByRole('button').evaluateAll((buttons) => buttons.map(({ textContent }) => textContent));
  assert.deepEqual(names, ['AAda (you)', 'WWatcher', 'GHGrace Hopper, 2 tabs', '👩‍🚀R👩‍🚀 Radia, idle']);
  await page.getByRole('button', { name: 'Grace Hopper, 2 tabs' }).focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await page.evaluate(() => seen.selected.map(({ id, memberIds: { length } }) => [id, length])), [['grace', 2]]);

  const before = await commitsOf(page);
  await watcher.evaluate(() => {
    room.set({ tool: 'pen' });
    room.cursor(1, 1);
  });
  await until(() => seen.room.others.some(({ state, cursor }) => state.tool === 'pen' && cursor));
  assert.equal((await commitsOf(page)).avatars, before.avatars, 'neither state nor cursors are shown there');
  await watcher.evaluate(() => guests[0].leave());
  await until(() => document.querySelector('[data-status=busy]')?.textContent === 'GHGrace Hopper, busy');

  await show({ provider, room, stack: { max: 2, showSelf: false, label: 'Here', id: 'mine', className: 'narrow' } });
  const items = page.getByRole('list', { name: 'Here' }).getByRole('listitem');
  assert.deepEqual(await items.allTextContents(), ['WWatcher', 'GHGrace Hopper, busy', '+11 more: 👩‍🚀 Radia, idle']);
  assert.equal(await page.getByRole('button').count(), 0);
  assert.equal(await page.evaluate(() => document.querySelector('#mine').className), 'presence-avatars narrow');
  await close();
});

test('what strangers write is not fetched, is no markup, and hides no avatar', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await invite(watcher, provider.url, board, [
    { name: '<img src=x onerror=alert(1)>', color: 'url(https://evil.example/1)', avatarUrl: 'javascript:alert(1)' },
    { name: 'B', color: 'red;background:url(https://evil.example/2)', avatarUrl: 'data:image/svg+xml,<svg/>' },
    { name: 'C', color: 'notacolor', avatarUrl: 'https://user:secret@evil.example/3' },
    { name: '', color: 'var(--x)', avatarUrl: '//' },
  ]);
  await watcher.evaluate(() => guests.forEach((guest, i) => guest.cursor(10 * i, 10)));
  await show({ provider, room: { board, name: 'Ada' }, stack: { max: 9 } });
  await until(() => document.querySelectorAll('.presence-cursor').length === 4
    && document.querySelectorAll('.presence-avatar').length === 6);
  assert.deepEqual(asked.filter((url) => !url.includes('127.0.0.1')), []);
  const looks = await page.evaluate(() => [...document.querySelectorAll('.presence-avatar')].map((avatar) =>
    getComputedStyle(avatar).backgroundColor));
  assert.ok(looks.every((color) => color.startsWith('rgb(')), looks.join());
  assert.equal(await page.evaluate(() => document.querySelectorAll('img').length), 0);
  assert.ok(await page.getByText('<img src=x onerror=alert(1)>').count());
  assert.ok(await page.getByText('Anonymous').count());
  await close();
});

test('a picture is shown if it can be loaded, and initials otherwise', async () => {
  const { board, page, watcher, show, until, close, provider } = await twoPages();
  const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await page.route('https://pictures.example/**', (route) => route.request().url().endsWith('good.png')
    ? route.fulfill({ contentType: 'image/png', body: dot }) : route.fulfill({ status: 404 }));
  await invite(watcher, provider.url, board, [
    { name: 'Good', avatarUrl: 'https://pictures.example/good.png' }, { name: 'Bad', avatarUrl: 'https://pictures.example/bad.png' },
  ]);
  const room = { board, name: 'Ada' };
  await show({ provider, room });
  const texts = () => [...document.querySelectorAll('.presence-avatars > li')].map(({ textContent }) => textContent);
  await until(() => document.querySelector('img')?.complete && document.querySelectorAll('img').length === 1
    && document.querySelectorAll('.presence-avatar').length === 4);
  assert.deepEqual(await page.evaluate(texts), ['AAda (you)', 'WWatcher', 'Good', 'BBad']);
  await show({ provider, room, stack: { images: false } });
  assert.deepEqual(await page.evaluate(texts), ['AAda (you)', 'WWatcher', 'GGood', 'BBad']);
  page.complaints = page.complaints.filter((complaint) => !complaint.includes('404'));
  await close();
});

for (const [look, options] of [
  ['light', {}], ['dark', { colorScheme: 'dark' }], ['forced', { forcedColors: 'active' }],
]) {
  test(`every color can be read, and variables change the looks: ${look}`, async () => {
    const { board, page, watcher, show, until, close, provider } = await twoPages(options);
    await page.evaluate((dark) => {
      document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
      document.body.dir = dark ? 'rtl' : 'ltr';
    }, look === 'dark');
    await invite(watcher, provider.url, board, [
      { name: 'Yellow', color: '#fde047', status: 'busy' }, { name: 'Navy Blue', color: 'navy', status: 'idle' },
      { name: 'A name that is much too long to be shown whole', color: 'hsl(160 84% 30%)', status: 'away' },
      { name: 'محمد علي', color: '#e11d48' }, { name: 'One more' }, { name: 'And one' },
    ]);
    await watcher.evaluate(() => guests.forEach((guest, i) => guest.cursor(20 + 90 * i, 30 + 40 * i)));
    const style = look === 'dark' ? { '--presence-cursor-size': '28px', '--presence-label-radius': '4px' } : {};
    const stack = { max: 6, style: look === 'dark' ? { '--presence-avatar-size': '48px', '--presence-avatar-radius': '12px' } : {} };
    await show({ provider, room: { board, name: 'Ada', color: '#4f46e5' }, stack, style, shadow: look === 'forced' });
    await until(() => document.querySelectorAll('.presence-cursor').length === 6);
    const ink = await page.evaluate(() => [...document.querySelectorAll('.presence-cursor')].map((cursor) => {
      const label = cursor.querySelector('.presence-cursor-label');
      return [label.textContent, getComputedStyle(label).color];
    }));
    if (look === 'light') {
      const [yellow, navy] = ['Yellow', 'Navy Blue'].map((name) => ink.find(([text]) => text === name)[1]);
      assert.notEqual(yellow, navy, 'dark letters on yellow, light ones on navy');
    }
    const size = await page.evaluate(() => {
      const scope = document.querySelector('.presence-avatars') ? document
        : [...document.querySelectorAll('div')].find(({ shadowRoot }) => shadowRoot).shadowRoot;
      return scope.querySelector('.presence-avatar').getBoundingClientRect().width;
    });
    assert.equal(size, look === 'dark' ? 48 : 32);
    await picture(page, `react-components-${look}`);
    await close();
  });
}

test('on a server there is an empty list and the board without cursors', async () => {
  const { folder } = react;
  const entry = join(folder, 'components-server.jsx');
  await writeFile(entry, `
    import { renderToString } from 'react-dom/server';
    import { App } from ${JSON.stringify(source)};
    export const html = renderToString(<App provider={{ url: 'ws://nowhere' }} room={{ board: 'b' }} />);
  `);
  // React's server entry is CommonJS that requires Node's own modules.
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await bundle(folder, 'components-server.mjs', 'node', [entry], { banner });
  const { html } = await import(pathToFileURL(join(folder, 'components-server.mjs')));
  assert.match(html, /<ul aria-label="On this board" class="presence-avatars"><\/ul>/);
  assert.match(html, /<p>The board<\/p><div class="presence-cursors-layer" aria-hidden="true"><\/div>/);
});
