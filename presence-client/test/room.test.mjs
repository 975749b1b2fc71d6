import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { FakeWebSocket, idOf, jsonState, member } from './fake-node.mjs';
import { DAY_MS, enterRoom, listen, open, pendingTimers, tickTo } from './stage.mjs';

test('applies a change in the order left, joined, updated', async () => {
  const { room, socket } = await enterRoom({ members: [member(2), member(3)] });
  const heard = listen(room);
  // Slot 2 changes hands within one frame: any other order mixes up the two.
  socket.says({ change: {
    boardRef: 7,
    left: [{ slot: 2, reason: 'timed_out' }],
    joined: [member(4, { slot: 2 })],
    updated: [{ slot: 2, status: 'busy', version: 5 }, { slot: 3, profile: { name: 'Bob' } }],
  } });
  assert.deepEqual(heard, [
    'leave user 2 timed_out', 'join user 4', 'update Bob', 'members Ada Bob user 4',
  ]);
  const [, four] = room.others;
  assert.equal(four.id, idOf(4));
  assert.equal(four.status, 'busy');
  assert.equal(four.version, 5);
});

test('tells a change of several frames once, when it is complete', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  const heard = listen(room);
  socket.says({ change: { boardRef: 7, joined: [member(3), member(4)], more: true } });
  socket.says({ change: { boardRef: 7, left: [{ slot: 2 }, { slot: 4 }], more: true } });
  assert.deepEqual(heard, []);
  socket.says({ change: { boardRef: 7, updated: [{ slot: 3, status: 'away' }] } });
  assert.deepEqual(heard, ['leave user 2', 'join user 3', 'members Ada user 3']);
});

test('merges state by name and leaves absent fields alone', async () => {
  const { room, socket } = await enterRoom({
    members: [member(2, { state: jsonState({ tool: 'pen', typing: true }) })],
  });
  socket.says({ change: { boardRef: 7, updated: [
    { slot: 2, set: jsonState({ selection: [1] }), unset: ['typing'], version: 2 },
  ] } });
  const [bob] = room.others;
  assert.deepEqual(Object.entries(bob.state), [['tool', 'pen'], ['selection', [1]]]);
  assert.equal(bob.name, 'user 2');
  assert.equal(bob.status, 'active');
});

test('a state named __proto__ is a name like any other', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  socket.says({ change: { boardRef: 7, updated: [
    { slot: 2, set: new Map([['__proto__', new TextEncoder().encode('{"polluted":1}')]]) },
  ] } });
  const [bob] = room.others;
  assert.equal(bob.state.polluted, undefined);
  assert.deepEqual(Object.keys(bob.state), ['__proto__']);
});

test('sends no cursor while no other member is on the board', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  const heard = listen(room);
  socket.says({ change: { boardRef: 7, updated: [{ slot: 2, status: 'active', version: 9 }] } });
  assert.deepEqual(heard, []);
  assert.equal(room.others[0].version, 9);
  socket.says({ change: { boardRef: 7, updated: [{ slot: 2, status: 'idle' }] } });
  assert.equal(room.others[0].version, 9, 'absent is unchanged');
});

test('ignores unknown slots, unknown boards and its own cursor', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  const heard = listen(room);
  socket.says({ cursors: { boardRef: 7, slot: [1, 99], x: [16, 16], y: [16, 16], ageMs: [0, 0] } });
  socket.says({ change: { boardRef: 7, left: [{ slot: 99 }], updated: [{ slot: 98, status: 'away' }] } });
  socket.says({ change: { boardRef: 8, left: [{ slot: 2 }] } });
  socket.says({ signal: { boardRef: 7, from: 99, type: 't' } });
  assert.deepEqual(heard, []);
  assert.equal(room.self.cursor, null);
  assert.equal(room.others.length, 1);
});

test('gives cursors in board units with their age', async () => {
  const { room, socket } = await enterRoom({ members: [member(2), member(3)] });
  const heard = listen(room);
  socket.says({ cursors: {
    boardRef: 7, slot: [2, 3], x: [25, -16], y: [0, 2 ** 25], ageMs: [4, 31], hidden: [3],
  } });
  assert.deepEqual(heard, ['cursor user 2 1.5625,0 4ms', 'cursor user 3 -1,2097152 31ms']);
  assert.deepEqual(room.others.map((m) => m.cursor.hidden), [false, true]);
});

