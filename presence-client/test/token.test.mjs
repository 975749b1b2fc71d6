import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { FakeWebSocket } from './fake-node.mjs';
import { listen, open, pendingTimers, seat, tickTo } from './stage.mjs';

const NOW_S = 1000;
const HEARTBEAT_MS = 25_000;

/** Lets what was promised happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const jwt = (claims) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;

/** A callback whose answers the test gives; `asked` holds what to call with each. */
function tokens() {
  const asked = [];
  const token = () => new Promise((resolve, reject) => asked.push({ resolve, reject }));
  return { asked, token };
}

const acknowledges = (socket) => socket.says({ heartbeatAck: { clientTimeMs: Date.now(), serverTimeMs: Date.now() } });

test('asks for a token before it opens a socket, and again for the next', async () => {
  let asked = 0;
  open({ token: () => `token ${++asked}` });
  assert.equal(FakeWebSocket.opened.length, 0);
  await settle();
  FakeWebSocket.last.onopen({});
  assert.deepEqual(FakeWebSocket.last.took('auth'), [{ token: 'token 1' }]);
  FakeWebSocket.last.drops();
  mock.timers.tick(300);
  await settle();
  FakeWebSocket.last.onopen({});
  assert.deepEqual(FakeWebSocket.last.took('auth'), [{ token: 'token 2' }]);
});

test('shows a fresh JWT while the old one is still good, once', async () => {
  const { asked, token } = tokens();
  open({ token });
  // base64url of this has both of the characters that base64 has not.
  asked[0].resolve(jwt({ sub: 'ü~~?>>~ÿÿÿ', exp: NOW_S + 60 }));
  await settle();
  const socket = FakeWebSocket.last;
  socket.accepts({ heartbeatIntervalMs: HEARTBEAT_MS });
  socket.sent = [];
  acknowledges(socket);
  assert.equal(asked.length, 1, 'good for more than two heartbeats');
  mock.timers.tick(HEARTBEAT_MS);
  acknowledges(socket);
  acknowledges(socket);
  assert.equal(asked.length, 2);
  asked[1].resolve(jwt({ exp: NOW_S + 600 }));
  await settle();
  assert.equal(socket.took('auth').length, 1);
  mock.timers.tick(HEARTBEAT_MS);
  acknowledges(socket);
  assert.equal(asked.length, 2);
  assert.equal(FakeWebSocket.opened.length, 1);
});

test('a fresh token that is not to be had is asked for again, and costs nothing meanwhile', async () => {
  const { asked, token } = tokens();
  const connection = open({ token });
  const errors = [];
  connection.on('error', ({ message }) => errors.push(message));
  asked[0].resolve(jwt({ exp: NOW_S + 40 }));
  await settle();
  const socket = FakeWebSocket.last;
  socket.accepts({ heartbeatIntervalMs: HEARTBEAT_MS });
  acknowledges(socket);
  asked[1].reject(new Error('no network'));
  await settle();
  assert.deepEqual(errors, ['no network']);
  assert.equal(connection.state, 'open');
  acknowledges(socket);
  assert.equal(asked.length, 3);
});

test('comes back with another token when the one it had expires', async () => {
  let asked = 0;
  const connection = open({ token: () => `opaque ${++asked}` });
  const joining = connection.join('b');
  await settle();
  const socket = FakeWebSocket.last;
  socket.accepts();
  seat(socket);
  const heard = listen(await joining);
  acknowledges(socket);
  socket.drops(4401, 'expired');
  mock.timers.tick(1250);
  await settle();
  FakeWebSocket.last.accepts();
  assert.deepEqual(FakeWebSocket.last.took('auth'), [{ token: 'opaque 2' }]);
  seat(FakeWebSocket.last);
  assert.deepEqual(heard, []);
  FakeWebSocket.last.drops(4401, 'wrong');
  assert.deepEqual(heard, ['closed unauthorized']);
  assert.equal(connection.state, 'closed');
  assert.equal(asked, 2, 'a wrong one is not asked for forever');
  assert.equal(pendingTimers(), 0);
});

test('a callback that fails is asked again after a while', async () => {
  mock.method(Math, 'random', () => 0.5);
  const { asked, token } = tokens();
  const connection = open({ token });
  const errors = [];
  connection.on('error', ({ message }) => errors.push(message));
  asked[0].reject(new Error('logged out'));
  await settle();
  assert.deepEqual(errors, ['logged out']);
  assert.equal(connection.state, 'reconnecting');
  mock.timers.tick(125);
  assert.equal(asked.length, 2);
  asked[1].resolve('t');
  await settle();
  assert.equal(FakeWebSocket.opened.length, 1);
});

