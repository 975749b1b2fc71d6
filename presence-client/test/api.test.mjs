// Reads the types as text: they must agree with the code wherever Node runs, with or without tsc.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import * as client from '../src/presence-client.js';
import { member } from './fake-node.mjs';
import { enterRoom } from './stage.mjs';

const read = (file) => readFile(new URL(`../src/${file}`, import.meta.url), 'utf8');
const types = await read('presence-client.d.ts');
const code = await read('presence-client.js');
/** Modules that tell events of a room. */
const beside = await read('presence-viewport.js');

/** At run time for all to see and no part of the API, like all that begins with an underscore. */
const INTERNAL = ['emit', 'handleEvent'];

const sorted = (names) => [...new Set(names)].sort();
const allOf = (pattern, text) => Array.from(text.matchAll(pattern), ([, name]) => name);

/** What stands between a declaration's first line and its closing brace. */
function bodyOf(declaration, text) {
  const [, body] = text.match(new RegExp(`^[a-z ]*${declaration}\\b[^\\n]*\\{\\n(.*?)^\\}`, 'ms'));
  return body;
}

const declared = (declaration) => sorted(
  allOf(/^ {2}(?:readonly |get )?(\w+)[?:(<]/gm, bodyOf(declaration, types)).filter((name) => name !== 'constructor'),
);

/** Own properties and those of all prototypes below Object's. */
function present(object) {
  const names = Object.keys(object);
  for (let p = Object.getPrototypeOf(object); p !== Object.prototype; p = Object.getPrototypeOf(p)) {
    names.push(...Object.getOwnPropertyNames(p));
  }
  return sorted(names.filter((name) => name !== 'constructor' && !name.startsWith('_') && !INTERNAL.includes(name)));
}

test('exports what the types declare', () => {
  const names = allOf(/^export (?:class|function|const) (\w+)/gm, types);
  assert.deepEqual(sorted(Object.keys(client)), sorted(names));
});

for (const name of ['Connection', 'Room']) {
  test(`a ${name} has what the types declare`, async () => {
    const { connection, room } = await enterRoom();
    const object = { Connection: connection, Room: room }[name];
    assert.ok(object instanceof client[name]);
    assert.deepEqual(present(object), sorted([...declared(`class ${name}`), ...declared('class Emitter')]));
  });

  test(`a ${name} tells the events that the types declare`, () => {
    const told = allOf(/\bemit\('(\w+)'/g, bodyOf(`class ${name}`, code) + (name === 'Room' ? beside : ''));
    assert.ok(told.length > 0);
    assert.deepEqual(sorted(told), declared(`interface ${name}Events`));
  });
}

test('members and cursors have what the types declare', async () => {
  const { room } = await enterRoom({ members: [member(2, { cursor: { x: 1, y: 1 } })] });
  for (const somebody of room.members) assert.deepEqual(sorted(Object.keys(somebody)), declared('interface Member'));
  assert.deepEqual(sorted(Object.keys(room.others[0].cursor)), declared('interface Cursor'));
});

test('errors, signals, limits and the codec have what the types declare', async () => {
  const limits = { maxNameBytes: 8 };
  const { connection, socket, room } = await enterRoom();
  const signals = [];
  room.on('signal', (signal) => signals.push(...Object.keys(signal)));
  socket.says({ signal: { boardRef: 7, type: 't' } });
  assert.deepEqual(sorted(signals), declared('interface SignalOfType'));
  assert.deepEqual(connection.limits, {});
  socket.says({ welcome: { limits } });
  assert.deepEqual(sorted(Object.keys(connection.limits)), declared('interface Limits'));
  const error = new client.PresenceError('code', 'message');
  assert.deepEqual(sorted(Object.keys(error)), declared('class PresenceError'));
  assert.deepEqual(sorted(Object.keys(client.json)), declared('interface Codec'));
});
