import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { constants, gzipSync } from 'node:zlib';

const LIMIT_BYTES = 8192;
const FILES = ['presence-client.js', 'presence-wire.js'];

test(`the core is at most ${LIMIT_BYTES} bytes gzipped`, async (t) => {
  const sources = await Promise.all(FILES.map((file) => readFile(new URL(`../src/${file}`, import.meta.url))));
  const whole = Buffer.concat(sources);
  const size = gzipSync(whole, { level: constants.Z_BEST_COMPRESSION }).length;
  t.diagnostic(`core: ${size} of ${LIMIT_BYTES} bytes gzipped (${whole.length} plain)`);
  assert.ok(size <= LIMIT_BYTES, `${size} bytes gzipped`);
});
