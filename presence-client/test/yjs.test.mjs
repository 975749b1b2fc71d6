import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { PresenceAwareness } from '../src/presence-yjs.js';
import { FakeWebSocket, jsonState, member } from './fake-node.mjs';
import { enterRoom, open, pendingTimers, seat, tickTo } from './stage.mjs';

const SEND_EVERY_MS = 50;
const LIMITS = { maxNameBytes: 128, maxStateKeys: 32, maxStateBytes: 4096 };
const ID = { client: 5, clock: 0 };
const POSITION = { type: null, tname: 'text', item: null, assoc: 0 };

class FakeDoc extends EventTarget {
  clientID = 11;
  on(event, listener) {
    this.addEventListener(event, listener);
  }
}

const awarenessState = (client, state) => jsonState({ awareness: { client, state } });
const editor = (n, client, state, more) => member(n, { state: awarenessState(client, state), ...more });

async function enter(options = {}, more = {}) {
  const stage = await enterRoom(options);
  const doc = new FakeDoc();
  const awareness = new PresenceAwareness(stage.room, doc, more);
  const heard = [];
  for (const event of ['change', 'update']) {
    awareness.on(event, ({ added, updated, removed }, origin) =>
      heard.push(`${event} +${added} ~${updated} -${removed} ${origin === stage.room ? 'room' : origin}`));
  }
  return { ...stage, doc, awareness, heard };
}

/** What the node was told, as it would reach others. */
const told = (socket) => socket.took('state').map(({ set, unset }) => {
  const bytes = set?.get('awareness');
  return bytes ? JSON.parse(new TextDecoder().decode(bytes)) : { unset };
});

const change = (socket, change) => socket.says({ change: { boardRef: 7, ...change } });
const update = (n, client, state) => ({ updated: [{ slot: n, set: awarenessState(client, state) }] });

test('the local state starts empty, goes out at once, and is told of', async () => {
  const { socket, awareness, heard } = await enter();
  assert.deepEqual(awareness.getLocalState(), {});
  assert.deepEqual(told(socket), [{ client: 11, state: {} }]);
  mock.timers.tick(SEND_EVERY_MS);
  awareness.setLocalStateField('user', { name: 'Ada' });
  assert.deepEqual(told(socket), [{ client: 11, state: { user: { name: 'Ada' } } }]);
  awareness.setLocalState({ user: { name: 'Ada' } });
  assert.deepEqual(heard, ['change + ~11 - local', 'update + ~11 - local', 'update + ~11 - local']);
  assert.deepEqual([awareness.clientID, awareness.meta.get(11).clock], [11, 2]);
});

test('many changes are sent 20 times a second, and the last one always is', async () => {
  const { socket, awareness } = await enter();
  for (let i = 0; i < 100; i++) {
    awareness.setLocalStateField('at', i);
    mock.timers.tick(10);
  }
  const sent = told(socket).map(({ state }) => state.at);
  assert.ok(sent.length <= 21, `${sent.length} in a second`);
  mock.timers.tick(SEND_EVERY_MS);
  assert.equal([...sent, ...told(socket).map(({ state }) => state.at)].at(-1), 99);
  mock.timers.tick(SEND_EVERY_MS);
  assert.equal(awareness.getLocalState().at, 99);
});

test('what has not changed is not sent again', async () => {
  const { socket, awareness } = await enter();
  socket.sent = [];
  mock.timers.tick(SEND_EVERY_MS);
  awareness.setLocalState({});
  mock.timers.tick(SEND_EVERY_MS);
  assert.deepEqual(socket.sent, []);
});

test('null removes the local state; fields are then not set', async () => {
  const { socket, awareness, heard } = await enter();
  socket.sent = [];
  awareness.setLocalState(null);
  awareness.setLocalStateField('cursor', 1);
  mock.timers.tick(SEND_EVERY_MS);
  assert.deepEqual(told(socket), [{ unset: ['awareness'] }]);
  assert.equal(awareness.getLocalState(), null);
  assert.deepEqual(heard, ['change + ~ -11 local', 'update + ~ -11 local']);
});