test('tells of a burst after a sleep little more than the newest positions', async () => {
  const { room, socket } = await enterRoom({ members: [member(2), member(3)] });
  const heard = listen(room);
  for (let i = 1; i <= 1340; i += 1) {
    socket.says({ cursors: { boardRef: 7, slot: [2, 3], x: [16 * i, 16], y: [0, 16 * i], ageMs: [1, 2] } });
  }
  socket.says({ change: { boardRef: 7, left: [{ slot: 3 }] } });
  assert.ok(heard.length < 20, `${heard.length} events`);
  heard.length = 0;
  mock.timers.tick(50);
  assert.deepEqual(heard, ['cursor user 2 1340,0 1ms']);
  mock.timers.tick(50);
  socket.says({ cursors: { boardRef: 7, slot: [2], x: [32], y: [32], ageMs: [3] } });
  assert.equal(heard.at(-1), 'cursor user 2 2,2 3ms');
});

test('a burst that is waiting when the room closes is dropped', async () => {
  const { connection, room, socket } = await enterRoom({ members: [member(2)] });
  for (let i = 1; i <= 20; i += 1) {
    socket.says({ cursors: { boardRef: 7, slot: [2], x: [16 * i], y: [0], ageMs: [1] } });
  }
  const heard = listen(room);
  connection.close();
  mock.timers.tick(DAY_MS);
  assert.deepEqual(heard.filter((event) => event.startsWith('cursor')), []);
});

test('takes no more cursors than the shortest column has', async () => {
  const { room, socket } = await enterRoom({ members: [member(2), member(3)] });
  const heard = listen(room);
  socket.says({ cursors: { boardRef: 7, slot: [2, 3], x: [16], y: [16, 16] } });
  assert.deepEqual(heard, ['cursor user 2 1,1 0ms']);
});

test('a frame without a board ref is about the earliest board still joined', async () => {
  const { room, connection, socket } = await enterRoom({ members: [member(2)] });
  const joiningC = connection.join('c');
  socket.says({ roster: { board: 'c', boardRef: 8, you: 1, members: [member(1), member(2)] } });
  const roomC = await joiningC;
  const [heard, heardC] = [listen(room), listen(roomC)];
  socket.says({ change: { left: [{ slot: 2 }] } });
  assert.equal(heard.length, 2);
  room.leave();
  socket.says({ change: { left: [{ slot: 2 }] } });
  assert.equal(heardC.length, 2);
});

test('hands over signals with the member who sent them', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  const signals = [];
  room.on('signal', (signal) => signals.push(signal));
  const payload = new TextEncoder().encode('"🎉"');
  socket.says({ signal: { boardRef: 7, from: 2, type: 'reaction', payload } });
  socket.says({ signal: { boardRef: 7, from: 2, type: 'raw', payload: new Uint8Array([255]) } });
  socket.says({ signal: { boardRef: 7, from: 2, type: 'bare' } });
  const [bob] = room.others;
  assert.deepEqual(signals, [
    { member: bob, type: 'reaction', payload: '🎉' },
    { member: bob, type: 'raw', payload: new Uint8Array([255]) },
    { member: bob, type: 'bare', payload: undefined },
  ]);
});

test('a listener that throws harms neither the others nor the connection', async () => {
  const reported = mock.method(console, 'error', () => {});
  const { room, socket } = await enterRoom();
  room.on('members', () => { throw new Error('mine'); });
  const heard = listen(room);
  socket.says({ change: { boardRef: 7, joined: [member(2)] } });
  assert.deepEqual(heard, ['join user 2', 'members Ada user 2']);
  assert.equal(reported.mock.callCount(), 1);
});

test('stops telling a listener that was taken off', async () => {
  const { room, socket } = await enterRoom();
  let calls = 0;
  const off = room.on('members', () => calls++);
  socket.says({ change: { boardRef: 7, joined: [member(2)] } });
  off();
  socket.says({ change: { boardRef: 7, joined: [member(3)] } });
  assert.equal(calls, 1);
});

