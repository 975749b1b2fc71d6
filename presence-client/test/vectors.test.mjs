// The frames of proto/vectors.json, which the Java tests hold against the protobuf library.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import '../src/presence-locks.js';
import '../src/presence-pages.js';
import '../src/presence-viewport.js';
import '../src/presence-watch.js';
import { ClientFrame, ServerFrame } from '../src/presence-wire.js';
import { protoJson } from './proto-json.mjs';

const vectors = JSON.parse(await readFile(new URL('../../proto/vectors.json', import.meta.url), 'utf8'));
const fromHex = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes) => Buffer.from(bytes).toString('hex');

for (const [side, type] of [['client', ClientFrame], ['server', ServerFrame]]) {
  for (const { name, hex, frame } of vectors[side]) {
    test(`reads and writes the ${side}'s ${name} as Java does`, () => {
      const read = type.decode(fromHex(hex));
      assert.deepEqual(protoJson(read), frame);
      assert.equal(toHex(type.encode(read)), hex);
    });
  }
}
