// For tests of the client that write each frame of the node themselves. What a node does by itself is in src/testing.
import { ClientFrame, ServerFrame } from '../src/presence-wire.js';

/** A WebSocket whose other end is the test: it sees what was sent and says what a node would. */
export class FakeWebSocket {
  /** Every socket since the last `reset`, oldest first. */
  static opened = [];

  static reset() {
    FakeWebSocket.opened = [];
  }

  static get last() {
    return FakeWebSocket.opened.at(-1);
  }

  sent = [];
  closedWith = null;

  constructor(url, protocol) {
    Object.assign(this, { url, protocol });
    FakeWebSocket.opened.push(this);
  }

  send(bytes) {
    this.sent.push(ClientFrame.decode(bytes));
  }

  close(code) {
    this.closedWith = code;
  }

  /** Finishes the handshake and says welcome. */
  accepts(welcome = {}) {
    this.onopen?.({});
    this.says({ welcome: { nodeId: 'node-a', heartbeatIntervalMs: 25_000, maxCursorHz: 20, ...welcome } });
  }

  says(frame) {
    this.saysBytes(ServerFrame.encode(frame));
  }

  saysBytes(bytes) {
    this.onmessage?.({ data: bytes.slice().buffer });
  }

  drops(code = 1006, reason = '') {
    this.onclose?.({ code, reason });
  }

  /** The frames of one kind that were sent since they were last asked for. */
  took(kind) {
    const frames = this.sent.filter((frame) => frame[kind]);
    this.sent = this.sent.filter((frame) => !frame[kind]);
    return frames.map((frame) => frame[kind]);
  }
}

export const memberId = (n) => new Uint8Array(16).fill(n);
export const idOf = (n) => n.toString(16).padStart(2, '0').repeat(16);

export const member = (n, fields = {}) => ({
  slot: n, memberId: memberId(n), profile: { name: `user ${n}` }, status: 'active', version: 1,
  ...fields,
});

export const jsonState = (values) => new Map(Object.entries(values).map(
  ([name, value]) => [name, new TextEncoder().encode(JSON.stringify(value))],
));