test('sends cursors at most as often as the node wants, and always the last one', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] }); // 20 Hz
  for (let i = 1; i <= 100; i++) {
    room.cursor(i, 0);
    mock.timers.tick(1);
  }
  assert.deepEqual(socket.took('cursor').map(({ x }) => x / 16), [1, 50, 100]);
  mock.timers.tick(DAY_MS / 1000);
  assert.deepEqual(socket.took('cursor'), [], 'a cursor at rest costs nothing');
  room.cursor(200, 0);
  room.cursor(300, 0);
  assert.deepEqual(socket.took('cursor').map(({ x }) => x / 16), [200], 'the first one goes at once');
  mock.timers.tick(50);
  assert.deepEqual(socket.took('cursor').map(({ x }) => x / 16), [300]);
});

test('sends sixteenths of a board unit within the limits of the wire', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  for (const [x, y] of [[1.03, -1.03], [1e9, -1e9], [Infinity, -Infinity]]) {
    room.cursor(x, y);
    mock.timers.tick(50);
  }
  assert.deepEqual(socket.took('cursor'), [
    { boardRef: 7, x: 16, y: -16, hidden: false },
    { boardRef: 7, x: 2 ** 25, y: -(2 ** 25), hidden: false },
    { boardRef: 7, x: 2 ** 25, y: -(2 ** 25), hidden: false },
  ]);
  assert.throws(() => room.cursor(NaN, 0), TypeError);
});

test('sends cursors of a board as often as the node says of that board', async () => {
  const { socket, room } = await enterRoom({ members: [member(2)] });
  const moveForASecond = () => {
    for (let ms = 0; ms < 1000; ms += 5) {
      room.cursor(ms, 0);
      mock.timers.tick(5);
    }
    return socket.took('cursor').length;
  };
  const sendsOfASecond = () => {
    moveForASecond(); // until the old pace is over
    return moveForASecond();
  };
  assert.equal(sendsOfASecond(), 20);
  socket.says({ pace: { boardRef: 8, maxCursorHz: 1 } });
  assert.equal(sendsOfASecond(), 20, 'another board is not meant');
  socket.says({ pace: { boardRef: 7, maxCursorHz: 10 } });
  assert.equal(sendsOfASecond(), 10);
  socket.says({ pace: { boardRef: 7, maxCursorHz: 20 } });
  assert.equal(sendsOfASecond(), 20);
});

test('hides the cursor where it was', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  room.hideCursor();
  assert.deepEqual(socket.took('cursor'), [], 'nothing to hide yet');
  room.cursor(2, 3);
  mock.timers.tick(50);
  room.hideCursor();
  assert.deepEqual(socket.took('cursor').at(-1), { boardRef: 7, x: 32, y: 48, hidden: true });
  assert.deepEqual(room.self.cursor, { x: 2, y: 3, hidden: true });
});

test('sends no cursor while alone, and the last one when somebody comes', async () => {
  const { room, socket } = await enterRoom();
  for (let i = 1; i <= 10; i++) {
    room.cursor(i, 0);
    mock.timers.tick(20);
  }
  assert.deepEqual(socket.sent, []);
  assert.equal(pendingTimers(), 1, 'the heartbeat');
  socket.says({ change: { boardRef: 7, joined: [member(2)] } });
  assert.deepEqual(socket.took('cursor').map(({ x }) => x / 16), [10]);
  socket.says({ change: { boardRef: 7, left: [{ slot: 2 }], joined: [member(3)] } });
  mock.timers.tick(100);
  assert.deepEqual(socket.took('cursor'), [], 'one who comes later has it from the node');
});

test('sends cursors also while alone where observers may be watching', async () => {
  const { room, socket } = await enterRoom({ join: { watched: true } });
  room.cursor(1, 0);
  assert.equal(socket.took('cursor').length, 1);
});

test('what is of no use later is not queued behind a stalled network', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  socket.bufferedAmount = 2 ** 20;
  room.cursor(1, 0);
  assert.equal(room.signal('reaction', '🎉'), false);
  room.set({ tool: 'pen' });
  assert.deepEqual(socket.sent.map((frame) => Object.keys(frame).at(-1)), ['state']);
  mock.timers.tick(500);
  assert.deepEqual(socket.took('cursor'), []);
  socket.bufferedAmount = 0;
  mock.timers.tick(50);
  assert.deepEqual(socket.took('cursor').map(({ x }) => x / 16), [1], 'the last position always goes');
});

