import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { FakeWebSocket, idOf, jsonState, member } from './fake-node.mjs';
import { DAY_MS, enterRoom, listen, open, openWindow, pendingTimers, seat, tickTo } from './stage.mjs';

test('backs off with full jitter: a random part of twice as much each time, up to the cap', () => {
  mock.method(Math, 'random', () => 0.5);
  open();
  const waits = Array.from({ length: 9 }, (_, i) => {
    FakeWebSocket.last.drops();
    return tickTo(i + 2);
  });
  assert.deepEqual(waits, [125, 250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
});

test('an error without a close counts as one, and nothing is heard of a socket that was given up', () => {
  const connection = open();
  const socket = FakeWebSocket.last;
  socket.onerror({});
  assert.equal(connection.state, 'reconnecting');
  assert.equal(tickTo(2) <= 250, true);
  socket.onerror({});
  socket.drops(4401);
  assert.equal(connection.state, 'reconnecting');
  assert.equal(FakeWebSocket.opened.length, 2);
});

test('starts over with short waits once a node has answered a heartbeat', () => {
  mock.method(Math, 'random', () => 0.5);
  open();
  for (let i = 2; i <= 5; i++) {
    FakeWebSocket.last.accepts();
    FakeWebSocket.last.drops();
    tickTo(i);
  }
  FakeWebSocket.last.accepts();
  FakeWebSocket.last.says({ heartbeatAck: { clientTimeMs: Date.now() } });
  FakeWebSocket.last.drops();
  assert.equal(tickTo(6), 125);
});

for (const [code, name] of [
  [4400, 'bad_frame'], [4401, 'unauthorized'], [4403, 'forbidden'], [4409, 'replaced'], [4410, 'kicked'],
]) {
  test(`does not come back after ${code}, and says so everywhere`, async () => {
    const { room, connection, socket } = await enterRoom();
    const heard = listen(room);
    const errors = [];
    connection.on('error', (error) => errors.push(error.code));
    const joining = connection.join('c');
    socket.drops(code, 'because');
    await assert.rejects(joining, { code: name, message: 'because' });
    assert.equal(connection.state, 'closed');
    assert.deepEqual(errors, [name]);
    assert.deepEqual(heard, [`closed ${name}`]);
    mock.timers.tick(DAY_MS / 100);
    assert.equal(FakeWebSocket.opened.length, 1);
  });
}

for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 1013, 4008, 4408, 4429]) {
  test(`comes back after ${code}`, async () => {
    const { connection, socket } = await enterRoom();
    socket.drops(code);
    assert.equal(connection.state, 'reconnecting');
    tickTo(2);
    FakeWebSocket.last.accepts({ nodeId: 'node-b' });
    assert.equal(connection.state, 'open');
    assert.equal(connection.nodeId, 'node-b');
  });
}

test('comes back as the same member, with state and cursor', async () => {
  const { room, socket } = await enterRoom({ join: { state: { tool: 'pen' } }, members: [member(2)] });
  room.cursor(3, 4);
  room.set({ selection: [1] });
  socket.drops();
  room.set({ selection: [2], tool: undefined });
  tickTo(2);
  const next = FakeWebSocket.last;
  next.accepts();
  room.cursor(5, 6);
  mock.timers.tick(50);
  assert.equal(socket.took('cursor').length, 1, 'nothing more was said on the old socket');
  assert.deepEqual(next.took('cursor'), [], 'nor before the seat is taken');
  const join = seat(next, { you: 12, boardRef: 40, members: [member(2)] });
  assert.deepEqual(join.resumeKey, new Uint8Array([9]));
  assert.deepEqual(join.state, jsonState({ selection: [2] }));
  mock.timers.tick(50);
  assert.deepEqual(next.took('cursor'), [{ boardRef: 40, x: 80, y: 96, hidden: false }]);
  assert.equal(room.self.slot, 12);
  assert.equal(room.self.id, idOf(1));
});

test('repairs a state that changed after the join was sent', async () => {
  const { room, socket } = await enterRoom({ join: { state: { a: 1, b: 1 } } });
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  room.set({ a: 2, b: undefined });
  room.update({ name: 'Grace' });
  assert.deepEqual(FakeWebSocket.last.took('state'), []);
  seat(FakeWebSocket.last);
  const [patch, ...more] = FakeWebSocket.last.took('state');
  assert.deepEqual(patch.set, jsonState({ a: 2 }));
  assert.deepEqual(patch.unset, ['b']);
  assert.equal(patch.profile.name, 'Grace');
  assert.deepEqual(more, []);
  assert.deepEqual(room.self.state, { a: 2 });
});