test('others appear, change and disappear, each told of once', async () => {
  const { room, socket, awareness, heard } = await enter({ members: [editor(2, 22, { at: 1 })] });
  assert.deepEqual([...awareness.getStates().keys()], [22, 11]);
  change(socket, { joined: [editor(3, 33, {}), editor(4, 44, {}), member(5)] });
  change(socket, update(2, 22, { at: 2 }));
  change(socket, { updated: [{ slot: 2, status: 'busy' }] });
  change(socket, { left: [{ slot: 3, reason: 'left' }] });
  assert.deepEqual(heard, [
    'change +33,44 ~ - room', 'update +33,44 ~ - room',
    'change + ~22 - room', 'update + ~22 - room',
    'change + ~ -33 room', 'update + ~ -33 room',
  ]);
  assert.deepEqual([...awareness.getStates().keys()].sort(), [11, 22, 44]);
  assert.equal(awareness.getStates().get(22).at, 2);
  assert.equal(room.others.length, 3);
});

test('a state that is taken back, and one under another client id, leave nothing behind', async () => {
  const { socket, awareness } = await enter({ members: [editor(2, 22, {}), editor(3, 33, {})] });
  change(socket, { updated: [{ slot: 2, unset: ['awareness'] }] });
  change(socket, update(3, 34, {}));
  assert.deepEqual([...awareness.getStates().keys()].sort(), [11, 34]);
});

test('the label is that of the profile, which may be vouched for', async () => {
  const { socket, awareness } = await enter({ members: [
    editor(2, 22, { user: { name: 'The Boss', color: '#111', colorLight: '#1113' } }, {
      profile: { name: 'Bob', color: '#222222' },
    }),
    editor(3, 33, { user: { name: 'Eve', color: 'red;position:fixed', colorLight: 7 } }, { profile: {} }),
  ] });
  const userOf = (client) => awareness.getStates().get(client).user;
  assert.deepEqual(userOf(22), { name: 'Bob', color: '#222222', colorLight: '#1113' });
  assert.deepEqual(userOf(33), { name: 'Eve' });
  change(socket, { updated: [{ slot: 2, profile: { name: 'Robert', color: 'rgb(1 2 3 / 50%)' } }] });
  assert.deepEqual(userOf(22), { name: 'Robert', color: 'rgb(1 2 3 / 50%)', colorLight: '#1113' });
});

test('a member that is away keeps its state and shows no cursor until it is back', async () => {
  const cursor = { anchor: POSITION, head: POSITION };
  const { socket, awareness } = await enter({ members: [editor(2, 22, { cursor, tool: 'pen' })] });
  const cursorNow = () => awareness.getStates().get(22).cursor;
  assert.deepEqual(cursorNow(), cursor);
  change(socket, { updated: [{ slot: 2, status: 'away' }] });
  assert.equal(cursorNow(), null);
  assert.equal(awareness.getStates().get(22).tool, 'pen');
  change(socket, { updated: [{ slot: 2, status: 'active' }] });
  assert.deepEqual(cursorNow(), cursor);
});

for (const [what, value] of Object.entries({
  'no object': 7, 'null': null, 'a list': [], 'no client': { state: {} }, 'no state': { client: 22 },
  'a list as state': { client: 22, state: [] }, 'half a client': { client: 1.5, state: {} },
  'a negative client': { client: -1, state: {} }, 'a client of text': { client: '22', state: {} },
})) {
  test(`a stranger's value that is ${what} is no state`, async () => {
    const { awareness } = await enter({ members: [member(2, { state: jsonState({ awareness: value }) })] });
    assert.deepEqual([...awareness.getStates().keys()], [11]);
  });
}

for (const [what, cursor] of Object.entries({
  'without positions': {}, 'half': { anchor: POSITION },
  'empty positions': { anchor: {}, head: {} }, 'a number as item': { anchor: { item: 1 }, head: POSITION },
  'an item without a client': { anchor: { item: { clock: 1 } }, head: POSITION },
  'a type with half a clock': { anchor: { type: { client: 1, clock: 0.5 } }, head: POSITION },
  'a name that is none': { anchor: { tname: {} }, head: POSITION },
  'an odd side': { anchor: { ...POSITION, assoc: 'left' }, head: POSITION },
})) {
  test(`a stranger's cursor that is ${what} is not seen`, async () => {
    const { awareness } = await enter({ members: [editor(2, 22, { cursor, tool: 'pen' })] });
    assert.deepEqual(awareness.getStates().get(22), { cursor: null, tool: 'pen', user: { name: 'user 2' } });
  });
}

test('positions have all the fields that bindings read', async () => {
  const { awareness } = await enter({ members: [
    editor(2, 22, { cursor: { anchor: { item: ID, more: 1 }, head: { tname: 'text', assoc: -1 }, mode: 'block' } }),
  ] });
  assert.deepEqual(awareness.getStates().get(22).cursor, {
    anchor: { type: null, tname: null, item: ID, assoc: 0 },
    head: { type: null, tname: 'text', item: null, assoc: -1 },
    mode: 'block',
  });
});

