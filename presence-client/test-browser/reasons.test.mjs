// Why there is no connection, as far as a browser lets a page find out.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as dial, createServer as listenPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createServer as listenSecurely } from 'node:tls';
import { after, before, test } from 'node:test';
import { launchBrowser } from './browser.mjs';
import { newVisitor } from './live.mjs';
import { startNode } from './service.mjs';

let browser;
let node;
before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});

/** What a page of the node tells of its attempt to connect to `ws`: the first error, or that it is open. */
async function outcome(ws, { csp, ...options } = {}) {
  const context = await newVisitor(browser, options);
  if (csp) {
    await context.route('**/live?*', async (route) => {
      const body = '<!doctype html><script type="module" src="/live-page.mjs"></script>';
      await route.fulfill({ contentType: 'text/html', body, headers: { 'content-security-policy': csp } });
    });
  }
  const page = await context.newPage();
  await page.goto(`${node.page}live?${new URLSearchParams({ board: 'reasons', name: 'Ada', ws })}`);
  const told = () => globalThis.live?.heard.find((line) => /^(connection error|state open)/.test(line));
  const line = await (await page.waitForFunction(told)).jsonValue();
  assert.deepEqual(context.complaints, []);
  await context.close();
  return line;
}

test('the same page connects where nothing is in the way', async () => {
  assert.equal(await outcome(node.ws), 'state open');
});

test('nothing listens there: unreachable', async () => {
  const server = listenPlain().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  assert.equal(await outcome(`ws://127.0.0.1:${port}/ws`), 'connection error unreachable');
});

test('a wrong path: refused', async () => {
  assert.equal(await outcome(node.ws.replace('/ws', '/elsewhere')), 'connection error refused');
});

test('a node that does not allow the origin of the page: refused', async (t) => {
  const other = await startNode({ PRESENCE_ALLOWED_ORIGINS: 'https://app.example' });
  t.after(() => other.kill());
  assert.equal(await outcome(other.ws), 'connection error refused');
});

test('a certificate that the browser does not accept: unreachable, and open where it is accepted', async (t) => {
  const wss = await terminateTls(t);
  assert.equal(await outcome(wss), 'connection error unreachable');
  assert.equal(await outcome(wss, { ignoreHTTPSErrors: true }), 'state open');
});

test('a content security policy that forbids the host: unreachable', async () => {
  assert.equal(await outcome(node.ws, { csp: "connect-src 'none'" }), 'connection error unreachable');
});

test('a content security policy that allows the host by http only: refused', async () => {
  const csp = `connect-src http://127.0.0.1:${node.port}`;
  const other = node.ws.replace('127.0.0.1', 'localhost');
  assert.equal(await outcome(other, { csp: csp.replace('127.0.0.1', 'localhost') }), 'connection error refused');
});

/** A balancer before the node, with a certificate that it signed itself. */
async function terminateTls(t) {
  const folder = await mkdtemp(join(tmpdir(), 'presence-tls-'));
  t.after(() => rm(folder, { recursive: true }));
  const store = join(folder, 'store.p12');
  const java = process.env.JAVA ?? 'java';
  const made = spawnSync(java.includes('/') ? join(dirname(java), 'keytool') : 'keytool', [
    '-genkeypair', '-keystore', store, '-storetype', 'PKCS12', '-storepass', 'secret', '-alias', 'node',
    '-keyalg', 'EC', '-dname', 'CN=127.0.0.1', '-ext', 'SAN=ip:127.0.0.1', '-validity', '2',
  ], { encoding: 'utf8' });
  assert.equal(made.status, 0, String(made.error ?? made.stderr));
  const sockets = new Set();
  const server = listenSecurely({ pfx: await readFile(store), passphrase: 'secret' }, (socket) => {
    const inner = dial(node.port, '127.0.0.1');
    for (const each of [socket, inner]) {
      sockets.add(each.on('error', () => {}));
      each.on('close', () => { socket.destroy(); inner.destroy(); });
    }
    socket.pipe(inner).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `wss://127.0.0.1:${server.address().port}/ws`;
}
