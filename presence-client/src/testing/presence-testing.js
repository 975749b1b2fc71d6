// API: presence-testing.d.ts
import { connect, json } from '../presence-client.js';
import { Board } from './board.js';
import { Clock } from './clock.js';
import { LIMITS, RATES } from './limits.js';
import { Link, webSocketTo } from './link.js';
import { Session } from './session.js';

// A node closes connections that are still open so long after the announced time.
const DRAIN_SLACK_MS = 2000;

export function testNode(options) {
  return new TestNode(options);
}

export class TestNode {
  url = 'ws://presence.test/ws';
  nodeId;
  serverLabel;
  heartbeatIntervalMs;
  maxCursorHz;
  graceMs;
  rosterTickMs;
  maxMembers;
  limits;
  rates;
  authenticate;
  clock = new Clock();
  WebSocket = webSocketTo(this);

  #codec;
  #accepts = true;
  #boots = 0;
  #connections = 0;
  #members = 0;
  #boards = new Map();
  #links = new Set();
  #frozen = false;
  #refusals = new Set();
  #bans = [];
  #extras = [];

  constructor({
    serverLabel = '', heartbeatIntervalMs = 25_000, maxCursorHz = 30, graceMs = 10_000, rosterTickMs = 0, latencyMs = 0,
    maxMembers = 10_000, limits, rates, authenticate, codec = json,
  } = {}) {
    Object.assign(this, { serverLabel, heartbeatIntervalMs, maxCursorHz, graceMs, rosterTickMs, maxMembers, authenticate });
    this.limits = { ...LIMITS, ...limits };
    this.rates = { ...RATES, ...rates };
    this.latencyMs = latencyMs;
    this.#codec = codec;
    this.#boot();
  }

  get latencyMs() {
    return this.clock.latencyMs;
  }

  set latencyMs(ms) {
    this.clock.latencyMs = ms;
  }

  async enter(board, { token, ...options } = {}) {
    const connection = connect(this.url, { WebSocket: this.WebSocket, token, codec: this.#codec });
    this.#extras.push(connection);
    return connection.join(board, options);
  }

  members(board) {
    return [...this.#boards.get(board)?.members.values() ?? []].map(({ id, slot, profile, status, state, cursor }) => ({
      id: toHex(id), slot, ...profile, status,
      state: Object.fromEntries([...state].map(([name, bytes]) => [name, this.#codec.decode(bytes)])),
      cursor: cursor && { x: cursor.x / 16, y: cursor.y / 16, hidden: cursor.hidden },
    }));
  }

  settled() {
    return this.clock.settled();
  }

  cut(target, code = 1006, reason = '') {
    for (const link of this.#linksOf(target)) link.cut(code, reason);
  }

  freeze(target) {
    if (!target) this.#frozen = true;
    for (const link of this.#linksOf(target)) {
      link.freeze();
      link.session?.listen();
    }
  }

  thaw(target) {
    if (!target) this.#frozen = false;
    for (const link of this.#linksOf(target)) {
      link.thaw();
      link.session?.listen();
    }
  }

  down() {
    this.#accepts = false;
    this.cut();
  }

  up() {
    this.#accepts = true;
  }

  restart() {
    this.cut();
    for (const board of this.#boards.values()) for (const member of board.members.values()) clearTimeout(member.grace);
    this.#boards.clear();
    this.#boot();
  }

  goAway(reconnectAfterMs = 0) {
    for (const { session } of this.#linksOf()) {
      if (!session) continue;
      session.send({ goingAway: { reconnectAfterMs, reason: 'restart' } });
      this.clock.after(reconnectAfterMs + DRAIN_SLACK_MS, () => session.close(1012, 'restart'));
    }
  }

  refuse(kind, { code, message = code, retryAfterMs, times = 1, when = () => true }) {
    const refusal = { kind, code, message, retryAfterMs, times, when };
    this.#refusals.add(refusal);
    return () => this.#refusals.delete(refusal);
  }

  kick({ member, userId, board, reason = '', banMs = 0 }) {
    if (!member === !userId) throw new TypeError('kick takes a member or a userId');
    if (banMs && userId) this.#bans.push({ userId, board, untilMs: Date.now() + banMs });
    for (const each of this.#boards.values()) {
      if (board !== undefined && each.name !== board) continue;
      each.kick(({ id, profile }) => (member ? toHex(id) === (member.id ?? member) : profile.userId === userId), reason);
    }
  }

  replace(member) {
    for (const board of this.#boards.values()) {
      for (const each of board.members.values()) {
        if (toHex(each.id) === (member.id ?? member)) board.expel(each, 'replaced', "another connection came with this member's key");
      }
    }
  }

  signal(board, type, payload, { to = [] } = {}) {
    this.#boards.get(board)?.announce({ type, payload: this.#codec.encode(payload) }, to.map(({ slot }) => slot));
  }

  pace(board, hz) {
    this._board(board).pace(hz);
  }

  density(board, density) {
    this._board(board).tellDensity(density);
  }

  async close() {
    for (const connection of this.#extras.splice(0)) connection.close();
    await this.settled();
    this.down();
  }

  _dial(socket, address, protocols) {
    const link = new Link(this.clock, socket, () => this.#links.delete(link));
    this.#links.add(link);
    if (this.#frozen) link.freeze();
    link.toNode(() => {
      if (!this.#accepts) return link.refuse('the test node is down');
      if (!['/', '/ws'].includes(address.pathname)) return link.refuse('Unexpected server response: 400');
      const session = link.session = new Session(this, link, `c${++this.#connections}`);
      link.toClient(() => socket._opened(protocols.includes('presence.v1') ? 'presence.v1' : ''));
      const bearer = protocols.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length);
      session.open(bearer ?? address.searchParams.get('token'));
    });
    return link;
  }

  _board(name) {
    if (!this.#boards.has(name)) this.#boards.set(name, new Board(this, name, this.#boards.size + 1));
    return this.#boards.get(name);
  }

  _summary(name, avatars) {
    return this.#boards.get(name)?.summary(avatars) ?? { members: 0, observers: 0, users: 0, first: [] };
  }

  _boardChanged() {
    for (const { session } of this.#links) session?.onBoardChanged();
  }

  /** Ids and keys are the same in every run. */
  _newMember() {
    const n = ++this.#members;
    return { id: sixteenBytes(this.#boots, n), key: sixteenBytes(this.#boots + 128, n) };
  }

  _refusalOf(kind, body) {
    const refusal = [...this.#refusals].find((each) => each.kind === kind && each.when(body));
    if (refusal && --refusal.times <= 0) this.#refusals.delete(refusal);
    return refusal;
  }

  _bannedMs(board, userId) {
    const now = Date.now();
    return Math.max(0, ...this.#bans
      .filter((ban) => ban.userId === userId && (ban.board ?? board) === board)
      .map((ban) => ban.untilMs - now));
  }

  #boot() {
    this.nodeId = `00000000-0000-4000-8000-${String(++this.#boots).padStart(12, '0')}`;
  }

  #linksOf(target) {
    const id = (target?.connection ?? target)?.connectionId;
    return [...this.#links].filter(({ session }) => !target || session?.id === id);
  }
}

const sixteenBytes = (first, last) => {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, first);
  view.setUint32(12, last);
  return bytes;
};

const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
