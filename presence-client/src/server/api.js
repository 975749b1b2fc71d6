// server.d.ts documents the API.
import { liveEvents } from './live-events.js';

const ROOT = '/api/v1';
/** Where a second call has the same answer. Of a repeated DELETE the second one says that there was nothing to remove. */
const REPEATABLE = ['GET', 'PUT'];
const RETRIED_STATUS = [502, 503, 504];
const FIRST_PAUSE_MS = 100;

export class PresenceApiError extends Error {
  constructor(code, message, status = 0, options) {
    super(message, options);
    this.name = 'PresenceApiError';
    this.code = code;
    this.status = status;
  }
}

export function createApi({ url, token, timeoutMs = 10_000, retries = 2, fetch = globalThis.fetch }) {
  const root = `${String(new URL(url)).replace(/\/$/, '')}${ROOT}`;
  if (!token) throw new TypeError('the API needs a token');
  return new PresenceApi({ root, token, timeoutMs, retries, fetch });
}

class PresenceApi {
  #settings;

  constructor(settings) {
    this.#settings = settings;
  }

  get(path, options) {
    return this.#call('GET', path, options);
  }

  post(path, options) {
    return this.#call('POST', path, options);
  }

  put(path, options) {
    return this.#call('PUT', path, options);
  }

  delete(path, options) {
    return this.#call('DELETE', path, options);
  }

  async* pages(path, options = {}) {
    for (let { query } = options, next; ; query = { ...query, after: next }) {
      const page = await this.get(path, { ...options, query });
      yield page;
      ({ next } = page);
      // The log of events is never at its end: it says whether there is more now.
      if (!(page.more ?? next !== null)) return;
    }
  }

  liveEvents({ after, board, kind, signal, onGap } = {}) {
    const open = (lastId, stop) => this.#answered('GET', '/events/live', {
      query: { after: lastId || after, board, kind }, headers: { accept: 'text/event-stream' }, signal: stop,
    });
    return liveEvents(open, { signal, onGap, connectTimeoutMs: this.#settings.timeoutMs });
  }

  async #call(method, path, { timeoutMs = this.#settings.timeoutMs, signal, ...request } = {}) {
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
    const retries = REPEATABLE.includes(method) ? this.#settings.retries : 0;
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await this.#answered(method, path, { ...request, signal: either });
        return await bodyOf(response, `${method} ${path}`);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (deadline.aborted) throw new PresenceApiError('timeout', `${method} ${path}: no answer within ${timeoutMs} ms`);
        if (attempt >= retries || !isPassing(error)) throw error;
        await pause(FIRST_PAUSE_MS * 2 ** attempt * (1 + Math.random()), either);
      }
    }
  }

  /** Sends one request; resolves with an answer of status 200 to 299 alone. */
  async #answered(method, path, { path: variables, query, headers, body, signal }) {
    const { root, token, fetch } = this.#settings;
    const address = `${root}${filled(path, variables)}${queryOf(query)}`;
    let response;
    try {
      response = await fetch(address, {
        method,
        headers: {
          authorization: `Bearer ${token}`, ...body !== undefined && { 'content-type': 'application/json' }, ...given(headers),
        },
        body: body === undefined ? null : JSON.stringify(body),
        // Nodes do not redirect; what does must not get the token.
        redirect: 'manual',
        signal,
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new PresenceApiError('unreachable', `${method} ${path}: ${cause.cause?.message ?? cause.message}`, 0, { cause });
    }
    if (!response.ok) throw await refusal(response, `${method} ${path}`);
    return response;
  }
}

const isPassing = ({ code, status }) => code === 'unreachable' || RETRIED_STATUS.includes(status);

/** Fills the variables of a path, so that no value leads to another path. */
function filled(path, variables = {}) {
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = variables[name];
    if (value === undefined || value === '') throw new TypeError(`${path} needs ${name}`);
    // To fetch they are steps in the path, however they are escaped.
    if (value === '.' || value === '..') throw new TypeError(`${name} cannot be ${value} in an address`);
    return encodeURIComponent(value);
  });
}

const given = (values = {}) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** A list becomes a parameter for each of its values. */
function queryOf(query) {
  const pairs = Object.entries(given(query)).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}

async function bodyOf(response, call) {
  const text = await textOf(response, call);
  try {
    return text ? JSON.parse(text) : undefined;
  } catch (cause) {
    throw new PresenceApiError('unexpected_answer', `${call}: the answer is no JSON`, response.status, { cause });
  }
}

/** What a node says, or whatever else has answered. */
async function refusal(response, call) {
  const text = await textOf(response, call);
  try {
    const { code, message } = JSON.parse(text).error;
    return new PresenceApiError(code, message, response.status);
  } catch {
    return new PresenceApiError('unexpected_answer', `${call}: status ${response.status} without an error of the API`, response.status);
  }
}

async function textOf(response, call) {
  try {
    return await response.text();
  } catch (cause) {
    throw new PresenceApiError('unreachable', `${call}: the answer broke off`, 0, { cause });
  }
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
