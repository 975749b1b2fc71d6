// Checked by tsc, never run.
import { connect } from '../src/presence-client.js';
import { startPresence, type PresenceServer } from '../src/testing/presence-server.js';
import { testNode, TestNode, type TestMember } from '../src/testing/presence-testing.js';

const node: TestNode = testNode({
  latencyMs: 20, limits: { maxStateKeys: 2 }, rates: { signals: 5 },
  authenticate: (token) => ({ userId: token, may: (right, board) => right === 'join' && board === 'b' }),
});
const connection = connect(node.url, { WebSocket: node.WebSocket });
const room = await connection.join('b');
const bob = await node.enter('b', { name: 'Bob', token: async () => 'bob' });
node.latencyMs = 5;
const members: TestMember[] = node.members('b');
node.cut();
node.cut(room, 4403, 'forbidden');
node.freeze(connection);
node.thaw(bob);
const stop: () => void = node.refuse('join', { code: 'board_full', retryAfterMs: 5, when: ({ board }) => board === 'b' });
node.kick({ member: bob.self!, reason: 'spam' });
node.kick({ userId: 'bob', banMs: 5 });
node.signal('b', 'notice', { text: 'soon' }, { to: room.others });
await node.settled();
await node.close();

interface Drawing { State: { tool: 'pen' | 'brush' } }
const typed = await node.enter<Drawing>('b', { state: { tool: 'pen' } });
typed.set({ tool: 'brush' });
node.cut(typed);
node.signal('b', 'notice', 1, { to: typed.others });
// @ts-expect-error no such tool
typed.set({ tool: 'knife' });
// @ts-expect-error no such frame
node.refuse('roster', { code: 'c' });
// @ts-expect-error a user has an id
testNode({ authenticate: () => ({ name: 'Ada' }) });
// @ts-expect-error it is not changed
node.url = '';

const server: PresenceServer = await startPresence({ jar: 'presence-service.jar', settings: { PRESENCE_GRACE_MS: 500 } });
connect(server.webSocketUrl);
await server.restart();
await startPresence({ image: 'presence-service', docker: 'podman' });
// @ts-expect-error a jar has a path
startPresence({ jar: new URL('file:///presence-service.jar') });
// @ts-expect-error it is not changed
server.webSocketUrl = '';
export { members, stop };