test('a callback that throws is one that fails', async () => {
  const connection = open({ token: () => { throw new Error('no session'); } });
  const errors = [];
  connection.on('error', ({ message }) => errors.push(message));
  mock.timers.tick(300);
  assert.deepEqual(errors, ['no session']);
  assert.equal(connection.state, 'reconnecting');
});

test('an answer that comes after it was given up is not used', async () => {
  mock.method(Math, 'random', () => 0.5);
  const { asked, token } = tokens();
  open({ token });
  mock.timers.tick(60_000);
  mock.timers.tick(125);
  assert.equal(asked.length, 2);
  asked[0].resolve('late');
  await settle();
  assert.equal(FakeWebSocket.opened.length, 0);
  asked[1].resolve('in time');
  await settle();
  FakeWebSocket.last.onopen({});
  assert.deepEqual(FakeWebSocket.last.took('auth'), [{ token: 'in time' }]);
});

test('a failure that comes after it was given up ends nothing', async () => {
  mock.method(Math, 'random', () => 0.5);
  const { asked, token } = tokens();
  const connection = open({ token });
  mock.timers.tick(60_000);
  mock.timers.tick(125);
  asked[1].resolve('in time');
  await settle();
  FakeWebSocket.last.accepts();
  asked[0].reject(new Error('late'));
  await settle();
  assert.equal(connection.state, 'open');
});

test('an answer that comes after the close opens nothing', async () => {
  const { asked, token } = tokens();
  const connection = open({ token });
  connection.close();
  asked[0].resolve('t');
  await settle();
  assert.equal(FakeWebSocket.opened.length, 0);
  assert.equal(pendingTimers(), 0);
});

test('a callback may take longer than a handshake', async () => {
  const { asked, token } = tokens();
  open({ token });
  mock.timers.tick(45_000);
  asked[0].resolve('slow');
  await settle();
  mock.timers.tick(9_000);
  FakeWebSocket.last.accepts();
  assert.deepEqual(FakeWebSocket.last.took('auth'), [{ token: 'slow' }]);
  assert.equal(asked.length, 1);
});

test('a stale token after failed attempts is replaced, not before a second, and the reason is told once', async () => {
  mock.method(Math, 'random', () => 0);
  let asked = 0;
  const connection = open({ token: () => `t${++asked}` });
  const errors = [];
  connection.on('error', ({ code, message }) => errors.push(`${code}: ${message}`));
  await settle();
  for (let i = 0; i < 3; i++) {
    FakeWebSocket.last.accepts();
    FakeWebSocket.last.drops(1006);
    mock.timers.tick(1);
    await settle();
  }
  const refuse = () => {
    FakeWebSocket.last.accepts();
    FakeWebSocket.last.says({ error: { code: 'unauthorized', message: 'the token has expired' } });
    FakeWebSocket.last.drops(4401, 'unauthorized');
  };
  refuse();
  assert.equal(connection.state, 'reconnecting');
  const before = asked;
  mock.timers.tick(999);
  await settle();
  assert.equal(asked, before);
  mock.timers.tick(1);
  await settle();
  assert.equal(asked, before + 1);
  assert.deepEqual(errors, []);
  refuse();
  assert.equal(connection.state, 'closed');
  assert.deepEqual(errors, ['unauthorized: the token has expired']);
});

test('a token that is not valid yet is shown again when the node says', async () => {
  mock.method(Math, 'random', () => 0);
  const connection = open({ token: 'early' });
  FakeWebSocket.last.accepts();
  FakeWebSocket.last.says({ error: { code: 'unauthorized', message: 'not valid yet', retryAfterMs: 4000 } });
  FakeWebSocket.last.drops(4429);
  assert.equal(connection.state, 'reconnecting');
  assert.equal(tickTo(2), 4000);
});

test('a token that is a text is not asked for and not renewed', () => {
  const connection = open({ token: jwt({ exp: NOW_S + 1 }) });
  FakeWebSocket.last.accepts();
  acknowledges(FakeWebSocket.last);
  assert.equal(FakeWebSocket.last.took('auth').length, 1);
  FakeWebSocket.last.drops(4401);
  assert.equal(connection.state, 'closed');
  assert.throws(() => tickTo(2));
});
