// The functions of y-protocols, and Yjs' own positions, on our awareness.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mock, test } from 'node:test';
import { PresenceAwareness } from '../src/presence-yjs.js';
import { jsonState, member } from './fake-node.mjs';
import { enterRoom } from './stage.mjs';

const installed = existsSync(new URL('../node_modules/y-protocols', import.meta.url));
if (!installed) assert.notEqual(process.env.PRESENCE_TEST_REQUIRE_TOOLS, 'true', 'y-protocols is missing: npm ci first');
const options = { skip: installed ? false : 'NOT RUN: npm ci first' };
const protocols = installed && await import('y-protocols/awareness');
const Y = installed && await import('yjs');

async function enter() {
  const state = jsonState({ awareness: { client: 22, state: { tool: 'pen' } } });
  const { room, socket } = await enterRoom({ members: [member(2, { state })] });
  const doc = new Y.Doc();
  const awareness = new PresenceAwareness(room, doc);
  socket.sent = [];
  mock.timers.tick(50);
  return { room, socket, doc, awareness };
}

/** A client of y-protocols itself, without its interval. */
function original() {
  const awareness = new protocols.Awareness(new Y.Doc());
  clearInterval(awareness._checkInterval);
  return awareness;
}

/** Everything public in y-protocols, of the object and its prototypes. */
function namesOf(object) {
  const names = new Set(Object.keys(object));
  for (let p = Object.getPrototypeOf(object); p !== Object.prototype; p = Object.getPrototypeOf(p)) {
    for (const name of Object.getOwnPropertyNames(p)) names.add(name);
  }
  return names;
}

test('has all that the original has', options, async () => {
  const { awareness } = await enter();
  for (const name of namesOf(original())) assert.ok(name in awareness, name);
});

test('is encoded for another transport and read by the original', options, async () => {
  const { socket, awareness, doc } = await enter();
  awareness.setLocalStateField('user', { name: 'Ada' });
  const other = original();
  const hand = ({ added, updated, removed }) => protocols.applyAwarenessUpdate(
    other, protocols.encodeAwarenessUpdate(awareness, [...added, ...updated, ...removed]), 'bridge');
  hand({ added: [...awareness.getStates().keys()], updated: [], removed: [] });
  assert.deepEqual(other.getStates().get(doc.clientID), { user: { name: 'Ada' } });
  assert.deepEqual(other.getStates().get(22), { tool: 'pen', user: { name: 'user 2' } });

  awareness.on('update', hand);
  socket.says({ change: { boardRef: 7, left: [{ slot: 2, reason: 'left' }] } });
  assert.equal(other.getStates().has(22), false);
});

test('takes in what another transport brings', options, async () => {
  const { awareness } = await enter();
  const other = original();
  other.setLocalStateField('user', { name: 'Grace' });
  const heard = [];
  awareness.on('change', ({ added }, origin) => heard.push(...added, origin));
  protocols.applyAwarenessUpdate(awareness, protocols.encodeAwarenessUpdate(other, [other.clientID]), 'bridge');
  assert.deepEqual(awareness.getStates().get(other.clientID), { user: { name: 'Grace' } });
  assert.deepEqual(heard, [other.clientID, 'bridge']);
});

test('is taken back by the function that providers call when the page is closed', options, async () => {
  const { socket, awareness, doc } = await enter();
  protocols.removeAwarenessStates(awareness, [doc.clientID], 'window unload');
  mock.timers.tick(50);
  assert.equal(awareness.getLocalState(), null);
  assert.deepEqual(socket.took('state').map(({ unset }) => unset), [['awareness']]);
});

test('a cursor as bindings make it arrives as a position in the document', options, async () => {
  const { socket, doc, awareness } = await enter();
  const text = doc.getText('text');
  text.insert(0, 'hello');
  for (const index of [2, 5]) {
    const position = Y.createRelativePositionFromTypeIndex(text, index);
    awareness.setLocalStateField('cursor', { anchor: position, head: Y.relativePositionToJSON(position) });
    mock.timers.tick(50);
    const [{ set }] = socket.took('state');
    const { state } = JSON.parse(new TextDecoder().decode(set.get('awareness')));
    socket.says({ change: { boardRef: 7, updated: [{ slot: 2, set: jsonState({ awareness: { client: 22, state } }) }] } });
    const { anchor, head } = awareness.getStates().get(22).cursor;
    for (const end of [anchor, head]) {
      assert.equal(Y.createAbsolutePositionFromRelativePosition(end, doc).index, index);
    }
  }
});
