// server.d.ts documents the API.
import { fromBase64, toBase64Url, utf8 } from './base64.js';

// What nodes refuse: JwtAuthenticator, JwtKey and BoardRights of the service.
const RIGHTS = ['join', 'observe', 'watch', 'signal'];
const MIN_SECRET_BYTES = 32;
const MIN_RSA_BITS = 2_048;
const MAX_TOKEN_CHARS = 8_192;
const MAX_PATTERNS = 100;
const MAX_PATTERN_CHARS = 128;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

const ALGORITHMS = {
  HS256: { name: 'HMAC', hash: 'SHA-256' },
  // Before EdDSA, of which Node 20 warns that it is an experiment.
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
};
const PEM = /^\s*-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----\s*$/;
const ONE_OF_THREE = 'the key is not RSA, EC P-256 or Ed25519';

export async function importKey(key) {
  if (typeof key === 'string') return importPem(key);
  const algorithm = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' }[key?.kty];
  if (!algorithm) throw new TypeError(ONE_OF_THREE);
  // What the key may be used for is decided here; some platforms refuse their own names of algorithms.
  const { alg, use, key_ops, ...jwk } = key;
  return imported('jwk', jwk, algorithm);
}

async function importPem(text) {
  const [, base64] = PEM.exec(text) ?? [];
  if (!base64) throw new TypeError('the key is no unencrypted PKCS #8 in PEM: openssl pkcs8 -topk8 -nodes makes one of another');
  const bytes = decoded(base64.replaceAll(/\s/g, ''));
  for (const algorithm of ['ES256', 'RS256', 'EdDSA']) {
    const key = await imported('pkcs8', bytes, algorithm).catch(() => null);
    if (key) return key;
  }
  throw new TypeError(ONE_OF_THREE);
}

function decoded(base64) {
  try {
    return fromBase64(base64);
  } catch (cause) {
    throw new TypeError('the PEM of the key is damaged', { cause });
  }
}

async function imported(format, key, algorithm) {
  try {
    return await crypto.subtle.importKey(format, key, ALGORITHMS[algorithm], false, ['sign']);
  } catch (cause) {
    throw new TypeError(ONE_OF_THREE, { cause });
  }
}

/** The signing key of a token, and the name of its algorithm. */
async function signer({ secret, key }) {
  if (!secret === !key) throw new TypeError('name either a secret or a key');
  if (secret) {
    // The service strips the text of its file, too.
    const bytes = typeof secret === 'string' ? utf8(secret.trim()) : secret;
    if (bytes.length < MIN_SECRET_BYTES) throw new TypeError(`the secret has fewer than ${MIN_SECRET_BYTES} bytes`);
    return [await crypto.subtle.importKey('raw', bytes, ALGORITHMS.HS256, false, ['sign']), 'HS256'];
  }
  const signing = typeof key === 'string' || key.kty ? await importKey(key) : key;
  const { name, hash, namedCurve, modulusLength = MIN_RSA_BITS } = signing.algorithm ?? {};
  const [algorithm] = Object.entries(ALGORITHMS).find(([, wanted]) => wanted.name === name) ?? [];
  if (!algorithm || hash && hash.name !== 'SHA-256' || namedCurve && namedCurve !== 'P-256') throw new TypeError(ONE_OF_THREE);
  if (modulusLength < MIN_RSA_BITS) throw new TypeError(`the key has fewer than ${MIN_RSA_BITS} bits`);
  return [signing, algorithm];
}

function checkedUser(user) {
  if (typeof user !== 'string' || !user) throw new TypeError('a token needs a user');
  if (CONTROL.test(user) || LONE_SURROGATE.test(user)) throw new TypeError('the user has a control character or half a character');
  return user;
}

/** The claim `boards`. */
function grants({ board, rights = ['join', 'signal'], boards }) {
  if (!board === !boards) throw new TypeError('name either a board or boards');
  // A board whose id comes from a user must not become a pattern.
  if (board && board.includes('*')) throw new TypeError('a board with * in its id would be a pattern: name it in boards if it is one');
  const granted = boards ?? { [board]: rights };
  if (Object.keys(granted).length > MAX_PATTERNS) throw new TypeError(`more than ${MAX_PATTERNS} patterns of boards`);
  for (const [pattern, names] of Object.entries(granted)) {
    if (pattern.length > MAX_PATTERN_CHARS) throw new TypeError(`a pattern of boards has more than ${MAX_PATTERN_CHARS} characters`);
    for (const name of names) if (!RIGHTS.includes(name)) throw new TypeError(`${name} is no right: ${RIGHTS.join(', ')}`);
  }
  return granted;
}

export async function createToken(options) {
  const { user, ttlSeconds = 3600, notBefore, name, color, avatarUrl, issuer, audience, key } = options;
  if (!(ttlSeconds > 0)) throw new TypeError('ttlSeconds is not above 0');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: checkedUser(user), iat: now, exp: now + Math.ceil(ttlSeconds), nbf: notBefore && Math.floor(notBefore.getTime() / 1000),
    iss: issuer, aud: audience, name, color, avatar_url: avatarUrl, boards: grants(options),
  };
  const [signing, alg] = await signer(options);
  const part = (value) => toBase64Url(utf8(JSON.stringify(value)));
  const signed = `${part({ alg, typ: 'JWT', kid: options.keyId ?? key?.kid })}.${part(claims)}`;
  const signature = await crypto.subtle.sign(ALGORITHMS[alg], signing, utf8(signed));
  const token = `${signed}.${toBase64Url(new Uint8Array(signature))}`;
  if (token.length > MAX_TOKEN_CHARS) throw new TypeError(`the token has ${token.length} characters; nodes take ${MAX_TOKEN_CHARS}`);
  return token;
}
