import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { afterEach, mock, test as always } from 'node:test';
import { connect } from '../src/presence-client.js';
import '../src/presence-locks.js';
import { FakeWebSocket, idOf, member, memberId } from './fake-node.mjs';
import { seat } from './stage.mjs';

const installed = existsSync(new URL('../node_modules/vue', import.meta.url));
if (!installed) assert.notEqual(process.env.PRESENCE_TEST_REQUIRE_TOOLS, 'true', 'vue is missing: npm ci first');
const test = (name, body) => always(name, { skip: installed ? false : 'NOT RUN: npm ci first' }, body);
const { createRenderer, effectScope, h, nextTick, onUpdated, ref, shallowRef } = installed ? await import('vue') : {};
const {
  provideRoom, providePresence, useConnection, useConnectionError, useCounts, useCursors, useDensity, useLock, useLocks,
  useMyState, useOther, useOthers, useReactions, useRoom, useSelf, useSignal, useViewport,
} = installed ? await import('../src/presence-vue.js') : {};

/** Lets everything happen that waits for nothing but its turn. */
const turn = () => new Promise(setImmediate);

// A page of plain objects.
const nodes = {
  createElement: (type) => ({ type, children: [] }), createText: (text) => ({ text }), createComment: () => ({}),
  insert: (child, parent) => { child.parent = parent; }, remove() {}, setText(node, text) { node.text = text; },
  setElementText(node, text) { node.text = text; }, parentNode: ({ parent }) => parent, nextSibling: () => null, patchProp() {},
};
const { createApp } = installed ? createRenderer(nodes) : {};

const mounted = [];
afterEach(() => {
  for (const app of mounted.splice(0)) app.unmount();
});

/** Mounts components, the next inside the one before; each is a setup that returns what its template shows. */
function mount(...setups) {
  const below = ([setup, ...rest], i) => ({
    name: `C${i}`,
    setup(_, { expose }) {
      const shown = setup() ?? {};
      expose({});
      return () => h('p', [JSON.stringify(Object.values(shown).map((ref) => ref?.value ?? null)), rest.length ? h(below(rest, i + 1)) : null]);
    },
  });
  const app = createApp(below(setups, 0));
  app.mount(nodes.createElement('root'));
  mounted.push(app);
  return app;
}

const presence = (more) => providePresence({ url: 'ws://node/ws', WebSocket: FakeWebSocket, ...more });

async function enter(setup, { room = { board: 'b', name: 'Ada' }, members = [member(2)], ...more } = {}) {
  let shown;
  const app = mount(() => presence(more), () => { provideRoom(room); }, () => (shown = setup()));
  const socket = FakeWebSocket.last;
  socket.accepts();
  await turn();
  seat(socket, { members });
  await turn();
  socket.sent = [];
  return { app, socket, shown };
}

const change = (socket, change) => socket.says({ change: { boardRef: 7, ...change } });

test('a room is joined while its component is there, and the connection closed with its own', async () => {
  const { app, socket, shown } = await enter(() => ({ room: useRoom(), connection: useConnection(({ state }) => state) }));
  assert.deepEqual([shown.room.value.state, shown.connection.value], ['joined', 'open']);
  assert.equal(shown.room.value.room.self.name, 'Ada');
  app.unmount();
  mounted.pop();
  await turn();
  assert.equal(socket.closedWith, 1000);
});

test('one component can provide and use', async () => {
  let others;
  mount(() => {
    presence();
    provideRoom({ board: 'b', name: 'Ada' });
    others = useOthers();
  });
  FakeWebSocket.last.accepts();
  await turn();
  seat(FakeWebSocket.last, { members: [member(2)] });
  await turn();
  assert.deepEqual(others.value.map(({ name }) => name), ['user 2']);
});

test('members are frozen, and the same objects until they change; selections until what they select does', async () => {
  const { socket, shown } = await enter(() => ({
    others: useOthers(), names: useOthers((others) => others.map(({ name }) => name)),
    self: useSelf(), own: useSelf(({ name }) => name), other: useOther(idOf(2)), missing: useOther('x'),
  }));
  const [{ value: others }, { value: names }, { value: self }] = [shown.others, shown.names, shown.self];
  assert.ok(Object.isFrozen(others[0]));
  assert.deepEqual([names, self.name, shown.own.value, shown.other.value, shown.missing.value],
    [['user 2'], 'Ada', 'Ada', others[0], null]);
  change(socket, { updated: [{ slot: 2, status: 'busy' }] });
  assert.equal(shown.others.value[0].status, 'busy');
  assert.equal(shown.other.value, shown.others.value[0]);
  assert.equal(shown.names.value, names);
  assert.equal(shown.self.value, self);
});

