// The behaviour of a node at its socket. The same tests run against the node in memory (presence-client/testing) and against
// a real one, in test-live/contract.test.mjs, so that the two cannot drift apart.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bytesOf, RawClient } from './raw-client.mjs';

const SHORT_GRACE_MS = 400;
const state = (entries) => new Map(Object.entries(entries).map(([name, text]) => [name, bytesOf(text)]));

/**
 * @param what names the node in the test report
 * @param startNode given `{ graceMs, maxMembers, tokens }`, of which any may be absent; promises
 *     `{ url, WebSocket, cut(client), kick(order), announce(board, type, json), drain(), token(claims), stop() }`
 */
export function contract(what, startNode, options = {}) {
  describe(`the contract of ${what}`, options, () => {
    let node;
    const clients = [];
    const nodes = [];
    const client = (from = node) => clients[clients.push(new RawClient(from)) - 1];
    const start = async (settings) => nodes[nodes.push(await startNode(settings)) - 1];
    let withTokens;
    /** One for all tests: a real node takes a second of CPU to start. Boards and users are of one test each, bans of one board. */
    const startWithTokens = () => withTokens ??= start({ tokens: true });
    before(async () => { node = await start({}); });
    after(async () => {
      for (const each of clients) each.close(1000);
      for (const each of nodes) await each.stop();
    });

    test('the welcome comes first, with the limits', async () => {
      const raw = client();
      const welcome = await raw.take('welcome');
      assert.match(welcome.nodeId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.ok(welcome.connectionId);
      assert.ok(welcome.serverTimeMs > 1e12);
      const { protocol, heartbeatIntervalMs, maxCursorHz, limits } = welcome;
      assert.deepEqual({ protocol, heartbeatIntervalMs, maxCursorHz, limits }, {
        protocol: 'presence.v1', heartbeatIntervalMs: 25_000, maxCursorHz: 30,
        limits: {
          maxFrameBytes: 65_536, maxBoardIdBytes: 128, maxNameBytes: 128, maxStateBytes: 4096, maxStateKeys: 32,
          maxSignalBytes: 16_384, maxBoards: 16,
        },
      });
    });

    test('a roster has all members; the other members get the new one only', async () => {
      const [ada, bea] = [client(), client()];
      const first = await ada.join('roster', {
        profile: { name: 'Ada', color: '#123', avatarUrl: 'a.png', userId: 'u1', device: 'pen' }, state: state({ tool: '"pen"' }),
      });
      assert.equal(first.members.length, 1);
      assert.equal(first.members[0].slot, first.you);
      assert.equal(first.resumeKey.length, 16);
      assert.equal(first.members[0].memberId.length, 16);
      assert.equal(first.members[0].version, 1);
      assert.deepEqual(first.members[0].profile, {
        userId: 'u1', name: 'Ada', color: '#123', avatarUrl: 'a.png', device: 'pen',
      });
      const second = await bea.join('roster', { status: 'busy' });
      assert.deepEqual(second.members.map(({ slot }) => slot).sort(), [first.you, second.you].sort());
      assert.equal(second.boardRef, first.boardRef);
      const seen = second.members.find(({ slot }) => slot === first.you);
      assert.deepEqual(seen, first.members[0]);
      const { joined, left, updated } = await ada.take('change');
      assert.deepEqual([left, updated], [[], []]);
      assert.deepEqual(joined.map(({ slot, status }) => [slot, status]), [[second.you, 'busy']]);
      await bea.heard();
      assert.deepEqual(bea.all('change'), []);
    });

    test('a patch is told as what differs, and rises the version', async () => {
      const [ada, bea] = [client(), client()];
      const { you } = await ada.join('patch', { state: state({ a: '1', b: '2' }) });
      await bea.join('patch');
      await ada.send(
        { state: { set: state({ a: '1' }) } },
        { state: { set: state({ a: '3', c: '4' }), unset: ['b', 'never'], status: 'idle', profile: { name: 'Eve' } } },
      );
      const updates = [];
      // The first may be told alone, but has changed nothing.
      await bea.until(() => bea.all('change').length > 0);
      for (const { updated } of bea.all('change')) updates.push(...updated);
      assert.deepEqual(updates, [{
        slot: you, version: 2, status: 'idle', profile: { userId: '', name: 'Eve', color: '', avatarUrl: '', device: '' },
        set: state({ a: '3', c: '4' }), unset: ['b'],
      }]);
    });

    test('what is not allowed is refused with a reason, and changes nothing', async () => {
      const raw = client();
      const { boardRef } = await raw.join('refusals', { state: state({ kept: '1' }) });
      const long = 'é'.repeat(65);
      const many = state(Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`n${i}`, '1'])));
      const refused = [
        [{ join: { board: '' } }, 'board_id_invalid', 'board id is empty'],
        [{ join: { board: 'a b' } }, 'board_id_invalid', 'board id contains U+0020 at 1'],
        [{ join: { board: 'a\u200b' } }, 'board_id_invalid', 'board id contains U+200B at 1'],
        [{ join: { board: 'a*' } }, 'board_id_invalid', "board id contains '*' at 1"],
        [{ join: { board: long } }, 'board_id_invalid', 'board id is longer than 128 bytes'],
        [{ join: { board: 'refusals' } }, 'already_joined', 'already on board refusals', boardRef],
        [{ join: { board: 'c', profile: { name: long } } }, 'field_too_long', 'profile.name has 130 bytes, the limit is 128'],
        [{ join: { board: 'c', profile: { avatarUrl: 'x'.repeat(2049) } } }, 'field_too_long',
          'profile.avatar_url has 2049 bytes, the limit is 2048'],
        [{ join: { board: 'c', state: many } }, 'state_too_large', 'state has 33 keys, the limit is 32'],
        [{ state: { set: state({ [long]: '1' }) } }, 'field_too_long', 'state name has 130 bytes, the limit is 128'],
        [{ state: { unset: [long] } }, 'field_too_long', 'state name has 130 bytes, the limit is 128'],
        [{ state: { set: state({ a: 'x'.repeat(4096) }) } }, 'state_too_large', 'state has 4097 bytes, the limit is 4096'],
        [{ signal: { type: long } }, 'field_too_long', 'signal type has 130 bytes, the limit is 128'],
        [{ signal: { type: 't', payload: new Uint8Array(16_385) } }, 'signal_too_large',
          'signal payload has 16385 bytes, the limit is 16384'],
        [{ state: { boardRef: 9999 } }, 'not_joined', 'not on board ref 9999'],
        [{}, 'unknown_frame', 'unknown kind of frame'],
      ];
      let id = 100;
      for (const [frame, code, message, ref] of refused) {
        await raw.send({ id: ++id, ...frame });
        const { inReplyTo, boardRef: about, ...error } = await raw.take('error');
        assert.deepEqual({ ...error, inReplyTo, about }, { code, message, inReplyTo: id, about: ref ?? 0 });
      }
      // Together with what is there: the board says so, which has a ref.
      await raw.send({ id: 7, state: { set: state({ b: 'x'.repeat(4091) }) } });
      assert.deepEqual(await raw.take('error'), {
        code: 'state_too_large', message: 'state has 4097 bytes, the limit is 4096', inReplyTo: 7, boardRef,
      });
      const other = client();
      const { members } = await other.join('refusals');
      assert.deepEqual(members.map((member) => [...member.state.keys()]).sort(), [[], ['kept']]);
    });

    test('a frame without a board is for the earliest', async () => {
      const raw = client();
      await raw.send({ id: 3, leave: {} });
      assert.deepEqual(await raw.take('error'), {
        code: 'not_joined', message: 'join a board first', inReplyTo: 3, boardRef: 0,
      });
      const other = client();
      await raw.join('earliest');
      await raw.join('later');
      await other.join('earliest');
      await raw.send({ leave: {} });
      const { left } = await other.take('change', (change) => change.left.length);
      assert.deepEqual(left.map(({ reason }) => reason), ['left']);
    });

    test('a connection is on so many boards at most', async () => {
      const raw = client();
      for (let n = 0; n < 16; n++) await raw.join(`most-${n}`);
      await raw.send({ id: 5, join: { board: 'one-more' } });
      assert.deepEqual(await raw.take('error'), {
        code: 'too_many_boards', message: 'already on 16 boards, the limit', inReplyTo: 5, boardRef: 0,
      });
    });

    test('signals go to all others or to some, after the state that was set before', async () => {
      const [ada, bea, cy, watcher] = [client(), client(), client(), client()];
      const { you: from } = await ada.join('signals');
      const { you: second } = await bea.join('signals');
      await cy.join('signals');
      await watcher.join('signals', { observer: true });
      await ada.until(() => ada.all('change').length >= 2);
      await ada.send({ state: { set: state({ step: '1' }) } }, { signal: { type: 'wave', payload: bytesOf('"hi"') } });
      for (const each of [bea, cy, watcher]) {
        const { boardRef, ...signal } = await each.take('signal');
        assert.deepEqual(signal, { from, type: 'wave', payload: bytesOf('"hi"') });
        assert.ok(each.all('change').some(({ updated }) => updated.some(({ set }) => set.has('step'))), 'the state came before');
      }
      await ada.send({ signal: { type: 'only', to: [second, from, 9999] } }, { signal: { type: 'end' } });
      await cy.take('signal', ({ type }) => type === 'end');
      await bea.take('signal', ({ type }) => type === 'only');
      assert.deepEqual(cy.all('signal'), []);
      await ada.heard();
      assert.deepEqual(ada.all('signal'), [], 'none to itself');
    });

    test('viewports are taken from members and observers, and refused beyond their limits', async () => {
      const [ada, bea] = [client(), client()];
      await ada.join('viewed');
      await bea.join('viewed', { observer: true });
      for (const each of [ada, bea]) await each.send({ viewport: { x: -160, width: 1600, height: 900, follow: [1] } });
      await ada.send({ cursor: { x: 80, y: 16 } });
      await bea.take('cursors', ({ x }) => x.includes(80));
      assert.equal(ada.all('error').length + bea.all('error').length, 0);
      await ada.send({ id: 5, viewport: { follow: Array.from({ length: 17 }, (_, i) => i + 1) } });
      const { code, message, inReplyTo } = await ada.take('error');
      assert.deepEqual([code, message, inReplyTo],
        ['viewport_invalid', 'viewport follows 17 members, the limit is 16', 5]);
      for (let i = 0; i < 60; i++) await bea.send({ viewport: { x: i } });
      const refused = await bea.take('error');
      assert.deepEqual([refused.code, refused.message], ['rate_limited', 'more than 20 viewports a second']);
      assert.ok(refused.retryAfterMs > 0);
    });

    test('a roster in parts: the first members and the total, others when they move, signal or are asked for', async () => {
      const people = [];
      for (let i = 0; i < 6; i++) {
        const each = client();
        people.push({ each, slot: (await each.join('parts')).you });
      }
      const viewer = client();
      const { members, you, total, next } = await viewer.join('parts', { rosterLimit: 3 });
      const known = members.map(({ slot }) => slot);
      assert.deepEqual([known.length, total, known[0]], [3, 7, you]);
      const [mover, sender, ...others] = people.filter(({ slot }) => !known.includes(slot));
      const told = async () => (await viewer.take('change')).joined.map(({ slot }) => slot);
      await mover.each.send({ cursor: { x: 80, y: 16 } });
      assert.deepEqual(await told(), [mover.slot]);
      await viewer.take('cursors', ({ slot }) => slot.includes(mover.slot));
      await sender.each.send({ signal: { type: 'wave' } });
      assert.deepEqual(await told(), [sender.slot]);
      await viewer.take('signal', ({ from }) => from === sender.slot);
      await viewer.send({ id: 9, rosterPage: { from: next, limit: 1 } });
      const first = await viewer.take('change');
      assert.deepEqual(first.joined.map(({ slot }) => slot), [others[0].slot]);
      assert.deepEqual(first.page, { next: others[1].slot, total: 7, inReplyTo: 9 });
      await others[0].each.send({ leave: {} });
      const { left, joined } = await viewer.take('change');
      assert.deepEqual([left.map(({ slot }) => slot), joined], [[others[0].slot], []]);
      await viewer.send({ rosterPage: {} });
      const last = await viewer.take('change');
      assert.deepEqual([last.joined.length, last.page], [1, { next: 0, total: 6 }]);
    });

    test('parts of a roster beyond their limits are refused', async () => {
      const [ada, bea] = [client(), client()];
      const { total } = await ada.join('parted');
      assert.equal(total, undefined);
      await ada.send({ id: 5, rosterPage: { limit: 1001 } }, { id: 6, rosterPage: {} });
      await bea.send({ id: 7, join: { board: 'parted', rosterLimit: 1001 } });
      const refusals = [await ada.take('error'), await ada.take('error'), await bea.take('error')];
      assert.deepEqual(refusals.map(({ code, message, inReplyTo }) => [code, message, inReplyTo]), [
        ['roster_page_invalid', 'limit is 1001, the limit is 1000', 5],
        ['roster_page_invalid', 'this board was joined without a roster_limit: all its members are told', 6],
        ['roster_page_invalid', 'roster_limit is 1001, the limit is 1000', 7],
      ]);
      await bea.join('parted', { rosterLimit: 1 });
      for (let i = 0; i < 40; i++) await bea.send({ rosterPage: {} });
      const refused = await bea.take('error');
      assert.deepEqual([refused.code, refused.message], ['rate_limited', 'more than 10 roster pages a second']);
    });

    test('one member holds a lock, others wait for it, and those who ask are told', async () => {
      const [ada, bea, watcher] = [client(), client(), client()];
      const roster = await ada.join('locked');
      const { boardRef } = await bea.join('locked');
      await watcher.join('locked', { observer: true, locks: true });
      assert.deepEqual(await watcher.take('locks'), { boardRef, held: [], released: [], all: true, more: false });
      const holder = roster.members[0].memberId;
      await ada.send({ id: 4, lock: { name: 'shape', ttlMs: 60_000 } });
      const granted = await ada.take('lockResult');
      assert.deepEqual([granted.name, granted.state, granted.holder, granted.inReplyTo], ['shape', 'granted', holder, 4]);
      assert.ok(granted.fencing > 1e15 && granted.ttlMs > 50_000 && granted.ttlMs <= 60_000);
      assert.deepEqual(await watcher.take('locks'),
        { boardRef, held: [{ name: 'shape', holder, fencing: granted.fencing }], released: [], all: false, more: false });
      await bea.send({ id: 6, lock: { name: 'shape' } }, { id: 8, lock: { name: 'shape', wait: true } });
      const denied = await bea.take('lockResult');
      assert.deepEqual([denied.state, denied.holder, denied.fencing, denied.inReplyTo], ['denied', holder, granted.fencing, 6]);
      assert.equal((await bea.take('lockResult')).state, 'queued');
      await ada.send({ id: 10, lock: { name: 'shape', ttlMs: 50_000 } });
      assert.equal((await ada.take('lockResult')).fencing, granted.fencing, 'a renewal');
      await ada.send({ unlock: { name: 'shape' } });
      const next = await bea.take('lockResult');
      assert.deepEqual([next.state, next.inReplyTo], ['granted', 8]);
      assert.ok(next.fencing > granted.fencing);
      await bea.send({ leave: {} });
      await watcher.take('locks', ({ released }) => released.includes('shape'));
      assert.equal(ada.all('locks').length, 0, 'not asked for');
    });

    test('locks are refused without a name, beyond their limits, and to observers', async () => {
      const [ada, observer] = [client(), client()];
      await ada.join('limited-locks');
      await observer.join('limited-locks', { observer: true });
      const refusal = async (by, frame) => {
        await by.send(frame);
        const { code, message } = await by.take('error');
        return [code, message];
      };
      assert.deepEqual(await refusal(ada, { lock: { name: '' } }), ['lock_invalid', 'the lock has no name']);
      assert.deepEqual(await refusal(ada, { lock: { name: 'x'.repeat(129) } }),
        ['field_too_long', 'lock name has 129 bytes, the limit is 128']);
      assert.deepEqual(await refusal(ada, { lock: { name: 'x', ttlMs: 999 } }),
        ['lock_invalid', 'ttl_ms is 999, the limits are 1000 and 300000']);
      assert.equal((await refusal(observer, { lock: { name: 'x' } }))[0], 'observer');
      for (let i = 0; i < 16; i++) await ada.send({ lock: { name: `n${i}` } });
      assert.deepEqual(await refusal(ada, { lock: { name: 'one more' } }),
        ['too_many_locks', 'the member holds or waits for 16 locks, the limit']);
      for (let i = 0; i < 60; i++) await ada.send({ unlock: { name: 'none' } });
      assert.deepEqual((await ada.take('error', ({ code }) => code === 'rate_limited')).message,
        'more than 20 lock and unlock frames a second');
    });

    test('counts come to those who ask: with the roster and after a change', async () => {
      const [ada, bea, watcher] = [client(), client(), client()];
      await ada.join('counted', { profile: { userId: 'u1' } });
      const { boardRef } = await watcher.join('counted', { observer: true, counts: true });
      const counts = { boardRef, members: 1, observers: 1, users: 1 };
      assert.deepEqual(await watcher.take('counts'), counts);
      await bea.join('counted', { profile: { userId: 'u1' } });
      assert.deepEqual(await watcher.take('counts'), { ...counts, members: 2 });
      await ada.send({ leave: { boardRef } });
      assert.deepEqual(await watcher.take('counts'), counts);
      assert.equal(ada.all('counts').length + bea.all('counts').length, 0);
    });

    test('reactions are summed up for those who ask, of observers too', async () => {
      const [ada, bea, watcher] = [client(), client(), client()];
      await ada.join('reacted');
      await bea.join('reacted', { observer: true });
      const { boardRef } = await watcher.join('reacted', { reactions: true });
      await ada.send({ react: { type: 'heart' } });
      await watcher.take('reactions', ({ reactions }) => reactions[0].type === 'heart');
      await ada.send({ react: { type: 'wave' } }, { react: { type: 'heart' } });
      await bea.send({ react: { type: 'heart' } });
      const sums = new Map();
      await watcher.until(() => {
        sums.clear();
        for (const { boardRef: ref, reactions } of watcher.all('reactions')) {
          assert.equal(ref, boardRef);
          for (const { type, count } of reactions) sums.set(type, (sums.get(type) ?? 0) + count);
        }
        return sums.get('heart') === 2 && sums.get('wave') === 1;
      });
      assert.equal(ada.all('reactions').length + bea.all('reactions').length, 0);
      await ada.send({ id: 9, react: { type: 'x'.repeat(33) } });
      const { inReplyTo, code, message } = await ada.take('error');
      assert.deepEqual([inReplyTo, code, message], [9, 'field_too_long', 'reaction type has 33 bytes, the limit is 32']);
    });

    test('an observer becomes a member, and a member an observer, with a second roster', async () => {
      const [ada, eve] = [client(), client()];
      await ada.join('exchanged', { profile: { name: 'Ada' } });
      assert.equal((await eve.join('exchanged', { observer: true })).you, 0);
      const { you, members, resumeKey } = await eve.join('exchanged', { profile: { name: 'Eve' } });
      assert.ok(you > 0 && resumeKey.length > 0);
      assert.deepEqual(members.map(({ profile }) => profile.name).sort(), ['Ada', 'Eve']);
      await ada.until(() => ada.all('change').some(({ joined }) => joined.length));
      assert.equal((await eve.join('exchanged', { observer: true })).you, 0);
      await ada.until(() => ada.all('change').some(({ left }) => left.some(({ reason }) => reason === 'left')));
      assert.equal(ada.all('change').flatMap(({ left, joined }) => [...left, ...joined]).length, 2);
      assert.equal(eve.all('change').length, 0, 'nothing of itself');
    });

    test('watched boards are told at once and then where something changes, without joining them', async () => {
      const [ada, bea, watcher] = [client(), client(), client()];
      await ada.join('seen', { profile: { name: 'Ada', color: '#123', avatarUrl: 'a.png', userId: 'u1', device: 'pen' } });
      await ada.heard();
      await watcher.send({ watch: { board: ['seen', 'empty', 'seen'], avatars: 1 } });
      const told = new Map();
      const until = async (condition) => {
        while (!condition()) for (const entry of (await watcher.take('watched')).boards) told.set(entry.board, entry);
      };
      await until(() => told.get('seen')?.members === 1 && told.has('empty'));
      const first = [{ userId: 'u1', name: 'Ada', color: '#123', avatarUrl: 'a.png', device: '' }];
      assert.deepEqual(told.get('seen'), { board: 'seen', members: 1, observers: 0, users: 1, first, error: '' });
      assert.deepEqual(told.get('empty'), { board: 'empty', members: 0, observers: 0, users: 0, first: [], error: '' });
      told.delete('empty');
      await bea.join('seen', { profile: { userId: 'u1' } });
      await until(() => told.get('seen').members === 2);
      assert.deepEqual(told.get('seen'), { board: 'seen', members: 2, observers: 0, users: 1, first, error: '' });
      assert.deepEqual([...told.keys()], ['seen'], 'what has not changed is not told again');
      assert.deepEqual(watcher.all('roster'), []);
      assert.deepEqual(ada.all('roster').concat(ada.all('watched')), []);
    });

    test('a watch that is not allowed is refused, and boards without the right are named', async () => {
      const guarded = await startWithTokens();
      const watcher = client(guarded);
      await watcher.send({ auth: { token: guarded.token({ sub: 'wim', boards: { list: ['watch'], seen: ['observe'] } }) } });
      await watcher.send({ watch: { board: ['list', 'secret', 'seen'] } });
      const told = new Map();
      while (told.size < 3) for (const { board, error } of (await watcher.take('watched')).boards) told.set(board, error);
      assert.deepEqual(Object.fromEntries(told), { list: '', secret: 'forbidden', seen: '' });
      await watcher.send({ id: 3, watch: { board: ['a*'] } });
      assert.equal((await watcher.take('error')).code, 'board_id_invalid');
      await watcher.send({ id: 4, watch: { board: Array.from({ length: 201 }, (_, n) => `b${n}`) } });
      assert.deepEqual(await watcher.take('error'), {
        code: 'too_many_watched', message: '201 boards to watch, the limit is 200', inReplyTo: 4, boardRef: 0,
      });
      await watcher.send(...Array.from({ length: 30 }, (_, n) => ({ id: 5 + n, watch: { board: ['list'] } })));
      const { code, message, retryAfterMs } = await watcher.take('error');
      assert.deepEqual([code, message], ['rate_limited', 'more than 5 watch frames a second']);
      assert.ok(retryAfterMs > 0 && retryAfterMs <= 200);
    });

    test('an observer is in no roster and sends nothing', async () => {
      const [watcher, ada] = [client(), client()];
      const roster = await watcher.join('observed', { observer: true });
      assert.deepEqual([roster.you, roster.resumeKey.length, roster.members], [0, 0, []]);
      const { boardRef, members } = await ada.join('observed');
      assert.equal(members.length, 1);
      for (const frame of [{ state: {} }, { cursor: { x: 1, y: 1, hidden: false } }, { signal: { type: 't' } }]) {
        await watcher.send({ id: 9, ...frame });
        assert.deepEqual(await watcher.take('error'), {
          code: 'observer', message: 'observers send nothing to a board', inReplyTo: 9, boardRef,
        });
      }
      const { joined } = await watcher.take('change');
      assert.equal(joined.length, 1);
    });

    test('cursors: the newest position, also in a later roster; no frame for the only member', async () => {
      const [ada, bea] = [client(), client()];
      const { you } = await ada.join('cursors');
      await ada.send({ cursor: { x: 16, y: -32, hidden: false } });
      await ada.heard();
      const { members } = await bea.join('cursors');
      assert.deepEqual(members.find(({ slot }) => slot === you).cursor, { x: 16, y: -32, hidden: false });
      assert.deepEqual(ada.all('cursors'), []);
      for (let x = 1; x <= 40; x++) await ada.send({ cursor: { x, y: 2 ** 25, hidden: x === 40 } });
      const newest = () => bea.all('cursors').at(-1);
      await bea.until(() => newest()?.x[0] === 40, 'the last position');
      const { slot, y, hidden, ageMs } = newest();
      assert.deepEqual([slot, y, hidden], [[you], [2 ** 25 - 1], [you]]);
      assert.equal(ageMs.length, 1);
      assert.ok(bea.all('cursors').length < 40, 'positions are merged');
    });

    test('a member whose connection is lost is away, and resumes unchanged', async () => {
      const [ada, bea] = [client(), client()];
      const mine = await ada.join('lost', { profile: { name: 'Ada' }, state: state({ tool: '1' }) });
      await bea.join('lost');
      await ada.until(() => ada.all('change').length === 1);
      await node.cut(ada);
      const { updated } = await bea.take('change');
      assert.deepEqual(updated.map(({ slot, status, version }) => [slot, status, version]), [[mine.you, 'away', 2]]);
      const back = client();
      const again = await back.join('lost', { profile: undefined, resumeKey: mine.resumeKey });
      assert.deepEqual([again.you, again.resumeKey], [mine.you, mine.resumeKey]);
      const self = again.members.find(({ slot }) => slot === again.you);
      assert.deepEqual(self.memberId, mine.members[0].memberId);
      assert.deepEqual([self.status, self.profile.name, self.state], ['active', 'Ada', state({ tool: '1' })]);
      assert.equal(self.version, 2 ** 24);
      const change = await bea.take('change');
      assert.deepEqual([change.left, change.joined], [[], []]);
      assert.deepEqual(change.updated.map(({ slot, status }) => [slot, status]), [[mine.you, 'active']]);
    });

    test('a join that is sent again before its roster came is the same member', async () => {
      const newKey = crypto.getRandomValues(new Uint8Array(16));
      const [bea, first, again] = [client(), client(), client()];
      await bea.join('again');
      const { you, members } = await first.join('again', { newKey });
      assert.equal(members.find(({ slot }) => slot === you).version, 1);
      await node.cut(first);
      const roster = await again.join('again', { newKey, afterVersion: 2 ** 25 });
      const self = roster.members.find(({ slot }) => slot === roster.you);
      assert.deepEqual([roster.you, self.version], [you, 3 * 2 ** 24]);
      assert.equal(roster.resumeKey.length, 16);
      assert.equal(bea.all('change').flatMap(({ joined }) => joined).length, 1);
    });

    for (const [what, newKey] of [['is too short', new Uint8Array(15).map((_, i) => i)], ['is not random', new Uint8Array(16)]]) {
      test(`a new key that ${what} is not used`, async () => {
        const [ada, bea] = [client(), client()];
        const { you } = await ada.join(`weak ${what}`.replaceAll(' ', '-'), { newKey });
        const roster = await bea.join(`weak ${what}`.replaceAll(' ', '-'), { newKey });
        assert.notEqual(roster.you, you);
        assert.equal(roster.members.length, 2);
      });
    }

    test('a close with 1000 leaves; one with 4001 may come back', async () => {
      const [ada, bea, cy] = [client(), client(), client()];
      await cy.join('closes');
      const { you } = await ada.join('closes');
      const { you: stays } = await bea.join('closes');
      await cy.until(() => cy.all('change').flatMap(({ joined }) => joined).length === 2);
      cy.frames = [];
      ada.close(1000);
      const { left } = await cy.take('change', (change) => change.left.length);
      assert.deepEqual(left, [{ slot: you, reason: 'left' }]);
      bea.close(4001);
      const { updated } = await cy.take('change');
      assert.deepEqual(updated.map(({ slot, status }) => [slot, status]), [[stays, 'away']]);
    });

    test('the grace ends: the member has timed out, and its key makes a new one', async () => {
      const short = await start({ graceMs: SHORT_GRACE_MS });
      const [ada, bea] = [client(short), client(short)];
      const { you, resumeKey, members: [before] } = await ada.join('grace');
      await bea.join('grace');
      await short.cut(ada);
      const { left } = await bea.take('change', (change) => change.left.length);
      assert.deepEqual(left, [{ slot: you, reason: 'timed_out' }]);
      const back = client(short);
      const again = await back.join('grace', { resumeKey });
      const self = again.members.find(({ slot }) => slot === again.you);
      assert.notDeepEqual(self.memberId, before.memberId);
      assert.notDeepEqual(again.resumeKey, resumeKey);
    });

    test('a join with the key of a member replaces its connection', async () => {
      const [ada, thief, heir] = [client(), client(), client()];
      const { resumeKey } = await ada.join('replaced');
      const { you } = await thief.join('replaced', { resumeKey });
      await ada.until(() => ada.closed === 4409);
      await thief.join('replaced-2');
      const again = await heir.join('replaced', { resumeKey });
      assert.equal(again.you, you);
      const { boardRef, ...error } = await thief.take('error');
      assert.deepEqual(error, { code: 'replaced', message: "another connection came with this member's key" });
      assert.equal(boardRef, again.boardRef);
      await thief.heard();
      assert.equal(thief.closed, null, 'it is on another board');
    });

    test('a board has so many members at most', async () => {
      const small = await start({ maxMembers: 1 });
      const [ada, bea] = [client(small), client(small)];
      const { boardRef } = await ada.join('full');
      await bea.send({ id: 2, join: { board: 'full' } });
      assert.deepEqual(await bea.take('error'), {
        code: 'board_full', message: 'board has 1 members, the limit', retryAfterMs: 5000, inReplyTo: 2, boardRef,
      });
    });

    test('too many states, signals and joins in a second are refused, and say when', async () => {
      const [ada, bea] = [client(), client()];
      const { boardRef } = await ada.join('rates');
      const kinds = {
        state: [(n) => ({ state: { set: state({ n: `${n}` }) } }), 50, 'state frames'],
        signal: [() => ({ signal: { type: 't' } }), 50, 'signals'],
      };
      for (const [kind, [frame, most, what]] of Object.entries(kinds)) {
        const count = 6 * most;
        await ada.send(...Array.from({ length: count }, (_, n) => ({ id: n + 1, ...frame(n) })));
        await ada.heard();
        const errors = ada.all('error');
        ada.frames = [];
        assert.ok(errors.length > 0 && errors.length <= count - 2 * most, `${kind}: ${errors.length} refused`);
        for (const error of errors) {
          assert.deepEqual([error.code, error.message, error.boardRef], ['rate_limited', `more than ${most} ${what} a second`, boardRef]);
          assert.ok(error.retryAfterMs > 0 && error.retryAfterMs <= 1000 / most, `${error.retryAfterMs}`);
          assert.ok(error.inReplyTo > 2 * most);
        }
      }
      await bea.send(...Array.from({ length: 80 }, () => ({ join: { board: 'rates' } })));
      await bea.heard();
      const joins = bea.all('error').filter(({ code }) => code === 'rate_limited');
      // The second join of a board is refused before it counts.
      assert.deepEqual(joins, []);
      const names = Array.from({ length: 15 }, (_, n) => `rate-${n}`);
      for (let round = 0; round < 6; round++) {
        await bea.send(...names.flatMap((board) => [{ join: { board } }, { leave: { boardRef: 0 } }]));
      }
      await bea.until(() => bea.all('error').some(({ message }) => message === 'more than 20 joins a second'));
      assert.equal(bea.all('error').find(({ code }) => code === 'rate_limited').retryAfterMs, 1000);
    });

    test('bytes that are no frame, or too many, end the connection', async () => {
      const [noise, big] = [client(), client()];
      await noise.send(Uint8Array.of(0xff, 0xff, 0xff));
      await noise.until(() => noise.closed === 4400);
      await big.send(new Uint8Array(65_537));
      await big.until(() => big.closed === 1009);
    });

    test('an operator removes a member, and may ban its user', async () => {
      const guarded = await startWithTokens();
      const [ada, bea] = [client(guarded), client(guarded)];
      await ada.send({ auth: { token: guarded.token({ sub: 'ada' }) } });
      await bea.send({ auth: { token: guarded.token({ sub: 'bea' }) } });
      const { you, boardRef } = await ada.join('kicks');
      await bea.join('kicks');
      await guarded.kick({ userId: 'ada', board: 'kicks', reason: 'spam', banMs: 60_000 });
      assert.deepEqual(await ada.take('error'), { code: 'kicked', message: 'spam', boardRef });
      await ada.until(() => ada.closed === 4410);
      const { left } = await bea.take('change', (change) => change.left.length);
      assert.deepEqual(left, [{ slot: you, reason: 'kicked' }]);
      const again = client(guarded);
      await again.send({ auth: { token: guarded.token({ sub: 'ada' }) } }, { id: 4, join: { board: 'kicks' } });
      const { retryAfterMs, ...error } = await again.take('error');
      assert.deepEqual(error, {
        code: 'forbidden', message: 'banned from this board by an operator', inReplyTo: 4, boardRef,
      });
      assert.ok(retryAfterMs > 0 && retryAfterMs <= 60_000);
    });

    test('a token decides the user id, the name and the rights', async () => {
      const guarded = await startWithTokens();
      const [anonymous, ada, wrong] = [client(guarded), client(guarded), client(guarded)];
      await anonymous.send({ id: 1, join: { board: 'tokens' } });
      assert.deepEqual(await anonymous.take('error'), { code: 'unauthorized', message: 'a token is needed first', boardRef: 0 });
      await anonymous.until(() => anonymous.closed === 4401);
      await wrong.send({ auth: { token: 'none' } });
      assert.equal((await wrong.take('error')).code, 'unauthorized');
      await wrong.until(() => wrong.closed === 4401);

      const boards = { tokens: ['join', 'signal'], silent: ['join'] };
      await ada.send({ auth: { token: guarded.token({ sub: 'ada', name: 'Ada', boards }) } });
      const { members: [self] } = await ada.join('tokens', { profile: { name: 'Eve', color: '#1', userId: 'eve' } });
      assert.deepEqual(self.profile, { userId: 'ada', name: 'Ada', color: '#1', avatarUrl: '', device: '' });
      await ada.send({ id: 2, join: { board: 'secret' } });
      assert.deepEqual(await ada.take('error'), {
        code: 'forbidden', message: 'the token does not allow to join this board', inReplyTo: 2, boardRef: 0,
      });
      const { boardRef } = await ada.join('silent');
      await ada.send({ id: 3, signal: { boardRef, type: 't' } });
      assert.deepEqual(await ada.take('error'), {
        code: 'forbidden', message: 'the token does not allow signals on this board', inReplyTo: 3, boardRef,
      });
      await ada.send({ auth: { token: guarded.token({ sub: 'bea' }) } });
      assert.deepEqual(await ada.take('error'), {
        code: 'unauthorized', message: 'the token is for another user than the one before', boardRef: 0,
      });
      await ada.until(() => ada.closed === 4401);
    });

    test('a fresh token that takes a board away ends the connection', async () => {
      const guarded = await startWithTokens();
      const ada = client(guarded);
      await ada.send({ auth: { token: guarded.token({ sub: 'ada' }) } });
      await ada.join('taken-away');
      await ada.send({ auth: { token: guarded.token({ sub: 'ada', boards: { other: ['join'] } }) } });
      await ada.until(() => ada.closed === 4403);
    });

    test('a token in the handshake is as good as one in a frame', async () => {
      const guarded = await startWithTokens();
      const token = guarded.token({ sub: 'ada' });
      for (const [where, raw] of Object.entries({
        subprotocol: client({ ...guarded, protocols: ['presence.v1', `bearer.${token}`] }),
        query: client({ ...guarded, url: `${guarded.url}?token=${encodeURIComponent(token)}` }),
      })) {
        const { members } = await raw.join(where);
        assert.equal(members[0].profile.userId, 'ada', where);
      }
    });

    test('a resume key is of no use to another user, nor after a leave', async () => {
      const guarded = await startWithTokens();
      const [ada, bea, again] = [client(guarded), client(guarded), client(guarded)];
      await ada.send({ auth: { token: guarded.token({ sub: 'ada' }) } });
      await bea.send({ auth: { token: guarded.token({ sub: 'bea' }) } });
      await again.send({ auth: { token: guarded.token({ sub: 'ada' }) } });
      const { you, resumeKey } = await ada.join('keys');
      const { you: other, members } = await bea.join('keys', { resumeKey });
      assert.notEqual(other, you);
      assert.equal(members.length, 2);
      await ada.send({ leave: {} });
      await bea.take('change', ({ left }) => left.some(({ slot }) => slot === you));
      const late = await again.join('keys', { resumeKey });
      assert.equal(late.members.length, 2);
      assert.notDeepEqual(late.resumeKey, resumeKey);
    });

    test('the new key of one user is of no use to another', async () => {
      const guarded = await startWithTokens();
      const [ada, bea] = [client(guarded), client(guarded)];
      await ada.send({ auth: { token: guarded.token({ sub: 'ada' }) } });
      await bea.send({ auth: { token: guarded.token({ sub: 'bea' }) } });
      const newKey = crypto.getRandomValues(new Uint8Array(16));
      const { you } = await ada.join('new-keys', { newKey });
      const roster = await bea.join('new-keys', { newKey, afterVersion: 2 ** 24 });
      assert.notEqual(roster.you, you);
      assert.equal(roster.members.length, 2);
      assert.equal(ada.closed, null);
    });

    test('an operator sends signals to all, also to observers', async () => {
      const [ada, watcher] = [client(), client()];
      const { boardRef } = await ada.join('announced');
      await watcher.join('announced', { observer: true });
      await node.announce('announced', 'notice', '"soon"');
      for (const each of [ada, watcher]) {
        assert.deepEqual(await each.take('signal'), { boardRef, from: 0, type: 'notice', payload: bytesOf('"soon"') });
      }
    });

    test('a node that stops asks its clients to go, and then closes with 1012', async () => {
      const leaving = await start({});
      const ada = client(leaving);
      await ada.join('leaving');
      leaving.drain();
      const { reason, reconnectAfterMs } = await ada.take('goingAway');
      assert.equal(reason, 'restart');
      assert.ok(reconnectAfterMs >= 0 && reconnectAfterMs < 10_000);
      await ada.heard();
      await ada.until(() => ada.closed === 1012);
    });

    test('a big roster comes in parts', async () => {
      const crowd = Array.from({ length: 20 }, () => client());
      const big = state({ big: 'x'.repeat(4000) });
      for (const each of crowd) await each.join('big', { state: big });
      const reader = client();
      await reader.send({ join: { board: 'big' } });
      const roster = await reader.take('roster');
      assert.equal(roster.more, true);
      assert.ok(roster.members.some(({ slot }) => slot === roster.you), 'oneself is in the first part');
      await reader.until(() => reader.all('change').some(({ more }) => !more));
      const slots = [...roster.members, ...reader.all('change').flatMap(({ joined }) => joined)].map(({ slot }) => slot);
      assert.equal(new Set(slots).size, 21);
    });
  });
}
