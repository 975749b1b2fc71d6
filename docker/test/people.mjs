// People on one board through the balancer, who know what everyone should see.
import { createRequire } from 'node:module';
import { connect } from '../../presence-client/src/presence-client.js';
import { until } from './engine.mjs';

const { WebSocket } = createRequire(new URL('../../presence-client/package.json', import.meta.url))('ws');

/** How often clients ask whether their node is there: what they do not notice sooner, they notice by this. */
const HEARTBEAT_MS = 2_000;

/**
 * Until the balancer sends somebody to a node that is healthy: its own check, a name that leads elsewhere by now, and then few
 * at first (slowstart in haproxy.cfg).
 */
const REACHED_MS = 30_000;

class Person {
  /** After this it makes no more connections. */
  vanished = false;
  socket = null;

  constructor(url, name) {
    const person = this;
    this.name = name;
    this.connection = connect(url, {
      heartbeatMs: HEARTBEAT_MS,
      WebSocket: class {
        constructor(address, protocol) {
          if (person.vanished) return { close() {}, send() {} };
          return person.socket = new WebSocket(address, protocol);
        }
      },
    });
  }

  get node() {
    return this.connection.serverLabel;
  }

  get isConnected() {
    return this.connection.state === 'open';
  }
}

export class People {
  all = [];
  /** What was seen of others: `Ada saw Bob leave (reason)`. */
  seen = [];

  constructor(url, board) {
    this.url = url;
    this.board = board;
  }

  async enter() {
    const person = new Person(this.url, `Person ${this.all.length + 1}`);
    this.all.push(person);
    person.room = await person.connection.join(this.board, { name: person.name });
    person.room.on('join', (member) => this.seen.push(`${person.name} saw ${member.name} join`));
    person.room.on('leave', (member, reason) => this.seen.push(`${person.name} saw ${member.name} leave (${reason})`));
    return person;
  }

  get present() {
    return this.all.filter((person) => !person.vanished);
  }

  on(node) {
    return this.present.filter((person) => person.isConnected && person.node === node);
  }

  /** Lets people enter until each of these nodes has as many. */
  async populate(nodes, each) {
    while (nodes.some((node) => this.on(node).length < each)) {
      for (const node of nodes) if (this.on(node).length < each) await this.reach(node);
    }
  }

  /** Leaves the board for good. */
  leave(person) {
    person.vanished = true;
    person.connection.close();
  }

  /** Lets people come and go until one is on this node. Returns how long it took. */
  async reach(node, withinMs = REACHED_MS) {
    const begun = performance.now();
    await until(`somebody is on ${node}`, async () => {
      const newcomer = await this.enter();
      if (newcomer.node === node) return true;
      this.leave(newcomer);
      return false;
    }, withinMs);
    return Math.round(performance.now() - begun);
  }

  /** The node with the most people. */
  busiest(nodes) {
    return nodes.reduce((most, node) => (this.on(node).length > this.on(most).length ? node : most));
  }

  /** What is wrong in anyone's roster. */
  differences() {
    const truth = new Map(this.present.map(({ room, name }) => [room.self.id, name]));
    return this.present.flatMap(({ name, room, isConnected }) => {
      if (!isConnected) return [`${name} is not connected`];
      const roster = new Map(room.members.map((member) => [member.id, member.name]));
      return [
        ...[...truth].filter(([id]) => !roster.has(id)).map(([, other]) => `${name} misses ${other}`),
        ...[...roster].filter(([id]) => !truth.has(id)).map(([, other]) => `${name} sees a ghost of ${other}`),
      ];
    });
  }

  /** Waits until every roster is exact; fails after `withinMs`, with the differences. Returns how long it took. */
  async exact(withinMs, begun = performance.now()) {
    const left = withinMs - (performance.now() - begun);
    await until('exact rosters', () => this.differences().length === 0, left).catch((cause) => {
      throw new Error(this.differences().join('\n'), { cause });
    });
    return Math.round(performance.now() - begun);
  }

  close() {
    for (const { connection, socket } of this.all) {
      connection.close();
      socket?.terminate();
    }
  }
}
