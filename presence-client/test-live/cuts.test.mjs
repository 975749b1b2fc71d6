// The short form of cuts.mjs; see there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const CUTS = fileURLToPath(new URL('cuts.mjs', import.meta.url));
const SECONDS = process.env.PRESENCE_CUTS_SECONDS ?? '20';
const SEED = process.env.PRESENCE_CUTS_SEED;

const own = globalThis.WebSocket ? [] : ['--experimental-websocket'];
for (const [sockets, flags, seconds] of [['ws and Node itself', own, SECONDS], ...plain()]) {
  test(`clients with the WebSocket of ${sockets} agree after every fault of the network`, (t) => {
    const seed = SEED ? ['--seed', SEED] : [];
    const run = spawnSync(process.execPath, [...flags, CUTS, '--seconds', seconds, ...seed], { encoding: 'utf8' });
    for (const line of run.stdout.trim().split('\n')) t.diagnostic(`[measured] ${line}`);
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.match(run.stdout, new RegExp(`WebSocket of ${sockets},`));
    // The short run of a busy machine has few faults, of whatever kinds.
    const faults = seconds === SECONDS ? ['fault reset', 'fault freeze'] : ['fault (reset|freeze|cutAll|freezeAll)'];
    for (const what of [...faults, 'became reconnecting', 'quiet moments']) {
      assert.match(run.stdout, new RegExp(`^${what}: [1-9]`, 'm'));
    }
  });
}

/** Node before 22 has no WebSocket of its own without a flag: its clients use that of `ws`. */
function plain() {
  return globalThis.WebSocket ? [] : [['ws alone', [], '5']];
}