test('no other client changes the state of this one', async () => {
  const { socket, awareness } = await enter({ members: [
    editor(2, 22, { real: true }, { joinedAtMs: 5 }), editor(3, 22, { real: false }, { joinedAtMs: 6 }),
    editor(4, 11, { real: false }),
  ] });
  change(socket, update(4, 11, { real: 'no' }));
  change(socket, { left: [{ slot: 4, reason: 'left' }] });
  assert.deepEqual(awareness.getLocalState(), {});
  change(socket, update(3, 22, { real: 'no' }));
  change(socket, update(2, 22, { real: true, again: true }));
  assert.equal(awareness.getStates().get(22).again, true);
  change(socket, { left: [{ slot: 2, reason: 'left' }] });
  assert.equal(awareness.getStates().get(22).real, 'no');
});

test('who came back as a new member takes over from its own ghost', async () => {
  const { socket, awareness, heard } = await enter({ members: [editor(2, 22, { at: 1 }, { joinedAtMs: 5 })] });
  change(socket, { updated: [{ slot: 2, status: 'away' }] });
  change(socket, { joined: [editor(3, 22, { at: 2 }, { joinedAtMs: 6 })] });
  assert.equal(awareness.getStates().get(22).at, 2);
  change(socket, { left: [{ slot: 2, reason: 'timed_out' }] });
  assert.equal(awareness.getStates().get(22).at, 2);
  assert.ok(heard.every((line) => !line.includes('-22')), heard.join('\n'));
});

test('accept decides who is seen; what it throws means no and is reported', async () => {
  const reported = mock.method(console, 'error', () => {});
  globalThis.reportError = undefined;
  const { awareness } = await enter({ members: [editor(2, 22, { ok: true }), editor(3, 33, {}), editor(4, 44, { bad: 1 })] }, {
    accept(state, { name }) {
      if (state.bad) throw new Error(`bad state of ${name}`);
      return state.ok;
    },
  });
  assert.deepEqual([...awareness.getStates().keys()].sort(), [11, 22]);
  assert.deepEqual(reported.mock.calls.map(({ arguments: [error] }) => error.message), ['bad state of user 4']);
});

test('a state that is too large is an error, and the next one goes out', async () => {
  const { connection, socket, awareness } = await enter();
  socket.accepts({ limits: { ...LIMITS, maxStateBytes: 100 } });
  seat(socket);
  mock.timers.tick(SEND_EVERY_MS);
  socket.sent = [];
  const errors = [];
  awareness.on('error', (error) => errors.push(`${error.code}: ${error.message}`));
  awareness.setLocalState({ text: 'x'.repeat(200) });
  mock.timers.tick(SEND_EVERY_MS);
  assert.equal(errors.length, 1);
  assert.match(errors[0], /^state_too_large: .*\b2\d\d\b.*\b100\b/);
  assert.deepEqual(told(socket), []);
  assert.equal(awareness.getLocalState().text.length, 200);
  awareness.setLocalState({ text: 'short' });
  assert.deepEqual(told(socket), [{ client: 11, state: { text: 'short' } }]);
  assert.equal(connection.state, 'open');
});

test('a state that is too large is reported when there is no listener', async () => {
  const reported = mock.method(console, 'error', () => {});
  globalThis.reportError = undefined;
  const { socket, awareness } = await enter();
  socket.accepts({ limits: { ...LIMITS, maxStateBytes: 10 } });
  seat(socket);
  mock.timers.tick(SEND_EVERY_MS);
  awareness.setLocalState({ text: 'x'.repeat(20) });
  assert.deepEqual(reported.mock.calls.map(({ arguments: [error] }) => error.code), ['state_too_large']);
});

test('a listener that throws does not affect the others', async () => {
  const reported = mock.method(console, 'error', () => {});
  globalThis.reportError = undefined;
  const { socket, awareness } = await enter();
  const heard = [];
  awareness.on('change', () => {
    throw new Error('broken binding');
  });
  awareness.on('change', ({ added }) => heard.push(...added));
  change(socket, { joined: [editor(2, 22, {})] });
  assert.deepEqual(heard, [22]);
  assert.equal(reported.mock.callCount(), 1);
});

