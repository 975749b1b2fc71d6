// presence-client/server against a real node: what it signs is accepted, what it calls is answered.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { createApi, createToken, importKey, verifyWebhook } from '../src/server/server.js';
import { startNode } from '../test-browser/service.mjs';

const API_TOKEN = 'fedcba9876543210fedcba9876543210';
const PATIENCE_MS = 60_000;
const required = process.env.PRESENCE_TEST_REQUIRE_TOOLS === 'true';
const skip = process.env.PRESENCE_JAR || required ? false : 'NOT RUN: PRESENCE_JAR is not set';
const options = { skip, timeout: PATIENCE_MS };

const keys = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const WEBHOOK_SECRETS = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`);
let folder;
let node;
let api;
/** What the receiver of webhooks got: `{ headers, body }`. */
const requests = [];
let onRequest = () => {};
const receiver = createServer(async (request, response) => {
  const chunks = await request.toArray();
  requests.push({ headers: request.headers, body: Buffer.concat(chunks) });
  response.end();
  onRequest();
});

if (!skip) {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'presence-backend-'));
    const jwks = join(folder, 'jwks.json');
    await writeFile(jwks, JSON.stringify({
      keys: Object.entries(keys).map(([kid, { publicKey }]) => ({ ...publicKey.export({ format: 'jwk' }), kid })),
    }));
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    node = await startNode({
      PRESENCE_API_TOKEN: API_TOKEN, PRESENCE_AUTH: 'jwt', PRESENCE_JWT_JWKS: jwks, PRESENCE_JWT_ISSUER: 'app', PRESENCE_EVENTS: 'on',
      PRESENCE_WEBHOOK_URL: `http://127.0.0.1:${receiver.address().port}/hook`, PRESENCE_WEBHOOK_SECRET: WEBHOOK_SECRETS.join(','),
      PRESENCE_WEBHOOK_ADDRESSES: 'any', PRESENCE_WEBHOOK_GATHER_MS: '100',
    });
    api = createApi({ url: `http://127.0.0.1:${node.opsPort}`, token: API_TOKEN });
  });
  after(async () => {
    await node?.kill();
    receiver.close();
    receiver.closeAllConnections();
    await rm(folder, { recursive: true });
  });
}

/** Joins with a token, hands the room over, and leaves. */
async function joined(token, board, use) {
  const connection = connect(node.ws, { token, WebSocket });
  try {
    return await use(await connection.join(board));
  } finally {
    connection.close();
  }
}

const tokenFor = (user, board, more) =>
  createToken({ key: keys.ES256.privateKey.export({ type: 'pkcs8', format: 'pem' }), issuer: 'app', user, board, ...more });

for (const [kid, { privateKey }] of Object.entries(keys)) {
  test(`a node accepts a token signed with ${kid}, and only what it allows`, options, async () => {
    const key = await importKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const token = await createToken({ key, keyId: kid, issuer: 'app', user: `user of ${kid}`, board: 'b', name: 'Ädä 🎉', color: '#e91e63' });
    await joined(token, 'b', ({ self }) =>
      assert.deepEqual([self.userId, self.name, self.color], [`user of ${kid}`, 'Ädä 🎉', '#e91e63']));
    await assert.rejects(joined(token, 'other', () => {}), { code: 'forbidden' });
    const stranger = await createToken({ key, keyId: kid, issuer: 'another', user: 'ada', board: 'b' });
    await assert.rejects(joined(stranger, 'b', () => {}), { code: 'unauthorized' });
  });
}

test('every call of the document is answered as its types say', options, async () => {
  await joined(await tokenFor('ada', 'calls'), 'calls', async (room) => {
    const path = { board: 'calls' };
    const { members, next, total } = await api.get('/boards/{board}/members', { path });
    assert.deepEqual([members.map(({ user_id }) => user_id), next, total], [['ada'], null, 1]);
    assert.deepEqual(await api.get('/boards/{board}/counts', { path }), { board: 'calls', members: 1, observers: 0, users: 1 });
    assert.deepEqual(await api.post('/users/online', { body: { users: ['ada', 'nobody'] } }), { online: ['ada'] });
    const { sessions } = await api.get('/users/{user}/sessions', { path: { user: 'ada' } });
    assert.deepEqual(sessions.map(({ board }) => board), ['calls']);

    const received = new Promise((resolve) => room.on('signal', resolve));
    const sent = await api.post('/boards/{board}/signals', { path, body: { type: 'notice', payload: '"hello"', to: [members[0].member_id] } });
    assert.deepEqual(sent, { sent: true });
    const { member, type, payload } = await received;
    assert.deepEqual([member, type, payload], [null, 'notice', 'hello']);

    const gone = new Promise((resolve) => room.on('closed', resolve));
    assert.deepEqual(await api.post('/kicks', { body: { user_id: 'ada', ban_seconds: 60 } }), { kicked: 1, pending: 0 });
    assert.equal((await gone).code, 'kicked');
    const { bans } = await api.get('/bans');
    assert.deepEqual(bans.map(({ user_id, board }) => [user_id, board]), [['ada', null]]);
    assert.deepEqual(await api.delete('/bans', { query: { user_id: 'ada' } }), { lifted: true });
    assert.deepEqual((await api.get('/openapi.json')).info.title, 'Presence service');
  });
});

