import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { createApi } from '../src/server/server.js';

const TOKEN = 'the token of the test';
const REFUSED = { error: { code: 'writes_refused', message: 'Redis refuses writes' } };

/**
 * A server that answers with what `answers` gives in turn, the last one again and again, and an API that calls it.
 *
 * @param answers of `[status, body]`, `null` to cut the connection, `undefined` to say nothing
 * @returns the API and all requests, as `METHOD address body`
 */
async function apiOf(t, answers, options = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push(`${request.method} ${request.url}${body && ` ${body}`}`);
    assert.equal(request.headers.authorization, `Bearer ${TOKEN}`);
    assert.equal(request.headers['content-type'], body ? 'application/json' : undefined);
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (answer === null) request.socket.destroy();
    if (!answer) return;
    const [status, content, headers] = answer;
    response.writeHead(status, headers).end(typeof content === 'string' ? content : JSON.stringify(content));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  return { api: createApi({ url, token: TOKEN, ...options }), requests, url, server };
}

const path = { board: 'left/wing ü?#%' };
const ADDRESS = '/api/v1/boards/left%2Fwing%20%C3%BC%3F%23%25';

test('a call sends its path, query and body, and resolves with the answer', async (t) => {
  const { api, requests } = await apiOf(t, [[200, { members: [] }], [202, { sent: true }], [200, {}], [200, {}], [204, '']]);
  assert.deepEqual(await api.get('/boards/{board}/members', { path, query: { limit: 5, after: undefined } }), { members: [] });
  assert.deepEqual(await api.post('/boards/{board}/signals', { path, body: { type: 'x', payload: undefined } }), { sent: true });
  await api.get('/events', { query: { kind: ['member.left', 'signal'], board: 'a&b' } });
  await api.delete('/bans', { query: { user_id: 'bob' } });
  assert.equal(await api.put('/nothing'), undefined);
  assert.deepEqual(requests, [
    `GET ${ADDRESS}/members?limit=5`, `POST ${ADDRESS}/signals {"type":"x"}`,
    'GET /api/v1/events?kind=member.left&kind=signal&board=a%26b', 'DELETE /api/v1/bans?user_id=bob', 'PUT /api/v1/nothing',
  ]);
});

test('an API below another path, with and without a slash', async (t) => {
  const { requests, url } = await apiOf(t, [[200, {}]]);
  for (const address of [`${url}/presence`, `${url}/presence/`, new URL(`${url}/presence/`)]) {
    await createApi({ url: address, token: TOKEN }).get('/boards');
  }
  assert.deepEqual(requests, Array(3).fill('GET /presence/api/v1/boards'));
});

test('no value of a variable leads to another path', async (t) => {
  const { api, requests } = await apiOf(t, [[200, {}]]);
  for (const board of ['', '.', '..', undefined]) {
    await assert.rejects(api.get('/boards/{board}/counts', { path: { board } }), { name: 'TypeError' });
  }
  await assert.rejects(api.get('/boards/{board}/counts'), { name: 'TypeError', message: /needs board/ });
  await api.get('/boards/{board}/counts', { path: { board: '../users' } });
  assert.deepEqual(requests, ['GET /api/v1/boards/..%2Fusers/counts']);
});

test('a refusal has the code of the service', async (t) => {
  const { api } = await apiOf(t, [[401, { error: { code: 'unauthorized', message: 'send the token' } }]]);
  await assert.rejects(api.get('/boards'), { name: 'PresenceApiError', code: 'unauthorized', status: 401, message: 'send the token' });
});

test('another server than the service is told apart, and does not get the token by a redirect', async (t) => {
  const other = await apiOf(t, [[200, {}]]);
  const answers = [[404, '<html>'], [400, {}], [200, '<html>'], [302, '', { location: `${other.url}/api/v1/boards` }]];
  const { api, requests } = await apiOf(t, answers);
  for (const [status] of answers) await assert.rejects(api.get('/boards'), { code: 'unexpected_answer', status });
  assert.equal(requests.length, 4);
  assert.deepEqual(other.requests, []);
});

