import { connect } from '../src/presence-client.js';

const STATUSES = ['active', 'idle', 'away', 'busy'];
const MAX_BOARDS = 2;

const ACTIONS = {
  move: 70, hide: 1, set: 8, unset: 2, rename: 2, status: 2, signal: 5, enter: 2, leave: 1, reconnect: 0.2,
};

/**
 * Somebody with the real client who does this and that, knows what the others should see of it, and hears
 * what it should never hear.
 */
export class Participant {
  connection;
  /** Board to {@link Seat}. */
  seats = new Map();

  #WebSocket;
  #boards;
  #random;
  #witness;
  #proxy;
  #name;
  #count = 0;
  #joining = new Set();
  #harmedAt = Infinity;

  /** @param witness told what happened, and what should not have */
  constructor({ name, WebSocket, proxy, boards, random, witness }) {
    this.#name = name;
    this.#WebSocket = WebSocket;
    this.#proxy = proxy;
    this.#boards = boards;
    this.#random = random;
    this.#witness = witness;
    this.#connect();
  }

  get name() {
    return this.#name;
  }

  get settled() {
    return this.connection.state === 'open' && this.#joining.size === 0;
  }

  act() {
    const seat = this.seats.size ? this.#random.of([...this.seats.values()]) : null;
    const action = seat ? this.#random.weighted(ACTIONS) : 'enter';
    this.#witness.count(action);
    switch (action) {
      case 'move': return seat.move(this.#random.between(-2000, 2000), this.#random.between(-2000, 2000));
      case 'hide': return seat.hide();
      case 'set': return seat.set(this.#random.of(['tool', 'zoom', 'selection']), ++this.#count);
      case 'unset': return seat.set(this.#random.of(['tool', 'zoom', 'selection']), undefined);
      case 'rename': return seat.update({ name: `${this.#name}.${++this.#count}` });
      case 'status': return seat.update({ status: this.#random.of(STATUSES) });
      case 'signal': return seat.signal(`${this.#name} ${++this.#count}`);
      case 'enter': return this.#enter(this.#random.of(this.#boards));
      case 'leave': return this.#leave(seat);
      case 'reconnect': return this.#startOver();
    }
  }

  close() {
    for (const seat of this.seats.values()) this.#witness.departed.add(seat.id);
    this.seats.clear();
    this.connection.close();
  }

  #connect() {
    this.connection = connect(this.#proxy.ws, { WebSocket: this.#WebSocket });
    let answers = 0;
    this.connection.on('state', (state) => {
      this.#witness.count(`became ${state}`);
      answers = 0;
      if (state !== 'open') this.#harmedAt = Math.min(this.#harmedAt, performance.now(), this.#proxy.harmedAt);
    });
    // Who has the second answer has its seats again: they were asked for before the second question.
    this.connection.on('rtt', () => { if (++answers === 2) this.#harmedAt = Infinity; });
    this.connection.on('error', (error) => {
      // What the faults bring about.
      if (['unreachable', 'refused'].includes(error.code)) this.#witness.count(`was told ${error.code}`);
      else this.#witness.wrong(`${this.#name}: connection error ${error}`);
    });
  }

  async #enter(board) {
    if (this.seats.has(board) || this.#joining.has(board)) return;
    if (this.seats.size + this.#joining.size >= MAX_BOARDS) return;
    this.#joining.add(board);
    const { connection } = this;
    try {
      const about = { name: this.#name, color: '#4f46e5', status: 'active', state: { tool: 'pen' } };
      const room = await connection.join(board, about);
      this.seats.set(board, new Seat(room, about, this.#witness, () => this.#harmedAt));
    } catch (error) {
      if (error.code !== 'closed') this.#witness.wrong(`${this.#name}: join of ${board} failed: ${error}`);
    } finally {
      // By then it may be another connection's.
      if (connection === this.connection) this.#joining.delete(board);
    }
  }

  #leave(seat) {
    this.#witness.departed.add(seat.id);
    this.seats.delete(seat.room.board);
    seat.room.leave();
  }

  #startOver() {
    this.close();
    this.#joining = new Set();
    this.#connect();
  }
}

/** A place on a board: what was said there, and what was heard. */
class Seat {
  room;
  /** What everybody on the board should see of this member. */
  truth;

  #witness;
  #id;
  #joined = new Set();
  #left = new Set();

  constructor(room, { name, color, status, state }, witness, harmedAt) {
    this.room = room;
    this.truth = { name, color, status, state: { ...state }, cursor: null };
    this.#witness = witness;
    this.#id = room.self.id;
    witness.known.add(this.#id);
    room.on('join', (member) => this.#once(this.#joined, member, 'joined'));
    room.on('leave', (member, reason) => {
      this.#once(this.#left, member, 'left');
      witness.heardLeave(member.id, `${reason || 'after a reconnect'}, heard by ${this.truth.name} on ${room.board}`);
    });
    room.on('members', () => this.#check(harmedAt()));
    room.on('signal', ({ member, type, payload }) => witness.heardSignal(this, member, type, payload));
    room.on('error', (error) => witness.wrong(`${this.truth.name} on ${room.board}: ${error}`));
    room.on('closed', (error) => {
      if (error) witness.wrong(`${this.truth.name} on ${room.board} was closed: ${error}`);
    });
  }

  get id() {
    return this.#id;
  }

  move(x, y) {
    this.room.cursor(x, y);
    this.truth.cursor = { x: Math.round(x * 16) / 16, y: Math.round(y * 16) / 16, hidden: false };
  }

  hide() {
    this.room.hideCursor();
    if (this.truth.cursor) this.truth.cursor = { ...this.truth.cursor, hidden: true };
  }

  set(name, value) {
    this.room.set({ [name]: value });
    if (value === undefined) delete this.truth.state[name];
    else this.truth.state[name] = value;
  }

  update(changes) {
    this.room.update(changes);
    Object.assign(this.truth, changes);
  }

  signal(payload) {
    if (this.room.signal('note', payload)) this.#witness.count('signals sent');
  }

  #once(seen, member, what) {
    if (seen.has(member.id)) this.#witness.wrong(`${this.truth.name} heard twice that ${member.name} ${what}`);
    seen.add(member.id);
  }

  /** A resume may fail, but only after the grace. */
  #check(harmedAt) {
    if (this.room.self.id === this.#id) return;
    this.#witness.lost(this.#id, performance.now() - harmedAt, this.truth.name);
    this.#id = this.room.self.id;
    this.#witness.known.add(this.#id);
  }
}