test('sets and removes state, and shows its own at once', async () => {
  const { room, socket } = await enterRoom({ join: { state: { tool: 'pen' } } });
  const heard = listen(room);
  room.set({ selection: ['shape-1'], tool: undefined });
  assert.deepEqual(socket.took('state'), [{
    boardRef: 7, set: jsonState({ selection: ['shape-1'] }), unset: ['tool'], status: '',
  }]);
  assert.deepEqual(room.self.state, { selection: ['shape-1'] });
  assert.deepEqual(heard, ['update Ada', 'members Ada']);
});

test('an echo of its own older state does not undo the newer one', async () => {
  const { room, socket } = await enterRoom();
  room.set({ n: 1 });
  room.set({ n: 2 });
  const heard = listen(room);
  socket.says({ change: { boardRef: 7, updated: [{ slot: 1, set: jsonState({ n: 1 }), version: 2 }] } });
  assert.deepEqual(room.self.state, { n: 2 });
  assert.deepEqual(heard, []);
});

test('renames with the whole profile and changes the status without it', async () => {
  const { room, socket } = await enterRoom({ join: { color: '#abc' } });
  room.update({ name: 'Grace' });
  mock.timers.tick(50);
  room.update({ status: 'away' });
  const [rename, status] = socket.took('state');
  assert.equal(rename.profile.name, 'Grace');
  assert.equal(rename.profile.color, '#abc');
  assert.equal(status.profile, undefined);
  assert.equal(status.status, 'away');
  assert.equal(room.self.name, 'Grace');
  assert.equal(room.self.status, 'away');
});

test('a field of the profile that is set to undefined is empty at once, for itself as for others', async () => {
  const { room, socket } = await enterRoom({ join: { name: 'Ada', color: '#abc' } });
  socket.says({ change: { boardRef: 7, updated: [{ slot: 1, profile: { name: 'Ada', color: '#abc' }, version: 2 }] } });
  const heard = listen(room);
  room.update({ name: undefined, color: undefined });
  assert.deepEqual([room.self.name, room.self.color], ['', '']);
  mock.timers.tick(50);
  assert.equal(socket.took('state').at(-1).profile.name, '');
  assert.equal(heard.length, 2);
  // The echo has nothing new.
  socket.says({ change: { boardRef: 7, updated: [{ slot: 1, profile: {}, version: 3 }] } });
  assert.equal(heard.length, 2);
});

test('sends state at most as often as cursors, the latest of each name, and always the last', async () => {
  const { room, socket } = await enterRoom(); // 20 Hz
  for (let n = 1; n <= 25; n++) {
    room.set({ brush: n, [`only ${n}`]: true });
    room.set({ [`only ${n}`]: undefined });
    room.update({ name: `Ada ${n}`, status: n % 2 ? 'busy' : 'idle' });
    mock.timers.tick(8);
  }
  room.set({ brush: undefined });
  mock.timers.tick(50);
  const patches = socket.took('state');
  assert.ok(patches.length <= 6, `${patches.length} patches in 250 ms`);
  const last = patches.at(-1);
  assert.deepEqual([...last.set.keys(), ...last.unset], ['brush']);
  assert.equal(patches.findLast(({ profile }) => profile).profile.name, 'Ada 25');
  assert.equal(patches.findLast(({ status }) => status).status, 'busy');
  mock.timers.tick(1000);
  assert.deepEqual(socket.took('state'), [], 'a state at rest costs nothing');
  room.set({ tool: 'pen' });
  room.set({ tool: undefined });
  room.set({ tool: 'pen' });
  mock.timers.tick(50);
  assert.equal(socket.took('state').length, 1, 'nor does one that is what the node has');
});

test('a signal never overtakes the state that was set before it', async () => {
  const { room, socket } = await enterRoom();
  room.set({ n: 1 });
  room.set({ n: 2 });
  room.signal('look');
  assert.deepEqual(socket.sent.map((frame) => frame.state?.set ?? frame.signal.type),
    [jsonState({ n: 1 }), jsonState({ n: 2 }), 'look']);
});

