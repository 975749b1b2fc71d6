import assert from 'node:assert/strict';
import test from 'node:test';
import { ClientFrame, ServerFrame, WireError } from '../src/presence-wire.js';
import { randomFrom } from './random.mjs';

const fromHex = (hex) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const toHex = (bytes) => Buffer.from(bytes).toString('hex').replace(/(..)(?=.)/g, '$1 ');

// Written down by hand from the protobuf encoding rules, not produced by the code under test.
const CLIENT_VECTORS = [
  ['a join', '08 01 12 08 0a 01 62 12 03 12 01 41',
    { id: 1, join: { board: 'b', profile: { name: 'A' } } }],
  ['a cursor left of and below the origin', '22 07 08 01 10 0f 18 90 03',
    { cursor: { boardRef: 1, x: -8, y: 200 } }],
  ['a hidden cursor at the far corner', '22 0c 10 80 80 80 20 18 ff ff ff 1f 20 01',
    { cursor: { x: 2 ** 25, y: -(2 ** 25), hidden: true } }],
  ['a state patch', '2a 0c 12 07 0a 01 6b 12 02 7b 7d 1a 01 6f',
    { state: { set: new Map([['k', fromHex('7b7d')]]), unset: ['o'] } }],
  ['a status', '2a 02 28 03', { state: { status: 'away' } }],
  ['a signal to two slots', '32 0a 12 01 74 1a 01 ff 22 02 03 04',
    { signal: { type: 't', payload: fromHex('ff'), to: [3, 4] } }],
  ['a heartbeat above 2^32', '3a 07 08 80 80 80 80 80 20', { heartbeat: { clientTimeMs: 2 ** 40 } }],
  ['an empty leave with the id 0', '08 00 1a 00', { id: 0, leave: {} }],
];

const SERVER_VECTORS = [
  ['a tick', '22 10 08 01 12 02 01 02 1a 02 02 04 22 02 01 03 2a 00',
    { cursors: { boardRef: 1, slot: [1, 2], x: [1, 2], y: [-1, -2], ageMs: [], hidden: [] } }],
  ['a tick whose numbers are not packed', '22 08 10 01 10 02 18 02 18 04',
    { cursors: { boardRef: 0, slot: [1, 2], x: [1, 2], y: [], ageMs: [], hidden: [] } }],
  ['a tick that mixes both', '22 06 10 01 12 02 02 03',
    { cursors: { boardRef: 0, slot: [1, 2, 3], x: [], y: [], ageMs: [], hidden: [] } }],
  ['an error about frame 0', '3a 05 0a 01 65 20 00',
    { error: { code: 'e', message: '', inReplyTo: 0, boardRef: 0 } }],
  ['a uint32 with all bits', '42 06 08 ff ff ff ff 0f',
    { goingAway: { reconnectAfterMs: 2 ** 32 - 1, reason: '' } }],
  ['the greatest whole number of a double', '32 09 08 ff ff ff ff ff ff ff 0f',
    { heartbeatAck: { clientTimeMs: Number.MAX_SAFE_INTEGER, serverTimeMs: 0 } }],
  ['an enum value of a later version', '1a 06 12 04 08 01 10 63',
    { change: { boardRef: 0, left: [{ slot: 1, reason: '' }], joined: [], updated: [], more: false } }],
  ['unknown fields of every wire type', '48 01 51 0102030405060708 7a 02 ffff 65 01020304 32 02 08 05',
    { heartbeatAck: { clientTimeMs: 5, serverTimeMs: 0 } }],
  ['a known field with another wire type', '32 07 0d 01020304 10 07',
    { heartbeatAck: { clientTimeMs: 0, serverTimeMs: 7 } }],
  ['a message sent in two halves', '32 02 08 05 32 02 10 06',
    { heartbeatAck: { clientTimeMs: 5, serverTimeMs: 6 } }],
  ['nothing', '', {}],
  ['a frame of a later version', 'fa 01 01 00', {}],
];

for (const [what, hex, frame] of CLIENT_VECTORS) {
  test(`writes ${what}`, () => assert.equal(toHex(ClientFrame.encode(frame)), hex));
}

for (const [what, hex, frame] of SERVER_VECTORS) {
  test(`reads ${what}`, () => assert.deepEqual(ServerFrame.decode(fromHex(hex)), frame));
}

