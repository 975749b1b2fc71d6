import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { verifyWebhook } from '../src/server/server.js';

const NOW_MS = 1_795_221_807_000;
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const EVENT = { id: '1-0', kind: 'board.opened', time: '2026-11-20T23:23:26.239Z', node: 'n', board: 'bürd 🎉', data: {} };
const BODY = JSON.stringify({ type: 'presence.events', timestamp: '2026-11-20T23:23:26.239Z', data: { events: [EVENT] } });
const ID = 'evt_1-0_1-0';

// An independent implementation signs.
const { Webhook } = await import('standardwebhooks').catch((error) => {
  if (process.env.PRESENCE_TEST_REQUIRE_TOOLS === 'true') throw error;
  return {};
});
const skip = Webhook ? false : 'NOT RUN: npm ci first';

function signed({ secrets = [SECRET], body = BODY, atMs = NOW_MS } = {}) {
  return {
    'webhook-id': ID,
    'webhook-timestamp': String(Math.floor(atMs / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(ID, new Date(atMs), body)).join(' '),
  };
}

/** A test at a time that stands still. */
const timed = (name, body) => test(name, { skip }, (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: NOW_MS });
  return body(t);
});

timed('a signed request is read, from every kind of headers and body', async () => {
  const headers = signed();
  const node = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
  const bytes = new TextEncoder().encode(BODY);
  const within = new Uint8Array([0, ...bytes, 0]).subarray(1, -1);
  for (const given of [headers, node, new Headers(headers), { ...headers, 'webhook-signature': [headers['webhook-signature']] }]) {
    for (const body of [BODY, bytes, bytes.buffer, within, Buffer.from(BODY)]) {
      const request = await verifyWebhook({ secret: SECRET, headers: given, body });
      assert.deepEqual(request, { id: ID, type: 'presence.events', timestamp: '2026-11-20T23:23:26.239Z', events: [EVENT] });
    }
  }
});

timed('secrets are exchanged at the node first, or at the receiver first', async () => {
  const both = signed({ secrets: [OTHER, SECRET] });
  for (const secret of [SECRET, OTHER, ` ${SECRET}\n`, SECRET.replace('whsec_', ''), [OTHER, SECRET]]) {
    assert.equal((await verifyWebhook({ secret, headers: both, body: BODY })).id, ID);
  }
  assert.equal((await verifyWebhook({ secret: [OTHER, SECRET], headers: signed(), body: BODY })).id, ID);
});

timed('a type of a later release has no events', async () => {
  const body = JSON.stringify({ type: 'presence.usage', timestamp: 't', data: { boards: 1 } });
  const { type, events } = await verifyWebhook({ secret: SECRET, headers: signed({ body }), body });
  assert.deepEqual([type, events], ['presence.usage', []]);
});

timed('a request is accepted for five minutes, or as long as is said', async () => {
  const at = (atMs, toleranceSeconds) =>
    verifyWebhook({ secret: SECRET, headers: signed({ atMs }), body: BODY, toleranceSeconds });
  for (const off of [-300_000, 300_000]) assert.equal((await at(NOW_MS + off)).id, ID);
  for (const off of [-301_000, 301_000]) await assert.rejects(at(NOW_MS + off), { name: 'WebhookError', code: 'timestamp_outside' });
  await assert.rejects(at(NOW_MS - 11_000, 10), { code: 'timestamp_outside' });
  assert.equal((await at(NOW_MS - 900_000, 1000)).id, ID);
});

timed('what is not signed is refused, and says why', async () => {
  const headers = signed();
  const cases = {
    header_missing: [{}, { 'webhook-id': '' }, { ...headers, 'webhook-signature': undefined }, { ...headers, 'webhook-timestamp': [] }, new Headers()],
    timestamp_invalid: ['', ' ', '1e9', '-1', '12 ', '99999999999999', 'NaN'].map((text) => ({ ...headers, 'webhook-timestamp': text || 'x' })),
    signature_invalid: [
      { ...headers, 'webhook-id': 'evt_1-0_1-1' },
      { ...headers, 'webhook-timestamp': String(NOW_MS / 1000 + 1) },
      signed({ secrets: [OTHER] }),
      ...['v1,', 'v1', ',', 'v1,!', 'v1,AAAA', headers['webhook-signature'].slice(3), headers['webhook-signature'].replace('v1,', 'v2,'),
        headers['webhook-signature'].slice(0, -5), `${headers['webhook-signature'].slice(0, -1)}AAA=`, `v1a,${headers['webhook-signature'].slice(3)}`]
        .map((text) => ({ ...headers, 'webhook-signature': text })),
    ],
  };
  for (const [code, all] of Object.entries(cases)) {
    for (const one of all) {
      await assert.rejects(verifyWebhook({ secret: SECRET, headers: one, body: BODY }), { name: 'WebhookError', code }, JSON.stringify(one));
    }
  }
  await assert.rejects(verifyWebhook({ secret: SECRET, headers, body: `${BODY} ` }), { code: 'signature_invalid' });
  for (const body of ['', 'null', '[]', '{}', '{"type":1}', BODY.slice(1)]) {
    await assert.rejects(verifyWebhook({ secret: SECRET, headers: signed({ body }), body }), { code: 'body_invalid' }, body);
  }
  // The library signs text alone.
  const half = Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  const signature = createHmac('sha256', Buffer.alloc(32, 1)).update(`${ID}.${headers['webhook-timestamp']}.`).update(half).digest('base64');
  await assert.rejects(verifyWebhook({ secret: SECRET, headers: { ...headers, 'webhook-signature': `v1,${signature}` }, body: half }),
    { code: 'body_invalid' });
});

timed('every bit of a signature counts', async () => {
  const headers = signed();
  const right = Buffer.from(headers['webhook-signature'].slice(3), 'base64');
  const wrongs = Array.from({ length: 256 }, (_, bit) => {
    const wrong = Buffer.from(right);
    wrong[bit >> 3] ^= 1 << (bit & 7);
    return wrong;
  });
  for (const wrong of [...wrongs, Buffer.concat([right, Buffer.of(0)]), right.subarray(0, 31)]) {
    const changed = { ...headers, 'webhook-signature': `v1,${wrong.toString('base64')}` };
    await assert.rejects(verifyWebhook({ secret: SECRET, headers: changed, body: BODY }), { code: 'signature_invalid' });
  }
});

timed('a secret that is none, and a body that was parsed, are faults of the program', async () => {
  const headers = signed();
  for (const secret of ['', 'whsec_', 'whsec_!', [], [SECRET, '']]) {
    await assert.rejects(verifyWebhook({ secret, headers, body: BODY }), { name: 'TypeError' }, String(secret));
  }
  await assert.rejects(verifyWebhook({ secret: SECRET, headers, body: JSON.parse(BODY) }), { name: 'TypeError', message: /raw/ });
});
