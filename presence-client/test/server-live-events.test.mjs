import assert from 'node:assert/strict';
import test from 'node:test';
import { createApi } from '../src/server/server.js';

const event = (id, more) => ({ id, kind: 'member.joined', data: {}, ...more });
const text = (one) => `id: ${one.id}\nevent: ${one.kind}\ndata: ${JSON.stringify(one)}\n\n`;
const begins = (id) => `: begins after ${id}\nid: ${id}\n\n`;

/**
 * An API before which `streams` are opened in turn: texts of a stream, or an error, or a Response. After the last one it waits.
 *
 * @returns the API and the addresses and signals of all requests
 */
function apiOf(streams, chunkBytes = Infinity) {
  const asked = [];
  const fetch = async (address, { headers, signal }) => {
    assert.equal(headers.accept, 'text/event-stream');
    asked.push({ query: new URL(address).search, signal });
    const stream = streams[asked.length - 1];
    if (stream instanceof Error) throw stream;
    if (stream instanceof Response) return stream;
    const left = Buffer.from((stream ?? [': waits\n\n']).join(''));
    let at = 0;
    const body = new ReadableStream({
      start(controller) {
        signal.addEventListener('abort', () => controller.error(signal.reason));
      },
      pull(controller) {
        if (at < left.length) controller.enqueue(left.subarray(at, at += Math.min(chunkBytes, left.length - at)));
        else if (stream) controller.close();
      },
    });
    return new Response(body);
  };
  return { api: createApi({ url: 'http://node', token: 't', fetch, timeoutMs: 1000 }), asked };
}

/** Reads so many events. */
async function read(api, count, options) {
  const events = [];
  for await (const one of api.liveEvents(options)) if (events.push(one) === count) break;
  return events;
}

const timed = (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const ticking = setInterval(() => t.mock.timers.tick(50), 1);
  t.after(() => clearInterval(ticking));
};

test('events are read whatever the chunks', async () => {
  const events = [event('1-0', { board: 'bürd 🎉' }), event('2-0', { data: { name: 'a: b' } })];
  for (const bytes of [1, 2, 3, 7, 1000]) {
    const { api, asked } = apiOf([[begins('0-0'), ...events.map(text)]], bytes);
    assert.deepEqual(await read(api, 2, { board: 'bürd 🎉', kind: ['member.joined', 'signal'] }), events);
    assert.equal(asked[0].query, `?board=${new URLSearchParams([['', 'bürd 🎉']]).toString().slice(1)}&kind=member.joined&kind=signal`);
    assert.ok(asked[0].signal.aborted, 'the stream is still open');
  }
});

test('a broken stream goes on after its last id', async (t) => {
  timed(t);
  const { api, asked } = apiOf([
    [begins('5-0')],
    new TypeError('fetch failed'),
    new Response('', { status: 502 }),
    [begins('5-0'), text(event('6-0')), text(event('7-0')).slice(0, -1)],
    [begins('6-0'), text(event('7-0')), 'id: 9-0\n\n', 'event: end\ndata: {"reason":"slow_reader"}\n\n'],
    [text(event('10-0'))],
  ]);
  assert.deepEqual((await read(api, 3)).map(({ id }) => id), ['6-0', '7-0', '10-0']);
  assert.deepEqual(asked.map(({ query }) => query), ['', '?after=5-0', '?after=5-0', '?after=5-0', '?after=6-0', '?after=9-0']);
});

test('a stream begins where its caller says', async () => {
  const { api, asked } = apiOf([[text(event('2-0'))]]);
  await read(api, 1, { after: '1-0' });
  assert.equal(asked[0].query, '?after=1-0');
});

test('a gap is told at its place', async () => {
  const told = [];
  const { api } = apiOf([[text(event('1-0')), 'event: gap\ndata: {"reason":"r"}\n\n', text(event('5-0'))]]);
  for await (const { id } of api.liveEvents({ onGap: () => told.push('gap') })) if (told.push(id) === 3) break;
  assert.deepEqual(told, ['1-0', 'gap', '5-0']);
  const failing = apiOf([['event: gap\ndata: {}\n\n']]);
  await assert.rejects(read(failing.api, 1, { onGap() { throw new Error('mine'); } }), { message: 'mine' });
});

test('a stream that is silent is opened anew', async (t) => {
  timed(t);
  const { api, asked } = apiOf([undefined, [text(event('1-0'))]]);
  assert.deepEqual(await read(api, 1), [event('1-0')]);
  assert.equal(asked.length, 2);
});

test('what the node refuses for good is thrown', async () => {
  const refused = (status, code) => new Response(JSON.stringify({ error: { code, message: 'm' } }), { status });
  for (const [status, code] of [[404, 'events_off'], [401, 'unauthorized'], [400, 'bad_after']]) {
    await assert.rejects(read(apiOf([refused(status, code)]).api, 1), { name: 'PresenceApiError', code, status });
  }
  await assert.rejects(read(apiOf([new Response('', { status: 302 })]).api, 1), { code: 'unexpected_answer' });
});

test('an aborted signal ends it: at once, between events, while it waits and in a pause', async (t) => {
  const reason = new Error('enough');
  await assert.rejects(read(apiOf([]).api, 1, { signal: AbortSignal.abort(reason) }), reason);
  const between = new AbortController();
  const seen = [];
  await assert.rejects(async () => {
    const { api } = apiOf([[text(event('1-0')), text(event('2-0'))]]);
    for await (const { id } of api.liveEvents({ signal: between.signal })) {
      seen.push(id);
      between.abort(reason);
    }
  }, reason);
  assert.deepEqual(seen, ['1-0']);
  for (const streams of [[], [new TypeError('fetch failed'), [text(event('1-0'))]]]) {
    const stop = new AbortController();
    const { api } = apiOf(streams);
    const reading = read(api, 1, { signal: stop.signal });
    setImmediate(() => stop.abort(reason));
    await assert.rejects(reading, reason);
  }
});