const profile = { userId: 'u', name: 'Ада 🎉', color: '#fff', avatarUrl: 'a', device: '\uFEFFd' };
const state = new Map([['', new Uint8Array(0)], ['__proto__', fromHex('00')], ['k', fromHex('ff')]]);
const fullMember = {
  slot: 2 ** 32 - 1, memberId: new Uint8Array(16).fill(7), profile, status: 'busy', state,
  version: 2 ** 53 - 1, cursor: { x: -(2 ** 31), y: 2 ** 31 - 1, hidden: true }, joinedAtMs: 2 ** 41,
};
const FULL_FRAMES = [
  [ClientFrame, { id: 2 ** 32 - 1, join: {
    board: 'b'.repeat(500), profile, state, resumeKey: fromHex('0102'), observer: true, status: 'idle',
    newKey: fromHex('0304'), afterVersion: 2 ** 48, counts: true, rosterLimit: 0, reactions: true, locks: true,
  } }],
  [ClientFrame, { state: { boardRef: 128, set: state, unset: ['', 'x'], profile, status: 'away' } }],
  [ClientFrame, { signal: { boardRef: 1, type: 't', payload: new Uint8Array(16_384), to: [1, 300] } }],
  [ClientFrame, { auth: { token: 'tøken' } }],
  [ServerFrame, { welcome: {
    nodeId: 'n', connectionId: 'c', protocol: 'presence.v1', heartbeatIntervalMs: 25_000,
    maxCursorHz: 30, serverTimeMs: 1.7e12, serverLabel: 'l',
    limits: {
      maxFrameBytes: 1, maxBoardIdBytes: 2, maxNameBytes: 3, maxStateBytes: 4, maxStateKeys: 5,
      maxSignalBytes: 6, maxBoards: 7,
    },
  } }],
  [ServerFrame, { roster: {
    board: 'b', boardRef: 1, you: 2, resumeKey: fromHex('ff'), members: [fullMember, fullMember],
    more: true,
  } }],
  [ServerFrame, { change: {
    boardRef: 1, left: [{ slot: 1, reason: 'node_lost' }], joined: [fullMember],
    updated: [{ slot: 1, profile, status: 'idle', set: state, unset: ['u'], version: 9 }], more: true,
  } }],
  [ServerFrame, { error: {
    code: 'c', message: 'm', retryAfterMs: 0, inReplyTo: 7, boardRef: 3,
  } }],
];

for (const [type, frame] of FULL_FRAMES) {
  test(`reads what it wrote: a full ${Object.keys(frame).at(-1)}`, () => {
    assert.deepEqual(type.decode(type.encode(frame)), frame);
  });

  test(`a full ${Object.keys(frame).at(-1)} cut anywhere is a WireError or a shorter frame`, () => {
    const bytes = type.encode(frame);
    const errors = countErrors(type, Array.from({ length: Math.min(bytes.length, 600) },
      (_, length) => bytes.subarray(0, length)));
    assert.ok(errors > 0);
  });
}

for (const [what, hex] of [
  ['a number of 11 bytes', '32 0c 08 80 80 80 80 80 80 80 80 80 80 01'],
  ['a number that never ends', '32 02 08 80'],
  ['a length beyond the frame', '32 05 08'],
  ['a length beyond 2^32', '32 80 80 80 80 80 01 08'],
  ['a nested length beyond its parent', '12 03 0a 05 61 62 63 64 65'],
  ['a packed number that runs out of its block', '22 03 12 01 80'],
  ['a group', '4b 4c'],
  ['wire type 7', '4f'],
  ['a fixed64 cut short', '49 01 02'],
]) {
  test(`refuses ${what}`, () => assert.throws(() => ServerFrame.decode(fromHex(hex)), WireError));
}

for (const [what, frame] of [
  ['a fraction', { cursor: { boardRef: 0.5 } }],
  ['NaN', { cursor: { x: NaN } }],
  ['a negative unsigned number', { leave: { boardRef: -1 } }],
  ['a time beyond 2^53', { heartbeat: { clientTimeMs: 2 ** 60 } }],
  ['an unknown status', { state: { status: 'asleep' } }],
]) {
  test(`does not write ${what}`, () => assert.throws(() => ClientFrame.encode(frame), RangeError));
}

test('what was read does not change when the frame is reused', () => {
  const bytes = ServerFrame.encode({ signal: { payload: fromHex('01 02') } });
  const { signal } = ServerFrame.decode(bytes);
  bytes.fill(0);
  assert.deepEqual(signal.payload, fromHex('01 02'));
});

test('20,000 frames of hostile bytes throw nothing but WireError', (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const random = randomFrom(seed);
  const below = (n) => Math.floor(random() * n);
  const seeds = FULL_FRAMES.map(([type, frame]) => type.encode(frame)).filter((b) => b.length < 1000);
  const frames = Array.from({ length: 20_000 }, (_, i) => {
    if (i % 2) return Uint8Array.from({ length: below(64) }, () => below(256));
    const bytes = seeds[below(seeds.length)].slice();
    for (let flips = 1 + below(4); flips > 0; flips--) bytes[below(bytes.length)] = below(256);
    return bytes;
  });
  const errors = countErrors(ServerFrame, frames) + countErrors(ClientFrame, frames);
  assert.ok(errors > 1000 && errors < 39_000, `${errors} errors: the bytes were not hostile enough`);
});

function countErrors(type, frames) {
  let errors = 0;
  for (const frame of frames) {
    try {
      type.decode(frame);
    } catch (error) {
      assert.ok(error instanceof WireError, `${error.stack} on ${toHex(frame)}`);
      errors++;
    }
  }
  return errors;
}
