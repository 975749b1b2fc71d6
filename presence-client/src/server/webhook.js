// server.d.ts documents the API. By the Standard Webhooks specification, https://www.standardwebhooks.com/
import { fromBase64, utf8 } from './base64.js';

const PREFIX = 'whsec_';
const TIMESTAMP = /^\d{1,12}$/;

export class WebhookError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.name = 'WebhookError';
    this.code = code;
  }
}

export async function verifyWebhook({ secret, headers, body, toleranceSeconds = 300 }) {
  const raw = typeof body === 'string' ? utf8(body) : bytesOf(body);
  const keys = await Promise.all([secret].flat().map(importSecret));
  if (keys.length === 0) throw new TypeError('there is no secret');
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => header(headers, `webhook-${name}`));
  const off = TIMESTAMP.test(timestamp) ? Date.now() / 1000 - Number(timestamp) : NaN;
  if (Number.isNaN(off)) throw new WebhookError('timestamp_invalid', 'webhook-timestamp is no number of seconds');
  if (Math.abs(off) > toleranceSeconds) {
    throw new WebhookError('timestamp_outside', `the request was signed ${Math.round(off)} s ago; ${toleranceSeconds} s are allowed`);
  }
  const signed = joined(utf8(`${id}.${timestamp}.`), raw);
  if (!await isSigned(signed, signatures, keys)) {
    throw new WebhookError('signature_invalid', 'no signature is by a known secret');
  }
  return { id, ...read(raw) };
}

function bytesOf(body) {
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  // What was parsed and written anew has other bytes than those that were signed.
  throw new TypeError('the body is neither text nor bytes: hand over the raw one, not the parsed one');
}

async function importSecret(secret) {
  let bytes;
  try {
    bytes = fromBase64(secret.trim().replace(PREFIX, ''));
  } catch (cause) {
    throw new TypeError(`the secret is not ${PREFIX} and base64`, { cause });
  }
  if (bytes.length === 0) throw new TypeError('the secret is empty');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/** The headers of Fetch, or an object as Node's servers have it. */
function header(headers, name) {
  const value = typeof headers.get === 'function'
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (!value?.length) throw new WebhookError('header_missing', `the header ${name} is missing`);
  return Array.isArray(value) ? value.join(' ') : value;
}

function joined(one, other) {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}

/** While secrets are exchanged there are several signatures, and perhaps several secrets. */
async function isSigned(signed, signatures, keys) {
  const given = signatures.split(' ').filter((one) => one.startsWith('v1,')).map((one) => one.slice(3));
  const expected = await Promise.all(keys.map((key) => crypto.subtle.sign('HMAC', key, signed)));
  let found = false;
  for (const one of given) for (const other of expected) found = isEqual(one, new Uint8Array(other)) || found;
  return found;
}

/** Takes as long for a signature that is nearly right as for any other. */
function isEqual(base64, expected) {
  let bytes;
  try {
    bytes = fromBase64(base64);
  } catch {
    return false;
  }
  let difference = bytes.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) difference |= bytes[i] ^ expected[i];
  return difference === 0;
}

function read(raw) {
  try {
    const { type, timestamp, data } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
    if (typeof type !== 'string') throw new TypeError('type is no text');
    // Types of a later release have something else.
    return { type, timestamp, events: data?.events ?? [] };
  } catch (cause) {
    throw new WebhookError('body_invalid', 'the body is not what nodes send', { cause });
  }
}