test('a component is rendered again only for what it selects', async () => {
  let renders = 0;
  const { socket, shown } = await enter(() => {
    onUpdated(() => renders++);
    return { names: useOthers((others) => others.map(({ name }) => name)) };
  });
  await nextTick();
  renders = 0;
  change(socket, { updated: [{ slot: 2, status: 'busy' }] });
  await nextTick();
  assert.equal(renders, 0);
  change(socket, { updated: [{ slot: 2, profile: { name: 'Bob' } }] });
  await nextTick();
  assert.deepEqual([renders, shown.names.value], [1, ['Bob']]);
});

test('changed options change the member, another board moves it', async () => {
  const options = ref({ board: 'b', name: 'Ada', state: { tool: 'pen', list: [1] } });
  const { socket, shown } = await enter(() => ({ room: useRoom() }), { room: options });
  options.value.name = 'Ada L.';
  options.value.state.tool = 'brush';
  options.value.state.list.push(2);
  await nextTick();
  const { self } = shown.room.value.room;
  assert.equal(shown.room.value.state, 'joined');
  assert.deepEqual([self.name, { ...self.state }], ['Ada L.', { tool: 'brush', list: [1, 2] }]);
  assert.deepEqual(socket.took('join'), []);
  options.value = { board: 'c', name: 'Ada' };
  await turn();
  assert.deepEqual([socket.took('leave').length, socket.took('join').map(({ board }) => board)], [1, ['c']]);
  assert.equal(shown.room.value.state, 'joining');
});

test('two that provide one board share its room', async () => {
  const { socket, shown } = await enter(() => {
    provideRoom({ board: 'b', color: '#123456' });
    return { room: useRoom(), self: useSelf() };
  });
  assert.deepEqual(socket.took('join'), []);
  assert.deepEqual([shown.room.value.state, shown.self.value.name, shown.self.value.color], ['joined', 'Ada', '#123456']);
});

test('own state can be assigned, is shown at once, and told as often as asked', async () => {
  const scope = effectScope();
  const { socket, shown } = await enter(() => scope.run(() => ({
    tool: useMyState('tool', { throttleMs: 1000 }), list: useMyState('list'), self: useSelf(),
  })));
  shown.tool.value = 'pen';
  assert.deepEqual([shown.tool.value, shown.self.value.state.tool], ['pen', 'pen']);
  shown.tool.value = 'brush';
  shown.tool.value = 'eraser';
  assert.deepEqual([shown.tool.value, shown.self.value.state.tool], ['eraser', 'pen']);
  mock.timers.tick(1000);
  assert.equal(shown.self.value.state.tool, 'eraser');
  const list = shown.list.value = [1];
  assert.deepEqual(shown.list.value, list);
  socket.took('state');
  shown.tool.value = 'last';
  scope.stop();
  mock.timers.tick(1000);
  const told = socket.took('state').at(-1);
  assert.equal(new TextDecoder().decode(told.set.get('tool')), '"last"', 'also when its component goes');
});

test('what is set before the room is joined is told then', async () => {
  let tool;
  mount(() => presence(), () => {
    provideRoom({ board: 'b', name: 'Ada' });
    tool = useMyState('tool');
    tool.value = 'pen';
  });
  FakeWebSocket.last.accepts();
  await turn();
  seat(FakeWebSocket.last);
  await turn();
  assert.deepEqual(FakeWebSocket.last.took('state').map(({ set }) => [...set.keys()]), [['tool']]);
  assert.equal(tool.value, 'pen');
});

test('cursors follow, and stop with their component', async () => {
  const frames = [];
  globalThis.requestAnimationFrame = (action) => frames.push(action);
  try {
    const { socket, shown } = await enter(() => ({ cursors: useCursors() }));
    socket.says({ cursors: { boardRef: 7, slot: [2], x: [160], y: [320], ageMs: [0] } });
    for (const action of frames.splice(0)) action(performance.now() + 10_000);
    assert.deepEqual(shown.cursors.value.map(({ x, y, member: { name } }) => [x, y, name]), [[10, 20, 'user 2']]);
  } finally {
    delete globalThis.requestAnimationFrame;
  }
});