test('repairs what alone was set after the join was sent', async () => {
  const { room, socket } = await enterRoom({ join: { state: { a: 1 } } });
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  room.set({ a: 2 });
  seat(FakeWebSocket.last);
  assert.deepEqual(FakeWebSocket.last.took('state').map(({ set }) => set), [jsonState({ a: 2 })]);
});

test('finds itself in a later part of the roster, and tells what was set meanwhile', async () => {
  const { room, socket } = await enterRoom({ join: { state: { a: 1, old: 1 } } });
  room.set({ old: undefined });
  room.cursor(1, 2);
  socket.drops();
  tickTo(2);
  const next = FakeWebSocket.last;
  next.accepts();
  room.set({ a: 2 });
  room.update({ name: 'Grace' });
  const { profile } = next.took('join')[0];
  next.says({ roster: { board: 'b', boardRef: 7, you: 1, members: [member(2)], more: true } });
  // What a member that resumes has kept, although its join named less.
  next.says({ change: { boardRef: 7, joined: [member(1, { profile, state: jsonState({ a: 1, old: 1 }) })] } });
  mock.timers.tick(100);
  const patches = next.took('state');
  assert.deepEqual(patches.flatMap(({ set }) => [...set]), [...jsonState({ a: 2 })]);
  assert.deepEqual(patches.flatMap(({ unset }) => unset), ['old']);
  assert.equal(patches.find((patch) => patch.profile).profile.name, 'Grace');
  assert.equal(next.took('cursor').length, 1);
  assert.deepEqual(room.self.state, { a: 2 });
  assert.equal(room.self.id, idOf(1));
});

test('a roster out of turn is told nothing that the node knows', async () => {
  const { room, socket } = await enterRoom();
  room.set({ a: 1 });
  room.update({ name: 'Grace' });
  mock.timers.tick(50);
  socket.sent = [];
  const own = member(1, { profile: { name: 'Grace' }, state: jsonState({ a: 1 }) });
  socket.says({ roster: { board: 'b', boardRef: 7, you: 1, members: [own] } });
  assert.deepEqual(socket.sent, []);
});

test('a cursor that moves while there is no socket costs nothing', async () => {
  const { room, socket } = await enterRoom({ members: [member(2)] });
  socket.drops();
  room.cursor(1, 1);
  mock.timers.tick(100);
  assert.equal(pendingTimers(), 1, 'the next attempt');
});

test('what a listener says when the connection is open again goes to the new seat', async () => {
  const { room, connection, socket } = await enterRoom();
  const answers = [];
  connection.on('state', (state) => {
    if (state !== 'open') return;
    answers.push(room.signal('ping'));
    room.set({ a: 1 });
  });
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  assert.deepEqual(answers, [false], 'there is no seat yet');
  seat(FakeWebSocket.last, { boardRef: 40 });
  assert.deepEqual(FakeWebSocket.last.took('state').map(({ boardRef, set }) => [boardRef, set]),
    [[40, jsonState({ a: 1 })]]);
});

test('nor does one on a socket that broke', async () => {
  const { connection, socket } = await enterRoom();
  socket.drops(1006);
  tickTo(2);
  for (const state of ['reconnecting', 'closed']) {
    FakeWebSocket.last.accepts();
    seat(FakeWebSocket.last);
    FakeWebSocket.last.drops(4409);
    assert.equal(connection.state, state);
    mock.timers.tick(1000);
  }
});

for (const [where, happens] of [
  ['on its only board', (socket) => socket.drops(4409)],
  ['on one of its boards', (socket) => socket.says({ error: { code: 'replaced', boardRef: 7 } })],
]) {
  test(`a join that comes late on a socket it gave up costs no seat ${where}, once`, async () => {
    const { room, socket } = await enterRoom();
    const heard = listen(room);
    mock.timers.tick(25_000);
    mock.timers.tick(25_000);
    assert.equal(socket.closedWith, 4001);
    tickTo(2);
    FakeWebSocket.last.accepts();
    seat(FakeWebSocket.last);
    for (const again of [true, false]) {
      happens(FakeWebSocket.last);
      mock.timers.tick(1000);
      if (!again) break;
      if (FakeWebSocket.opened.length > 2) FakeWebSocket.last.accepts();
      assert.deepEqual(seat(FakeWebSocket.last).resumeKey, new Uint8Array([9]));
    }
    assert.deepEqual(heard, ['closed replaced']);
  });
}

