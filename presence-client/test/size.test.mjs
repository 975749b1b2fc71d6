import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { constants, gzipSync } from 'node:zlib';

const PARTS = [
  { name: 'core', files: ['presence-client.js', 'presence-wire.js'], limitBytes: 11264 },
  { name: 'cursors', files: ['presence-cursors.js'], limitBytes: 2048 },
  { name: 'pointer', files: ['presence-pointer.js'], limitBytes: 1024 },
  { name: 'snapshots', files: ['presence-snapshots.js'], limitBytes: 2048 },
  { name: 'rooms', files: ['presence-rooms.js'], limitBytes: 2048 },
  { name: 'react', files: ['presence-react.js', 'presence-drafts.js', 'presence-holding.js', 'presence-opening.js'], limitBytes: 5120 },
  {
    name: 'react-components',
    files: ['presence-react-components.js', 'presence-people.js', 'presence-component-styles.js'],
    limitBytes: 5120,
  },
  { name: 'vue', files: ['presence-vue.js', 'presence-drafts.js', 'presence-holding.js', 'presence-opening.js'], limitBytes: 4352 },
  { name: 'svelte', files: ['presence-svelte.js', 'presence-drafts.js', 'presence-holding.js', 'presence-opening.js'], limitBytes: 4352 },
  { name: 'locks', files: ['presence-locks.js'], limitBytes: 3072 },
  { name: 'watch', files: ['presence-watch.js'], limitBytes: 1536 },
  { name: 'pages', files: ['presence-pages.js'], limitBytes: 1536 },
  { name: 'viewport', files: ['presence-viewport.js'], limitBytes: 2816 },
  { name: 'activity', files: ['presence-activity.js'], limitBytes: 768 },
  { name: 'excalidraw', files: ['presence-excalidraw.js', 'presence-changes.js'], limitBytes: 3072 },
  { name: 'tldraw', files: ['presence-tldraw.js', 'presence-changes.js'], limitBytes: 2560 },
  { name: 'safe', files: ['presence-safe.js'], limitBytes: 768 },
  { name: 'debug', files: ['presence-debug.js', 'presence-describe.js', 'presence-probe.js'], limitBytes: 5120 },
  { name: 'panel', files: ['presence-panel.js', 'presence-probe.js'], limitBytes: 4096 },
];

for (const { name, files, limitBytes } of PARTS) {
  test(`${name}: at most ${limitBytes} bytes gzipped`, async (t) => {
    const sources = await Promise.all(files.map((file) => readFile(new URL(`../src/${file}`, import.meta.url))));
    const whole = Buffer.concat(sources);
    const size = gzipSync(whole, { level: constants.Z_BEST_COMPRESSION }).length;
    t.diagnostic(`${name}: ${size} of ${limitBytes} bytes gzipped (${whole.length} plain)`);
    assert.ok(size <= limitBytes, `${size} bytes gzipped`);
  });
}