test('tells everything again when the node could not take some of it yet, without an error event', async () => {
  const { room, socket } = await enterRoom({ join: { state: { brush: 1, tool: 'pen' } } });
  const heard = listen(room);
  room.set({ brush: undefined });
  mock.timers.tick(50);
  room.update({ name: 'Grace' });
  const [{ id }] = socket.sent;
  socket.sent = [];
  // Of the two, the node refuses the first.
  socket.says({ error: { code: 'rate_limited', retryAfterMs: 200, inReplyTo: id } });
  room.set({ zoom: 2 });
  room.signal('look');
  mock.timers.tick(199);
  assert.deepEqual(socket.took('state'), []);
  mock.timers.tick(1);
  const [all, ...more] = socket.took('state');
  assert.deepEqual(all.set, jsonState({ tool: 'pen', zoom: 2 }));
  assert.deepEqual(all.unset, ['brush']);
  assert.equal(all.profile.name, 'Grace');
  assert.equal(all.status, 'active');
  assert.deepEqual(more, []);
  assert.ok(!heard.some((line) => line.startsWith('error')), heard.join());
  room.set({ zoom: 3 });
  room.leave();
  assert.equal(pendingTimers(), 1, 'the heartbeat');
});

test('hands over signals of an operator, who is no member', async () => {
  const { room, socket } = await enterRoom();
  const signals = [];
  room.on('signal', (signal) => signals.push(signal));
  socket.says({ signal: { boardRef: 7, type: 'notice' } });
  assert.deepEqual(signals.map(({ member, type }) => ({ member, type })), [{ member: null, type: 'notice' }]);
});

test('a signal that the node would refuse is refused here', async () => {
  const { room, socket } = await enterRoom();
  socket.says({ welcome: { heartbeatIntervalMs: 25_000, maxCursorHz: 20, limits: { maxSignalBytes: 4 } } });
  socket.sent = [];
  assert.throws(() => room.signal('t', new Uint8Array(5)), { code: 'signal_too_large' });
  assert.deepEqual(socket.sent, []);
});

test('sends signals to all or to some', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  assert.equal(room.signal('reaction', '🎉'), true);
  room.signal('ping', new Uint8Array([1]), { to: room.others });
  const [all, some] = socket.took('signal');
  assert.equal(new TextDecoder().decode(all.payload), '"🎉"');
  assert.deepEqual(all.to, []);
  assert.deepEqual(some, { boardRef: 7, type: 'ping', payload: new Uint8Array([1]), to: [2] });
  socket.drops();
  assert.equal(room.signal('reaction', '🎉'), false);
});

test('leaves without leaving anything behind', async () => {
  const { room, connection, socket } = await enterRoom({ members: [member(2)] });
  const heard = listen(room);
  room.cursor(1, 1);
  room.cursor(2, 2);
  room.leave();
  room.leave();
  assert.deepEqual(socket.took('leave'), [{ boardRef: 7 }]);
  assert.deepEqual(heard, ['closed']);
  assert.equal(pendingTimers(), 1, 'the heartbeat');
  socket.took('cursor');
  mock.timers.tick(1000);
  assert.deepEqual(socket.took('cursor'), []);
  socket.says({ change: { boardRef: 7, left: [{ slot: 2 }] } });
  assert.deepEqual(heard, ['closed']);
  assert.equal(connection.state, 'open');
  assert.equal(connection.join('b') instanceof Promise, true);
  assert.equal(socket.took('join').length, 1);
});

test('takes another codec for state and signals', async () => {
  const codec = { encode: (n) => Uint8Array.of(n), decode: ([n]) => n };
  const { room, socket } = await enterRoom({ options: { codec }, join: { state: { n: 3 } } });
  assert.deepEqual(room.self.state, { n: 3 });
  room.set({ n: 4 });
  assert.deepEqual(socket.took('state')[0].set, new Map([['n', Uint8Array.of(4)]]));
});

const FRACTIONS = Array.from({ length: 12 }, (_, i) => [0.01 + i / 20, 0.3]);