test('signals go both ways', async () => {
  const heard = [];
  let send;
  const { socket } = await enter(() => {
    send = useSignal('wave', (payload, from) => heard.push([payload, from?.name]));
  });
  const payload = new TextEncoder().encode('1');
  socket.says({ signal: { boardRef: 7, from: 2, type: 'wave', payload } });
  socket.says({ signal: { boardRef: 7, from: 2, type: 'other', payload } });
  assert.deepEqual(heard, [[1, 'user 2']]);
  assert.equal(send('hi'), true);
  assert.equal(socket.took('signal').length, 1);
});

test('reactions are sent and summed, of observers too; counts are a ref', async () => {
  const observer = ref(false);
  const sums = [];
  const room = () => ({ board: 'b', name: 'Ada', counts: true, reactions: true, observer: observer.value });
  const { app, socket, shown } = await enter(() => ({ counts: useCounts(), react: useReactions((all) => sums.push(...all)) }), { room });
  assert.equal(shown.counts.value, null);
  socket.says({ counts: { boardRef: 7, members: 3, observers: 2, users: 1 } });
  assert.deepEqual(shown.counts.value, { members: 3, observers: 2, users: 1 });
  assert.equal(shown.react('👏'), true);
  assert.deepEqual(socket.took('react'), [{ boardRef: 7, type: '👏' }]);
  socket.says({ reactions: { boardRef: 7, reactions: [{ type: '👏', count: 4 }] } });
  assert.deepEqual(sums, [{ type: '👏', count: 4 }]);

  observer.value = true;
  await turn();
  const [join] = socket.took('join');
  assert.deepEqual([join.observer, join.counts, join.reactions], [true, true, true]);
  socket.says({ roster: { board: 'b', boardRef: 7, you: 0, members: [] } });
  await turn();
  assert.equal(shown.react('👏'), true);
  const { react } = shown;
  app.unmount();
  mounted.pop();
  socket.says({ reactions: { boardRef: 7, reactions: [{ type: '👏', count: 4 }] } });
  assert.deepEqual([sums.length, react('👏')], [1, false]);
});

test('a lock is held while its component is there and wants it, and locks are a ref', async () => {
  const name = ref('a');
  const options = ref({ enabled: false });
  const { app, socket, shown } = await enter(() => ({ lock: useLock(name, options), locks: useLocks() }));
  /** Answers the last request. */
  const answer = async (result) => {
    const { id: inReplyTo, lock } = socket.sent.findLast((frame) => frame.lock);
    socket.says({ lockResult: { boardRef: 7, name: lock.name, ttlMs: 6000, holder: memberId(1), inReplyTo, ...result } });
    await turn();
  };
  const asked = () => socket.took('lock').map(({ name: of, wait }) => [of, wait]);
  const givenBack = () => socket.took('unlock').map(({ name: of }) => of);
  assert.deepEqual([shown.lock.value, asked()], [{ lock: null, error: null }, []]);
  options.value = {};
  await turn();
  await answer({ state: 'granted', fencing: 5 });
  assert.deepEqual([shown.lock.value.lock.fencing, asked()], [5, [['a', true]]]);
  const { lock } = shown.lock.value;
  socket.says({ locks: { boardRef: 7, held: [{ name: 'a', holder: memberId(1), fencing: 5 }], all: true } });
  assert.deepEqual(shown.locks.value.map(({ name: of, isMine }) => [of, isMine]), [['a', true]]);

  socket.says({ locks: { boardRef: 7, held: [{ name: 'a', holder: memberId(2), fencing: 6 }] } });
  assert.deepEqual([lock.held, shown.lock.value.lock, shown.lock.value.error.code], [false, null, 'lock_lost']);
  assert.deepEqual(asked(), [['a', true]], 'asked for again');
  givenBack();

  options.value = { wait: false };
  name.value = 'b';
  await turn();
  assert.deepEqual(givenBack(), ['a']);
  assert.equal(shown.lock.value.error, null);
  await answer({ state: 'denied', fencing: 7, holder: memberId(2) });
  assert.deepEqual([shown.lock.value.error.code, asked()], ['lock_denied', [['b', false]]]);
  options.value = { enabled: false };
  await turn();
  assert.deepEqual([shown.lock.value.error, asked()], [null, []]);
  options.value = {};
  await turn();
  await answer({ state: 'granted', fencing: 8 });
  const last = shown.lock.value.lock;
  assert.equal(last.held, true);
  app.unmount();
  mounted.pop();
  assert.equal(last.held, false);
});

