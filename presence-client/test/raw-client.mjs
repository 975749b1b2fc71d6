import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import '../src/presence-locks.js';
import '../src/presence-pages.js';
import '../src/presence-viewport.js';
import '../src/presence-watch.js';
import { ClientFrame, ServerFrame } from '../src/presence-wire.js';

const PATIENCE_MS = 15_000;

/** A connection that sends frames as they are and keeps all that comes back, of the WebSocket of a node under test. */
export class RawClient {
  /** What came, oldest first. */
  frames = [];
  closed = null;

  #socket;

  constructor({ url, WebSocket, protocols = 'presence.v1' }) {
    const socket = this.#socket = new WebSocket(url, protocols);
    socket.binaryType = 'arraybuffer';
    this.opened = new Promise((resolve) => { socket.onopen = resolve; });
    socket.onmessage = ({ data }) => this.frames.push(ServerFrame.decode(new Uint8Array(data)));
    socket.onclose = ({ code }) => { this.closed = code; };
    socket.onerror = () => {};
  }

  get connectionId() {
    return this.all('welcome')[0].connectionId;
  }

  get socket() {
    return this.#socket;
  }

  async send(...frames) {
    await this.opened;
    for (const frame of frames) this.#socket.send(frame instanceof Uint8Array ? frame : ClientFrame.encode(frame));
  }

  close(code) {
    this.#socket.close(code);
  }

  all(kind) {
    return this.frames.filter((frame) => frame[kind]).map((frame) => frame[kind]);
  }

  /** The next frame of this kind, removed from those that came. */
  async take(kind, when = () => true) {
    const find = () => this.frames.findIndex((frame) => frame[kind] && when(frame[kind]));
    await this.until(() => find() >= 0, `${kind}`);
    const [frame] = this.frames.splice(find(), 1);
    return frame[kind];
  }

  /** Everything that was sent before has been read by the node; what boards tell may still be under way. */
  async heard() {
    const clientTimeMs = Date.now() + this.frames.length;
    await this.send({ heartbeat: { clientTimeMs } });
    await this.take('heartbeatAck', (ack) => ack.clientTimeMs === clientTimeMs);
  }

  async until(condition, what = String(condition)) {
    for (const end = Date.now() + PATIENCE_MS; !condition();) {
      assert.ok(Date.now() < end, `not in time: ${what}; came: ${JSON.stringify(this.frames.slice(-5))}, closed: ${this.closed}`);
      await setTimeout(5);
    }
  }

  /** Joins and gives the roster, once all parts of it have come. */
  async join(board, more = {}, id) {
    await this.send({ id, join: { board, profile: { name: board }, status: 'active', ...more } });
    const roster = await this.take('roster', (each) => each.board === board);
    for (let { more: open } = roster; open;) {
      const part = await this.take('change', ({ boardRef }) => boardRef === roster.boardRef);
      roster.members.push(...part.joined);
      open = part.more;
    }
    return roster;
  }
}

export const bytesOf = (text) => new TextEncoder().encode(text);