test('pages hold every board, whatever its name', options, async () => {
  const names = ['page', 'page/of-boards', 'page&=+;@', 'pägé🎉', '…'];
  const connections = await Promise.all(names.map(async (board) => {
    const connection = connect(node.ws, { token: await tokenFor('ada', board), WebSocket });
    await connection.join(board);
    return connection;
  }));
  try {
    const seen = [];
    for await (const { boards } of api.pages('/boards', { query: { limit: 1 } })) seen.push(...boards.map(({ board }) => board));
    assert.deepEqual(seen.filter((board) => names.includes(board)), [...names].sort());
    for (const board of names) assert.equal((await api.get('/boards/{board}/counts', { path: { board } })).members, 1, board);
  } finally {
    for (const connection of connections) connection.close();
  }
});

test('a refusal has the code of the service', options, async () => {
  await assert.rejects(api.get('/boards', { query: { limit: 0 } }), { name: 'PresenceApiError', code: 'bad_limit', status: 400 });
  await assert.rejects(api.get('/nothing'), { code: 'not_found', status: 404 });
  const stranger = createApi({ url: `http://127.0.0.1:${node.opsPort}`, token: 'wrong' });
  await assert.rejects(stranger.get('/boards'), { code: 'unauthorized', status: 401 });
  await assert.rejects(stranger.liveEvents().next(), { code: 'unauthorized', status: 401 });
});

test('events are read as they are written, and in pages', options, async () => {
  const token = await tokenFor('ada', 'events', { name: 'Ada' });
  let last;
  for await (const { next } of api.pages('/events')) last = next;
  // Both before the first event and after it; null while the log is empty.
  const live = api.liveEvents({ after: last ?? '0-0', board: 'events' });
  await joined(token, 'events', () => {});
  const seen = [];
  for await (const event of live) if (seen.push(event) === 4) break;
  const [, joining, leaving] = seen;
  assert.deepEqual(seen.map(({ kind }) => kind), ['board.opened', 'member.joined', 'member.left', 'board.closed']);
  assert.deepEqual([joining.user_id, joining.data.name, joining.data.status], ['ada', 'Ada', 'active']);
  assert.deepEqual([leaving.data.reason, leaving.member_id], ['left', joining.member_id]);
  assert.ok(Number.isInteger(leaving.data.duration_ms));
  const paged = [];
  for await (const { events } of api.pages('/events', { query: { board: 'events', kind: ['member.joined', 'member.left'] } })) paged.push(...events);
  assert.deepEqual(paged, [joining, leaving]);
});

test('webhooks are verified with either secret, and have the events of the log', options, async () => {
  await joined(await tokenFor('ada', 'hooks'), 'hooks', () => {});
  const verified = async () => {
    const all = await Promise.all(requests.map(({ headers, body }, number) =>
      verifyWebhook({ secret: WEBHOOK_SECRETS[number % 2], headers, body })));
    return all.flatMap(({ events }) => events).filter(({ board }) => board === 'hooks');
  };
  let events = [];
  for (;;) {
    // Before the requests are read: another may come meanwhile.
    const next = new Promise((resolve) => { onRequest = resolve; });
    events = await verified();
    if (events.length >= 4) break;
    await next;
  }
  const logged = [];
  for await (const page of api.pages('/events', { query: { board: 'hooks' } })) logged.push(...page.events);
  assert.deepEqual(events, logged);
  const [{ headers, body }] = requests;
  const stranger = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
  await assert.rejects(verifyWebhook({ secret: stranger, headers, body }), { code: 'signature_invalid' });
  assert.deepEqual(await api.get('/webhooks/dead'), { dead_letters: [], total: 0, next: null });
});
