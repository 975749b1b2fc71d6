import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * A stretch of network between clients and nodes that can be made as bad as real ones are.
 *
 * @param target gives the port where a new connection goes
 */
export async function startProxy(target) {
  const proxy = new TcpProxy(target);
  await proxy.listen();
  return proxy;
}

class TcpProxy {
  /** Connections that are up, oldest first. */
  links = new Set();
  /** How many there ever were. */
  accepted = 0;
  /** New connections are reset at once. */
  refusing = false;
  /** Nothing passes, new connections included. */
  frozen = false;

  #latest = null;
  #target;
  #server = createServer((client) => this.#accept(client));

  constructor(target) {
    this.#target = target;
  }

  async listen() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = this.#server.address().port;
    this.ws = `ws://127.0.0.1:${this.port}/ws`;
  }

  /** When the youngest connection was first cut or frozen, by performance.now(). */
  get harmedAt() {
    return this.#latest?.harmedAt ?? Infinity;
  }

  freeze() {
    this.frozen = true;
    for (const link of this.links) link.freeze();
  }

  thaw() {
    this.frozen = false;
    for (const link of this.links) link.thaw();
  }

  cut() {
    for (const link of this.links) link.reset();
  }

  /** Good weather for everybody from now on; what was cut stays cut. */
  calm() {
    this.refusing = false;
    for (const link of this.links) link.calm();
    this.thaw();
  }

  async close() {
    this.#server.close();
    this.cut();
  }

  #accept(client) {
    this.accepted++;
    if (this.refusing) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const link = new Link(client, connect(this.#target(), '127.0.0.1'));
    this.#latest = link;
    this.links.add(link);
    link.gone = () => this.links.delete(link);
    if (this.frozen) link.freeze();
  }
}

class Link {
  harmedAt = Infinity;
  delayMs = 0;
  /** Frames arrive in pieces of at most so many bytes. */
  pieces = Infinity;
  gone = () => {};

  #ways;
  #sockets;

  constructor(client, node) {
    this.#sockets = [client, node];
    this.#ways = [new Way(this, client, node), new Way(this, node, client)];
    for (const socket of this.#sockets) {
      socket.setNoDelay(true);
      socket.on('error', () => this.reset());
      // What is still under way to the other end gets there.
      socket.on('close', () => { if (this.#sockets.every((each) => each.closed)) this.gone(); });
    }
  }

  /** As when a machine on the way restarts: RST to both ends. */
  reset() {
    this.#harm();
    for (const socket of this.#sockets) if (!socket.destroyed) socket.resetAndDestroy();
  }

  /** As when a balancer gives up: FIN to both ends, without a close frame. */
  finish() {
    this.#harm();
    for (const socket of this.#sockets) socket.end();
  }

  /** As when a cable is pulled: nothing arrives, and no end is told. */
  freeze() {
    this.#harm();
    for (const way of this.#ways) way.hold();
  }

  thaw() {
    for (const way of this.#ways) way.release();
  }

  calm() {
    this.delayMs = 0;
    this.pieces = Infinity;
  }

  #harm() {
    this.harmedAt = Math.min(this.harmedAt, performance.now());
  }
}

/** One direction: bytes wait in line, so that they never overtake each other. */
class Way {
  #link;
  #to;
  #waiting = [];
  #held = false;
  #timer = null;

  constructor(link, from, to) {
    this.#link = link;
    this.#to = to;
    from.on('data', (bytes) => this.#take(bytes));
    from.on('end', () => this.#take(null));
  }

  hold() {
    this.#held = true;
  }

  release() {
    this.#held = false;
    this.#pass();
  }

  #take(bytes) {
    const due = performance.now() + this.#link.delayMs;
    const size = this.#link.pieces;
    if (bytes === null || bytes.length <= size) this.#waiting.push({ bytes, due });
    else {
      for (let at = 0; at < bytes.length; at += size) {
        this.#waiting.push({ bytes: bytes.subarray(at, at + size), due, alone: true });
      }
    }
    this.#pass();
  }

  #pass() {
    if (this.#held || this.#timer !== null) return;
    while (this.#waiting.length > 0) {
      const { bytes, due, alone } = this.#waiting[0];
      const wait = due - performance.now();
      if (wait > 0) return this.#again(wait);
      this.#waiting.shift();
      if (this.#to.writable) {
        if (bytes === null) this.#to.end();
        else this.#to.write(bytes);
      }
      // Written at once, pieces would travel together again.
      if (alone) return this.#again(0);
    }
  }

  #again(ms) {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#pass();
    }, ms);
  }
}