for (const [what, failure, code] of [['no answer', null, 'unreachable'], ['503', [503, REFUSED], 'writes_refused'], ['502', [502, ''], 'unexpected_answer']]) {
  test(`${what}: GET and PUT are repeated, POST and DELETE are not`, async (t) => {
    const passing = await apiOf(t, [failure, failure, [200, { total: 1 }]]);
    assert.deepEqual(await passing.api.get('/boards'), { total: 1 });
    assert.equal(passing.requests.length, 3);
    for (const [method, times] of [['get', 3], ['put', 3], ['post', 1], ['delete', 1]]) {
      const { api, requests } = await apiOf(t, [failure]);
      await assert.rejects(api[method]('/boards'), { name: 'PresenceApiError', code });
      assert.equal(requests.length, times, method);
    }
    const { api, requests } = await apiOf(t, [failure], { retries: 0 });
    await assert.rejects(api.get('/boards'), { code });
    assert.equal(requests.length, 1);
  });
}

test('what the service refuses is not repeated', async (t) => {
  for (const status of [400, 404, 409, 429, 500]) {
    const { api, requests } = await apiOf(t, [[status, REFUSED]]);
    await assert.rejects(api.get('/boards'), { status });
    assert.equal(requests.length, 1);
  }
});

test('an answer that breaks off is unreachable', async (t) => {
  const { api, server } = await apiOf(t, [undefined], { retries: 0 });
  server.on('request', (request, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('{', () => request.socket.destroy());
  });
  await assert.rejects(api.get('/boards'), { code: 'unreachable', status: 0 });
});

test('a call ends at its timeout, repetitions included, and when its caller says so', async (t) => {
  const silent = await apiOf(t, [undefined], { timeoutMs: 20 });
  await assert.rejects(silent.api.get('/boards'), { name: 'PresenceApiError', code: 'timeout', status: 0 });
  const failing = await apiOf(t, [[503, REFUSED]], { retries: 1000 });
  await assert.rejects(failing.api.get('/boards', { timeoutMs: 300 }), { code: 'timeout' });
  const stop = new AbortController();
  const called = silent.api.get('/boards', { signal: stop.signal, timeoutMs: 60_000 });
  stop.abort(new Error('enough'));
  await assert.rejects(called, { message: 'enough' });
  const half = await apiOf(t, [undefined]);
  half.server.on('request', (_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('{');
  });
  const reading = new AbortController();
  const half200 = (...args) => fetch(...args).finally(() => setTimeout(() => reading.abort(new Error('no more'))));
  const read = createApi({ url: half.url, token: TOKEN, retries: 0, fetch: half200 }).get('/boards', { signal: reading.signal });
  await assert.rejects(read, { message: 'no more' });
  await assert.rejects(silent.api.get('/boards', { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('pages follow each other', async (t) => {
  const pages = [{ boards: [1], next: 'a&b' }, { boards: [2], next: null }];
  const { api, requests } = await apiOf(t, pages.map((page) => [200, page]));
  const seen = [];
  for await (const { boards } of api.pages('/boards', { query: { limit: 1 } })) seen.push(...boards);
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(requests, ['GET /api/v1/boards?limit=1', 'GET /api/v1/boards?limit=1&after=a%26b']);
});

test('pages of the event log end with the latest event', async (t) => {
  const pages = [{ events: [1], next: '1-0', more: true, gap: false }, { events: [2], next: '2-0', more: false, gap: false }];
  const { api, requests } = await apiOf(t, pages.map((page) => [200, page]));
  const seen = [];
  for await (const { events } of api.pages('/events')) seen.push(...events);
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(requests, ['GET /api/v1/events', 'GET /api/v1/events?after=1-0']);
});

test('an API without an address or a token is a fault of the program', () => {
  for (const options of [{ url: 'presence', token: TOKEN }, { token: TOKEN }, { url: 'http://localhost', token: '' }, { url: 'http://localhost' }]) {
    assert.throws(() => createApi(options), { name: 'TypeError' });
  }
});
