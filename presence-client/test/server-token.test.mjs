import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import test from 'node:test';
import { createToken, importKey } from '../src/server/server.js';

const SECRET = '0123456789abcdef0123456789abcdef';
const NOW_MS = 1_795_300_000_999;
const ada = { secret: SECRET, user: 'ada', board: 'board-42' };

const keys = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const pem = (key) => key.export({ type: 'pkcs8', format: 'pem' });
const parts = (token) => token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));

test('a token has the claims that the service reads', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: NOW_MS });
  const [header, claims] = parts(await createToken(ada));
  assert.deepEqual(header, { alg: 'HS256', typ: 'JWT' });
  assert.deepEqual(claims, {
    sub: 'ada', iat: 1_795_300_000, exp: 1_795_303_600, boards: { 'board-42': ['join', 'signal'] },
  });
  const [, all] = parts(await createToken({
    secret: SECRET, user: 'ada', boards: { 'team-7/*': ['join'], lobby: ['observe', 'watch'] }, ttlSeconds: 0.5,
    notBefore: new Date(NOW_MS + 5000), name: 'Ädä 🎉', color: '#e91e63', avatarUrl: 'https://app.example/ada.png',
    issuer: 'app', audience: ['one', 'two'],
  }));
  assert.deepEqual(all, {
    sub: 'ada', iat: 1_795_300_000, exp: 1_795_300_001, nbf: 1_795_300_005, iss: 'app', aud: ['one', 'two'],
    name: 'Ädä 🎉', color: '#e91e63', avatar_url: 'https://app.example/ada.png',
    boards: { 'team-7/*': ['join'], lobby: ['observe', 'watch'] },
  });
  const [, watches] = parts(await createToken({ ...ada, rights: ['watch'] }));
  assert.deepEqual(watches.boards, { 'board-42': ['watch'] });
});

test('a secret signs with HS256, as text, as the text of a file and as bytes', async () => {
  for (const secret of [SECRET, `${SECRET}\n`, new TextEncoder().encode(SECRET)]) {
    const token = await createToken({ ...ada, secret });
    const [, signed, signature] = /^(.*)\.(.*)$/.exec(token);
    assert.equal(signature, createHmac('sha256', SECRET).update(signed).digest('base64url'));
    assert.doesNotMatch(token, /[+/=]/);
  }
});

for (const [algorithm, { privateKey, publicKey }] of Object.entries(keys)) {
  test(`a key signs with ${algorithm}, as PEM, as JWK and imported`, async () => {
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: algorithm, key_ops: ['verify'] };
    for (const [key, kid] of [[pem(privateKey)], [jwk, 'k1'], [await importKey(pem(privateKey))], [await importKey(jwk)]]) {
      const token = await createToken({ user: 'ada', board: 'b', key });
      const [, signed, signature] = /^(.*)\.(.*)$/.exec(token);
      const isSigned = verify(algorithm === 'EdDSA' ? null : 'sha256', Buffer.from(signed),
        { key: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'));
      assert.ok(isSigned);
      assert.deepEqual(parts(token)[0], { alg: algorithm, typ: 'JWT', ...kid && { kid } });
    }
    const [{ kid }] = parts(await createToken({ user: 'ada', board: 'b', key: jwk, keyId: 'k2' }));
    assert.equal(kid, 'k2');
  });
}

const bits = async (algorithm, ...uses) => (await crypto.subtle.generateKey(algorithm, false, uses)).privateKey;
const publicExponent = new Uint8Array([1, 0, 1]);
const REFUSED = {
  'without a user': [{ user: '' }, /needs a user/],
  'with a control character in the user': [{ user: 'a\nb' }, /control character/],
  'with half a character in the user': [{ user: 'a\ud83c' }, /half a character/],
  'with no boards': [{ board: undefined }, /either a board or boards/],
  'with a board and boards': [{ boards: {} }, /either a board or boards/],
  'with a board that would be a pattern': [{ board: 'team-*' }, /would be a pattern/],
  'with a right that there is not': [{ rights: ['admin'] }, /admin is no right/],
  'with too many patterns': [{ board: '', boards: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`b${i}`, []])) }, /more than 100/],
  'with a pattern that is too long': [{ board: 'b'.repeat(129) }, /more than 128/],
  'that has expired': [{ ttlSeconds: 0 }, /ttlSeconds/],
  'without an end': [{ ttlSeconds: NaN }, /ttlSeconds/],
  'without a secret': [{ secret: '' }, /either a secret or a key/],
  'with a short secret': [{ secret: `${SECRET.slice(1)} ` }, /fewer than 32 bytes/],
  'with a secret and a key': [{ key: {} }, /either a secret or a key/],
  'that nodes find too long': [{ name: 'n'.repeat(8192) }, /nodes take 8192/],
  'with a public key': [{ secret: '', key: keys.RS256.publicKey.export({ type: 'spki', format: 'pem' }) }, /PKCS #8/],
  'with an older form of PEM': [{ secret: '', key: keys.RS256.privateKey.export({ type: 'pkcs1', format: 'pem' }) }, /PKCS #8/],
  'with an encrypted key': [
    { secret: '', key: keys.ES256.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) }, /PKCS #8/],
  'with a damaged key': [{ secret: '', key: pem(keys.ES256.privateKey).replace(/=+\n/, '\n').replace('M', '') }, /damaged|not RSA/],
  'with a key of another curve': [{ secret: '', key: pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey) }, /not RSA, EC P-256/],
  'with a JWK of another kind': [{ secret: '', key: { kty: 'oct', k: 'AAAA' } }, /not RSA, EC P-256/],
  'with a public JWK': [{ secret: '', key: keys.ES256.publicKey.export({ format: 'jwk' }) }, /not RSA, EC P-256/],
};
for (const [what, [options, message]] of Object.entries(REFUSED)) {
  test(`a token ${what} is refused`, async () => {
    await assert.rejects(createToken({ ...ada, ...options }), { name: 'TypeError', message });
  });
}

test('an imported key of another kind is refused', async () => {
  const others = [
    await bits({ name: 'ECDSA', namedCurve: 'P-384' }, 'sign', 'verify'),
    await bits({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512', modulusLength: 2048, publicExponent }, 'sign', 'verify'),
    await bits({ name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent }, 'sign', 'verify'),
    await bits({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024, publicExponent }, 'sign', 'verify'),
  ];
  for (const key of others) {
    await assert.rejects(createToken({ user: 'ada', board: 'b', key }), { name: 'TypeError', message: /not RSA|fewer than 2048/ });
  }
});