for (const [where, positions, warnings] of [
  ['localhost', FRACTIONS, 1],
  ['localhost', [...FRACTIONS, ...FRACTIONS], 1],
  ['localhost', FRACTIONS.slice(0, 8), 0],
  ['localhost', [[120, 80], ...FRACTIONS], 0],
  ['localhost', [[-3, 0], ...FRACTIONS], 0],
  ['localhost', FRACTIONS.map(([x]) => [Math.round(x * 16) / 16, 0.5]), 0],
  ['app.example', FRACTIONS, 0],
  [undefined, FRACTIONS, 0],
]) {
  test(`${positions.length} positions from ${positions[0]} on ${where ?? 'no page'}: ${warnings} warnings of lost precision`, async (t) => {
    if (where) {
      globalThis.location = { hostname: where };
      t.after(() => delete globalThis.location);
    }
    const warned = t.mock.method(console, 'warn', () => {});
    const { room } = await enterRoom();
    for (const [x, y] of positions) room.cursor(x, y);
    assert.equal(warned.mock.callCount(), warnings);
    if (warnings) assert.match(warned.mock.calls[0].arguments[0], /1\/16/);
  });
}

test('tells reactions and sends them, of observers too', async () => {
  const { socket, room } = await enterRoom({ join: { observer: true, reactions: true }, you: 0 });
  const told = [];
  room.on('reactions', (sums) => told.push(...sums.map(({ type, count }) => `${count} ${type}`)));
  assert.equal(room.react('🎉'), true);
  assert.deepEqual(socket.took('react'), [{ boardRef: 7, type: '🎉' }]);
  socket.says({ reactions: { boardRef: 7, reactions: [{ type: '🎉', count: 300 }, { type: 'wave', count: 1 }] } });
  assert.deepEqual(told, ['300 🎉', '1 wave']);
  socket.drops();
  assert.equal(room.react('🎉'), false);
});

test('asks for reactions only where the join says so', async () => {
  open().join('b', { reactions: true });
  FakeWebSocket.last.accepts();
  assert.equal(FakeWebSocket.last.took('join')[0].reactions, true);
  open().join('b');
  FakeWebSocket.last.accepts();
  assert.equal(FakeWebSocket.last.took('join')[0].reactions, false);
});

test('becomes an observer and a member again without leaving', async () => {
  const { socket, room } = await enterRoom({ members: [member(2)] });
  const heard = listen(room);
  const other = room.others[0];
  const becoming = room.observe(true);
  room.cursor(1, 1);
  room.set({ late: 1 });
  assert.deepEqual([socket.took('cursor'), socket.took('state')], [[], []], 'nothing in a role that may be over');
  assert.equal(socket.took('join')[0].observer, true);
  socket.says({ cursors: { boardRef: 7, slot: [2], x: [16], y: [16], ageMs: [0] } });
  assert.equal(other.cursor.x, 1);
  socket.says({ roster: { board: 'b', boardRef: 7, you: 0, members: [member(2)] } });
  await becoming;
  assert.deepEqual([room.self, room.others, room.members], [null, [other], [other]]);

  const back = room.observe(false, { name: 'Eve', state: { tool: 'pen' } });
  const [join] = socket.took('join');
  assert.deepEqual([join.observer, join.profile.name, [...join.state.keys()]], [false, 'Eve', ['late', 'tool']]);
  socket.says({ roster: {
    board: 'b', boardRef: 7, you: 3, resumeKey: new Uint8Array([8]),
    members: [member(3, { profile: join.profile, state: join.state }), member(2)],
  } });
  await back;
  assert.deepEqual([room.self.name, room.self.slot, room.others], ['Eve', 3, [other]]);
  assert.deepEqual(heard.filter((line) => /^(join|leave|error|closed)/.test(line)), []);
});

test('a refused change of role leaves the room as it was', async () => {
  const { connection, socket, room } = await enterRoom({ members: [member(2)] });
  const becoming = room.observe(true);
  const { id } = socket.sent.find(({ join }) => join);
  socket.took('join');
  socket.says({ error: { code: 'forbidden', message: 'no right', inReplyTo: id } });
  await assert.rejects(becoming, { code: 'forbidden' });
  assert.equal(room.closed, false);
  room.cursor(1, 1);
  assert.deepEqual(socket.took('cursor').map(({ boardRef }) => boardRef), [7]);
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  assert.equal(FakeWebSocket.last.took('join')[0].observer, false);
  assert.equal(connection.state, 'open');
});
