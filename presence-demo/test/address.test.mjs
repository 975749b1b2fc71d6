// The demo's links: a token that came with the page goes to the page's own node and nowhere else.
import assert from 'node:assert/strict';
import test from 'node:test';

let loads = 0;

async function page(href) {
  globalThis.location = new URL(href);
  globalThis.localStorage ??= { getItem: () => null, setItem: () => {} };
  globalThis.sessionStorage ??= globalThis.localStorage;
  return import(`../src/app/address.js?load=${loads++}`);
}

const NODE = 'http://node.example:3001';

test('with a token no other socket is named by a link', async () => {
  for (const other of ['wss://evil.example/ws', 'ws://node.example:9999/ws', 'wss://node.example:3001/ws', 'nonsense']) {
    const { socketUrl } = await page(`${NODE}/?ws=${encodeURIComponent(other)}#token=secret`);
    assert.equal(socketUrl(), 'ws://node.example:3001/ws');
  }
  const { socketUrl } = await page(`${NODE}/?ws=${encodeURIComponent('ws://node.example:3001/')}#token=secret`);
  assert.equal(socketUrl(), 'ws://node.example:3001/');
});

test('without a token a link may name any', async () => {
  const { socketUrl } = await page(`${NODE}/?ws=${encodeURIComponent('ws://other.example/ws')}`);
  assert.equal(socketUrl(), 'ws://other.example/ws');
});

test('links to boards of this node keep the token, and a board may have any name', async () => {
  const strict = await page(`${NODE}/boards#token=secret`);
  assert.equal(strict.pageOf('a&b/ü'), '/?board=a%26b%2F%C3%BC#token=secret');
  assert.equal(strict.boardsPage(), '/boards#token=secret');
  const open = await page(`${NODE}/boards#elsewhere`);
  assert.equal(open.pageOf('b'), '/?board=b');
  assert.equal(open.boardsPage(), '/boards');
});

test('the token goes to no peer of another origin, another port included', async () => {
  for (const peer of ['http://node.example:3002/', 'https://node.example:3001/', 'http://evil.example/#token=x']) {
    const { peerPage } = await page(`${NODE}/?peer=${encodeURIComponent(peer)}#token=secret`);
    assert.equal(peerPage().hash, '');
  }
  const { peerPage } = await page(`${NODE}/?peer=${encodeURIComponent(`${NODE}/`)}#token=secret`);
  assert.equal(peerPage().hash, '#token=secret');
});