test('a viewport is told while its component is there, and a density is a ref', async () => {
  const rect = ref(undefined);
  const follow = ref([]);
  const { socket, shown } = await enter(() => {
    useViewport(rect, () => ({ follow: follow.value }));
    return { density: useDensity() };
  });
  const told = async () => {
    mock.timers.tick(100);
    await turn();
    return socket.took('viewport').map(({ x, width, follow: slots }) => [x, width, slots]);
  };
  await turn();
  assert.deepEqual(socket.took('viewport'), []);
  rect.value = { x: 10, y: 0, width: 100, height: 50 };
  assert.deepEqual(await told(), [[160, 1600, []]]);
  rect.value.x = 20;
  follow.value = [idOf(2)];
  assert.deepEqual(await told(), [[320, 1600, [2]]], 'once, with no empty one between');
  socket.says({ density: { boardRef: 7, x: 16, cell: 16, columns: 1, counts: [501] } });
  assert.deepEqual(shown.density.value, { x: 1, y: 0, cell: 1, columns: 1, counts: [501] });
  rect.value = undefined;
  assert.deepEqual(await told(), [[0, 0, []]]);
  mounted.pop().unmount();
});

test('refusals and addresses that are none are to be seen and heard of', async () => {
  const url = ref('ws://node/ws');
  const errors = [];
  const heard = [];
  class Picky extends FakeWebSocket {
    constructor(address, protocol) {
      if (!address.startsWith('ws')) throw new SyntaxError('not an address');
      super(address, protocol);
    }
  }
  let shown;
  mount(() => providePresence(() => ({ url: url.value, WebSocket: Picky })),
    () => provideRoom({ board: 'b', onError: ({ code }) => errors.push(code) }) && undefined,
    () => (shown = { room: useRoom(), error: useConnectionError(({ code }) => heard.push(code)) }));
  const socket = FakeWebSocket.last;
  socket.accepts();
  await turn();
  socket.says({ error: { code: 'board_full', message: 'no', inReplyTo: socket.sent.find(({ join }) => join).id } });
  await turn();
  assert.deepEqual([errors.splice(0), shown.room.value.state, shown.room.value.error.code], [['board_full'], 'left', 'board_full']);
  url.value = 'ftp://nowhere';
  await turn();
  assert.deepEqual([errors, heard, shown.error.value.code, shown.room.value.state],
    [['address_refused'], ['address_refused'], 'address_refused', 'left']);
  url.value = 'ws://other/ws';
  await turn();
  assert.deepEqual([shown.error.value, shown.room.value.state], [null, 'joining']);
});

test('a fresh token is handed over; a connection of one\'s own stays open', async () => {
  const token = shallowRef('first');
  mount(() => providePresence(() => ({ url: 'ws://node/ws', WebSocket: FakeWebSocket, token: token.value })));
  FakeWebSocket.last.accepts();
  token.value = 'second';
  await nextTick();
  assert.deepEqual(FakeWebSocket.last.took('auth').map((auth) => auth.token), ['first', 'second']);

  const own = connect('ws://node/ws', { WebSocket: FakeWebSocket });
  const app = mount(() => providePresence(ref({ connection: own })), () => { provideRoom({ board: 'b' }); });
  FakeWebSocket.last.accepts();
  await turn();
  assert.equal(FakeWebSocket.last.took('join').length, 1);
  app.unmount();
  mounted.pop();
  assert.equal(own.state, 'open');
  own.close();
});

test('composables outside of a provider say what is missing', () => {
  const problems = [];
  const app = createApp({ setup: () => { useOthers(); } });
  app.config.errorHandler = ({ message }) => problems.push(message);
  app.config.warnHandler = () => {};
  app.mount(nodes.createElement('root'));
  assert.match(problems[0], /below provideRoom\(\)/);
});
