/** One direction of a connection: delivers in order, `latencyMs` later. */
class Pipe {
  #clock;
  #waiting = [];
  #due = -Infinity;

  constructor(clock) {
    this.#clock = clock;
  }

  push(action) {
    this.#waiting.push(action);
    if (this.frozen) return;
    this.#due = Math.max(this.#due, Date.now() + this.#clock.latencyMs);
    this.#clock.at(this.#due, () => this.#deliver());
  }

  freeze() {
    this.frozen = true;
  }

  thaw() {
    this.frozen = false;
    for (const action of this.#waiting.splice(0)) this.push(action);
  }

  clear() {
    this.#waiting = [];
  }

  #deliver() {
    // The timer may be of an action that was held back or dropped meanwhile.
    if (!this.frozen) this.#waiting.shift()?.();
  }
}

/** A connection as the network sees it: two pipes, which can stall or break. */
export class Link {
  #up;
  #down;
  #over = false;
  #onOver;
  /** The client's end. */
  socket;
  /** The node's end, once it has accepted. */
  session = null;

  constructor(clock, socket, onOver) {
    this.#up = new Pipe(clock);
    this.#down = new Pipe(clock);
    this.#onOver = onOver;
    this.socket = socket;
  }

  get frozen() {
    return this.#up.frozen;
  }

  toNode(action) {
    if (!this.#over) this.#up.push(action);
  }

  toClient(action) {
    if (!this.#over) this.#down.push(action);
  }

  freeze() {
    this.#up.freeze();
    this.#down.freeze();
  }

  thaw() {
    this.#up.thaw();
    this.#down.thaw();
  }

  /** Ends it for both sides; frames under way are lost. */
  cut(code, reason) {
    if (this.#over) return;
    this.#up.clear();
    this.#down.clear();
    this.#down.thaw();
    this.#down.push(() => this.socket._closed(code, reason));
    this.over();
  }

  refuse(message) {
    this.toClient(() => this.socket._refused(message));
    this.over();
  }

  /** Ends it for the node; frames under way to the client still arrive. */
  over() {
    this.#over = true;
    this.session?.gone();
    this.#onOver();
  }
}

const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];

/** A WebSocket class whose connections lead to this node. */
export function webSocketTo(node) {
  return class TestWebSocket {
    static CONNECTING = CONNECTING;
    static OPEN = OPEN;
    static CLOSING = CLOSING;
    static CLOSED = CLOSED;

    binaryType = 'blob';
    bufferedAmount = 0;
    readyState = CONNECTING;
    protocol = '';
    extensions = '';

    #handlers = {};
    #listeners = new Map();
    #link;

    static {
      for (const type of ['open', 'message', 'error', 'close']) {
        Object.defineProperty(this.prototype, `on${type}`, {
          get() { return this.#handlers[type] ?? null; },
          set(handler) { this.#handle(type, handler); },
        });
      }
    }

    constructor(url, protocols = []) {
      const address = addressOf(url);
      this.url = address.href;
      this.#link = node._dial(this, address, [protocols].flat());
    }

    send(data) {
      if (this.readyState === CONNECTING) throw new Error('the socket is still connecting');
      if (this.readyState !== OPEN) return;
      const message = typeof data === 'string' ? data : new Uint8Array(data.buffer ?? data, data.byteOffset, data.byteLength).slice();
      this.bufferedAmount += message.length;
      this.#link.toNode(() => {
        this.bufferedAmount -= message.length;
        this.#link.session?.receive(message);
      });
    }

    close(code, reason = '') {
      if (this.readyState >= CLOSING) return;
      const early = this.readyState === CONNECTING;
      this.readyState = CLOSING;
      this.#link.toNode(() => {
        this.#link.session?.clientClosed(code);
        this.#link.toClient(() => this._closed(early ? 1006 : code ?? 1005, reason));
        this.#link.over();
      });
    }

    addEventListener(type, listener) {
      const listeners = this.#listeners.get(type) ?? new Set();
      this.#listeners.set(type, listeners.add(listener));
    }

    removeEventListener(type, listener) {
      this.#listeners.get(type)?.delete(listener);
    }

    _opened(protocol) {
      if (this.readyState !== CONNECTING) return;
      this.readyState = OPEN;
      this.protocol = protocol;
      this.#tell('open', {});
    }

    _received(bytes) {
      if (this.readyState === OPEN) this.#tell('message', { data: bytes.slice().buffer });
    }

    _refused(message) {
      if (this.readyState === CLOSED) return;
      this.#tell('error', { message });
      this._closed(1006, '');
    }

    _closed(code, reason) {
      if (this.readyState === CLOSED) return;
      this.readyState = CLOSED;
      this.#tell('close', { code, reason, wasClean: code !== 1006 });
    }

    /** A handler keeps the place among the listeners that it had when it was first set. */
    #handle(type, handler) {
      if (!(type in this.#handlers)) this.addEventListener(type, (event) => this.#handlers[type]?.call(this, event));
      this.#handlers[type] = handler;
    }

    #tell(type, details) {
      const event = { type, target: this, currentTarget: this, ...details };
      for (const listener of this.#listeners.get(type) ?? []) (listener.handleEvent ?? listener).call(listener, event);
    }
  };
}

function addressOf(url) {
  let address;
  try {
    address = new URL(url, globalThis.location?.href);
  } catch {
    throw new SyntaxError(`the address ${url} is none`);
  }
  if (!/^(ws|http)s?:$/.test(address.protocol)) throw new SyntaxError(`the address ${url} is not one of a WebSocket`);
  return address;
}
