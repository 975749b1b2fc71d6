// The live stream of events: Server-Sent Events over fetch, because EventSource sends no token and is not everywhere.

/** Nodes send something every 15 s. */
const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/**
 * Yields events, and connects again when the stream breaks.
 *
 * @param open resolves with the response to a request that names the id after which the stream continues; at first it is empty
 * @throws what `open` does when the node refuses for good, and the reason of `signal`
 */
export async function* liveEvents(open, { signal, onGap, connectTimeoutMs }) {
  let lastId = '';
  for (let failures = 0; ; failures++) {
    const stream = new EventStream(open, signal);
    try {
      for (let message = await stream.begin(lastId, connectTimeoutMs); message; message = await stream.next()) {
        failures = 0;
        lastId = message.id ?? lastId;
        if (message.event === 'gap') onGap?.();
        else if (message.data && message.event !== 'end') yield JSON.parse(message.data);
      }
    } finally {
      stream.end();
    }
    const longest = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    await stream.pause(longest * (0.5 + Math.random() / 2));
  }
}

/** One connection. Its methods throw the reason of the signal once it is aborted. */
class EventStream {
  #open;
  #signal;
  #stop = new AbortController();
  #messages = null;
  #onAbort = () => this.#stop.abort(this.#signal.reason);

  constructor(open, signal) {
    this.#open = open;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  /** Resolves with the first message; null if there is no connection. */
  async begin(lastId, timeoutMs) {
    const response = await this.#within(timeoutMs, () => this.#open(lastId, this.#stop.signal));
    if (!response) return null;
    this.#messages = messages(response.body);
    return this.next();
  }

  /** Resolves with the next message; null if the stream has ended, broken or is silent. */
  async next() {
    const step = await this.#within(SILENCE_MS, () => this.#messages.next());
    return step?.value ?? null;
  }

  async #within(ms, work) {
    this.#signal?.throwIfAborted();
    const timer = setTimeout(() => this.#stop.abort(), ms);
    try {
      return await work();
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (error.name === 'PresenceApiError' && error.code !== 'unreachable' && error.status < 500) throw error;
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  pause(ms) {
    return new Promise((resolve, reject) => {
      const signal = this.#signal;
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      if (signal?.aborted) onAbort();
      signal?.addEventListener('abort', onAbort);
    });
  }

  end() {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#stop.abort();
  }
}

/** Messages of a stream: those with data, and those with an id alone. */
async function* messages(body) {
  let message = {};
  for await (const line of lines(body)) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name) {
      message[name] = value;
    } else if (!line && Object.keys(message).length > 0) {
      yield message;
      message = {};
    }
  }
}

async function* lines(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const parts = (rest + decoder.decode(chunk.value, { stream: true })).split('\n');
    rest = parts.pop();
    yield* parts;
  }
}