test('a join during an earlier join that was left gets its seat, and takes it over', async () => {
  const { connection, socket, room } = await enterRoom({ join: { state: { a: 1 } } });
  socket.drops();
  tickTo(2);
  const next = FakeWebSocket.last;
  next.accepts();
  room.leave();
  const joining = connection.join('b', { name: 'Grace', state: { a: 2 } });
  const [, { id }] = next.sent.filter((frame) => frame.join);
  seat(next);
  next.says({ error: { code: 'already_joined', message: 'already on board b', inReplyTo: id } });
  const heard = listen(await joining);
  mock.timers.tick(1);
  const [patch] = next.took('state').slice(-1);
  assert.equal(patch.profile.name, 'Grace');
  assert.deepEqual(patch.set, jsonState({ a: 2 }));
  assert.deepEqual(heard, []);
});

test('says nothing twice when the node already knows our state', async () => {
  const { socket } = await enterRoom({ join: { state: { a: 1 } } });
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  seat(FakeWebSocket.last);
  assert.deepEqual(FakeWebSocket.last.took('state'), []);
});

test('tells only what really changed while it was away', async () => {
  const { room, socket } = await enterRoom({ members: [
    member(2), member(3), member(4, { state: jsonState({ a: 1 }) }),
    member(5, { cursor: { x: 16, y: 16 } }),
  ] });
  const before = new Map(room.others.map((m) => [m.id, m]));
  const heard = listen(room);
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  assert.equal(room.others.length, 4, 'the old roster stays until the new one is complete');
  // Another node: every slot differs, and 2 now is what 4 was.
  seat(FakeWebSocket.last, { you: 30, more: true, members: [
    member(4, { slot: 2, version: 8, state: jsonState({ a: 1 }) }),
    member(3, { slot: 3, status: 'away' }),
  ] });
  FakeWebSocket.last.says({ cursors: { boardRef: 7, slot: [5], x: [99], y: [99] } });
  FakeWebSocket.last.says({ change: { boardRef: 7, joined: [
    member(6), member(5, { slot: 31, cursor: { x: 32, y: 16 } }),
  ] } });
  assert.deepEqual(heard, [
    'leave user 2', 'join user 6', 'update user 3', 'cursor user 5 2,1 0ms',
    'members Ada user 3 user 4 user 5 user 6',
  ]);
  for (const m of room.others) if (before.has(m.id)) assert.equal(m, before.get(m.id));
  FakeWebSocket.last.says({ cursors: { boardRef: 7, slot: [2, 4], x: [0, 0], y: [0, 0] } });
  assert.equal(heard.at(-1), 'cursor user 4 0,0 0ms', 'slots are those of the new node');
});

test('tells nothing at all when nothing changed', async () => {
  const members = [member(2), member(3)];
  const { room, socket } = await enterRoom({ members });
  const heard = listen(room);
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  seat(FakeWebSocket.last, { members });
  assert.deepEqual(heard, []);
});

test('a node that could not resume us makes our former self one of the others', async () => {
  const { room, socket } = await enterRoom();
  room.cursor(1, 2);
  const heard = listen(room);
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  seat(FakeWebSocket.last, { me: 9, members: [member(1, { profile: { name: 'Ada' }, status: 'away' })] });
  assert.equal(room.self.id, idOf(9));
  assert.deepEqual(room.self.cursor, { x: 1, y: 2, hidden: false }, 'where the others see it');
  assert.deepEqual(room.others.map((m) => m.id), [idOf(1)]);
  assert.deepEqual(heard, ['join Ada', 'members Ada Ada']);
});

test('a new member id of our own is neither a join nor a leave', async () => {
  const { room, socket } = await enterRoom();
  const heard = listen(room);
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  seat(FakeWebSocket.last, { me: 9 });
  assert.deepEqual(heard, ['members Ada']);
  assert.deepEqual(room.members, [room.self]);
});

test('board refs are those of the new node', async () => {
  const { room, connection, socket } = await enterRoom({ members: [member(2)] });
  const joiningC = connection.join('c');
  socket.says({ roster: { board: 'c', boardRef: 8, you: 1, members: [member(1), member(2)] } });
  const heard = [listen(room), listen(await joiningC)];
  socket.drops();
  tickTo(2);
  const next = FakeWebSocket.last;
  next.accepts();
  next.says({ roster: { board: 'c', boardRef: 1, you: 1, members: [member(1), member(2)] } });
  next.says({ cursors: { boardRef: 7, slot: [2], x: [16], y: [16] } });
  next.says({ cursors: { slot: [2], x: [32], y: [32] } });
  assert.deepEqual(heard, [[], ['cursor user 2 2,2 0ms']]);
});

test('a roster out of turn starts over without telling what is not new', async () => {
  const { room, socket } = await enterRoom({ members: [member(2), member(3)] });
  const heard = listen(room);
  socket.says({ roster: { board: 'b', boardRef: 7, you: 1, members: [
    member(1, { profile: { name: 'Ada' } }), member(3, { slot: 8 }),
  ] } });
  assert.deepEqual(heard, ['leave user 2', 'members Ada user 3']);
});