test('after a reconnect the state is there again, and those who left meanwhile are gone', async () => {
  const { socket, awareness, heard } = await enter({ members: [editor(2, 22, {}), editor(3, 33, {})] });
  awareness.setLocalStateField('at', 1);
  socket.drops();
  mock.timers.tick(SEND_EVERY_MS);
  awareness.setLocalStateField('at', 2);
  mock.timers.tick(SEND_EVERY_MS);
  assert.equal(awareness.getStates().size, 3, 'no client is removed only because this one is cut off');
  tickTo(2);
  FakeWebSocket.last.accepts();
  const join = seat(FakeWebSocket.last, { me: 1, you: 8, members: [{ ...editor(3, 33, {}), slot: 9 }] });
  assert.deepEqual(JSON.parse(new TextDecoder().decode(join.state.get('awareness'))), { client: 11, state: { at: 2 } });
  assert.deepEqual([...awareness.getStates().keys()].sort(), [11, 33]);
  assert.deepEqual(heard.slice(-2), ['change + ~ -22 room', 'update + ~ -22 room']);
});

test('with the room everybody else ends', async () => {
  const { room, awareness, heard } = await enter({ members: [editor(2, 22, {})] });
  room.leave();
  assert.deepEqual([...awareness.getStates().keys()], [11]);
  assert.deepEqual(heard, ['change + ~ -22 room', 'update + ~ -22 room']);
  awareness.setLocalStateField('at', 1);
});

test('destroy takes the state back at once, tells, and leaves the room joined', async () => {
  const { room, socket, doc, awareness, heard } = await enter({ members: [editor(2, 22, {})] });
  const destroyed = [];
  awareness.on('destroy', (one) => destroyed.push(one));
  awareness.setLocalStateField('at', 1);
  for (let i = 0; i < 4; i++) mock.timers.tick(SEND_EVERY_MS);
  socket.sent = [];
  doc.dispatchEvent(new Event('destroy'));
  assert.deepEqual(destroyed, [awareness]);
  assert.deepEqual(told(socket), [{ unset: ['awareness'] }]);
  assert.equal(heard.at(-1), 'update + ~ -11 local');
  heard.length = 0;
  change(socket, { joined: [editor(3, 33, {})] });
  awareness.destroy();
  assert.deepEqual(heard, []);
  assert.deepEqual([...awareness.states.keys()], [22]);
  assert.equal(room.closed, false);
  mock.timers.tick(SEND_EVERY_MS);
  assert.equal(pendingTimers(), 1, 'only the heartbeat is still to come');
});

test('an observer sees and says nothing', async () => {
  const joining = open().join('b', { observer: true });
  const socket = FakeWebSocket.last;
  socket.accepts();
  socket.says({ roster: { board: 'b', boardRef: 7, you: 0, members: [editor(2, 22, {})] } });
  const awareness = new PresenceAwareness(await joining, new FakeDoc());
  assert.deepEqual([...awareness.getStates().keys()], [22, 11]);
  awareness.setLocalStateField('at', 1);
  mock.timers.tick(SEND_EVERY_MS);
  assert.deepEqual(told(socket), []);
});

test('a stranger who keeps changing its client id fills no memory', async () => {
  const { socket, awareness } = await enter({ members: [editor(2, 1000, {})] });
  for (let client = 1001; client < 3000; client++) change(socket, update(2, client, {}));
  assert.equal(awareness.states.size, 2);
  assert.ok(awareness.meta.size < 300, `${awareness.meta.size} clocks`);
  assert.ok(awareness.meta.has(2998), 'the latest may still be asked for');
});

test('listeners can be taken away, and called only once', async () => {
  const { awareness } = await enter();
  const heard = [];
  const listener = () => heard.push('on');
  awareness.on('change', listener);
  awareness.once('change', () => heard.push('once'));
  awareness.setLocalStateField('at', 1);
  awareness.off('change', listener);
  awareness.setLocalStateField('at', 2);
  assert.deepEqual(heard, ['on', 'once']);
});

test('another field keeps two documents on one board apart', async () => {
  const { room, socket } = await enterRoom({ members: [member(2, { state: jsonState({ second: { client: 22, state: {} } }) })] });
  const first = new PresenceAwareness(room, new FakeDoc());
  const second = new PresenceAwareness(room, new FakeDoc(), { field: 'second' });
  assert.deepEqual([first, second].map(({ states }) => [...states.keys()]), [[11], [22, 11]]);
  mock.timers.tick(50);
  assert.deepEqual(socket.took('state').map(({ set }) => [...set.keys()]), [['awareness'], ['second']]);
});