test('a seat that is refused for now is asked for again', async () => {
  const { room, connection, socket } = await enterRoom();
  const heard = listen(room);
  socket.drops();
  tickTo(2);
  const next = FakeWebSocket.last;
  next.accepts();
  const { id } = next.sent.find((frame) => frame.join);
  next.took('join');
  next.says({ error: { code: 'rate_limited', inReplyTo: id, retryAfterMs: 700 } });
  assert.deepEqual(heard, ['error rate_limited']);
  mock.timers.tick(699);
  assert.deepEqual(next.took('join'), []);
  mock.timers.tick(1);
  assert.equal(next.took('join').length, 1);
  next.says({ error: { code: 'rate_limited', inReplyTo: id, retryAfterMs: 700 } });
  connection.close();
  assert.equal(pendingTimers(), 0);
});

test('a new socket asks for its seat once, whatever the old one had planned', async () => {
  const { socket } = await enterRoom();
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  FakeWebSocket.last.says({ error: {
    code: 'rate_limited', inReplyTo: FakeWebSocket.last.sent.at(-1).id, retryAfterMs: 5000,
  } });
  FakeWebSocket.last.drops();
  tickTo(3);
  FakeWebSocket.last.accepts();
  mock.timers.tick(5000);
  assert.equal(FakeWebSocket.last.took('join').length, 1);
});

test('a seat that is refused for good ends the room', async () => {
  const { room, socket } = await enterRoom();
  const heard = listen(room);
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  const { id } = FakeWebSocket.last.sent.find((frame) => frame.join);
  FakeWebSocket.last.says({ error: { code: 'board_forbidden', inReplyTo: id } });
  assert.deepEqual(heard, ['closed board_forbidden']);
});

test('a seat that comes after we left is given back', async () => {
  const { room, socket } = await enterRoom();
  socket.drops();
  tickTo(2);
  FakeWebSocket.last.accepts();
  room.leave();
  seat(FakeWebSocket.last, { boardRef: 11 });
  assert.deepEqual(FakeWebSocket.last.took('leave'), [{ boardRef: 11 }]);
});

test('leaves a node that is going away after the time it gave', async () => {
  const { connection, socket, room } = await enterRoom();
  const heard = listen(room);
  socket.says({ goingAway: { reconnectAfterMs: 3000, reason: 'drain' } });
  mock.timers.tick(2999);
  assert.equal(connection.state, 'open');
  assert.equal(FakeWebSocket.opened.length, 1);
  mock.timers.tick(1);
  assert.equal(socket.closedWith, 4001, 'not 1000, which would give up our member');
  assert.equal(FakeWebSocket.opened.length, 2);
  FakeWebSocket.last.accepts();
  seat(FakeWebSocket.last);
  assert.deepEqual(heard, []);
});

test('waits as long even if the node that is going away closes earlier', async () => {
  const { socket } = await enterRoom();
  socket.says({ goingAway: { reconnectAfterMs: 3000 } });
  socket.drops(1012);
  assert.equal(tickTo(2), 3000);
  mock.method(Math, 'random', () => 0.5);
  FakeWebSocket.last.drops();
  assert.equal(tickTo(3), 125, 'after that it backs off as usual');
});

test('a heartbeat meanwhile does not keep it on the node that is going away', async () => {
  const happens = openWindow();
  const { socket } = await enterRoom();
  socket.says({ goingAway: { reconnectAfterMs: 3000 } });
  happens('online');
  assert.equal(socket.took('heartbeat').length, 1);
  assert.equal(tickTo(2), 3000);
});

test('a node that has too much to do is asked again when it said', async () => {
  mock.method(Math, 'random', () => 0.5);
  const { connection, socket } = await enterRoom();
  connection.on('error', () => {});
  socket.says({ error: { code: 'rate_limited', message: 'too many connections', retryAfterMs: 4000 } });
  socket.drops(4429);
  assert.equal(tickTo(2), 4125);
  FakeWebSocket.last.drops();
  assert.equal(tickTo(3), 250, 'once');
});

test('what the node said about waiting is forgotten when the connection goes on', async () => {
  mock.method(Math, 'random', () => 0.5);
  const { connection, socket } = await enterRoom();
  connection.on('error', () => {});
  socket.says({ error: { code: 'rate_limited', message: 'too many signals', retryAfterMs: 4000 } });
  socket.says({ heartbeatAck: { clientTimeMs: Date.now(), serverTimeMs: Date.now() } });
  socket.drops();
  assert.equal(tickTo(2), 125);
});
