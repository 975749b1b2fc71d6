import { ClientFrame, ServerFrame } from '../presence-wire.js';
import { problemWith, RateLimit } from './limits.js';
import '../presence-locks.js';
import '../presence-pages.js';
import '../presence-viewport.js';
import { Watching } from './watching.js';

const KINDS = [
  'join', 'leave', 'cursor', 'state', 'signal', 'heartbeat', 'auth', 'react', 'watch', 'viewport', 'rosterPage', 'lock', 'unlock',
];
const FULL_RETRY_MS = 5000;
// A silent client is closed after so many heartbeat intervals.
const SILENCE = 2.5;

const NOT_VALID_YET = 'the token is not valid yet';

/** Handles the frames of one connection. */
export class Session {
  id;
  /** In the order of joining. */
  seats = [];

  #node;
  #link;
  #watching;
  #user;
  #over = false;
  #silence;
  #expiry;
  #rates;

  constructor(node, link, id) {
    this.#node = node;
    this.#link = link;
    this.id = id;
    const { rates } = node;
    this.#rates = Object.fromEntries(Object.entries(rates).map(([name, perSecond]) => [name, new RateLimit(perSecond)]));
    this.#rates.tokens = new RateLimit(1);
    this.#user = node.authenticate ? null : {};
    this.#watching = new Watching(node, (frame) => this.send(frame), (board) => this.#may('watch', board));
  }

  /** @param token shown in the handshake */
  open(token) {
    const { nodeId, serverLabel, heartbeatIntervalMs, maxCursorHz, limits } = this.#node;
    this.send({ welcome: {
      nodeId, connectionId: this.id, protocol: 'presence.v1', heartbeatIntervalMs, maxCursorHz,
      serverTimeMs: Date.now(), limits, serverLabel,
    } });
    this.listen();
    if (token) this.#signIn(token);
  }

  /** Closes a frozen connection after a while, as a node does with one that is silent. */
  listen() {
    clearTimeout(this.#silence);
    if (this.#link.frozen) {
      this.#silence = this.#node.clock.after(
        SILENCE * this.#node.heartbeatIntervalMs, () => this.close(4408, 'heartbeat timeout'));
    }
  }

  receive(message) {
    if (this.#over) return;
    if (typeof message === 'string') return this.close(1003, 'binary frames only');
    if (message.length > this.#node.limits.maxFrameBytes) return this.close(1009, 'frame too big');
    const { rates } = this.#node;
    for (const [name, count, what] of [['frames', 1, 'messages'], ['bytes', message.length, 'bytes']]) {
      const wait = this.#rates[name].take(count);
      if (wait) return this.#end(`more than ${rates[name]} ${what} a second`, wait);
    }
    let frame;
    try {
      frame = ClientFrame.decode(message);
    } catch {
      return this.close(4400, 'bad frame');
    }
    const kind = KINDS.find((each) => frame[each]);
    this.#handle(kind, frame[kind], frame.id, message.length);
  }

  send(frame) {
    if (this.#over) return;
    const bytes = ServerFrame.encode(frame);
    this.#link.toClient(() => this.#link.socket._received(bytes));
  }

  refuse({ code, message, retryAfterMs }, id, boardRef = 0) {
    this.send({ error: { code, message, retryAfterMs, inReplyTo: id, boardRef } });
  }

  /** Ends the connection with a close code; its members may be resumed. */
  close(code, reason) {
    if (this.#over) return;
    this.#link.toClient(() => this.#link.socket._closed(code, reason));
    this.#link.over();
  }

  /** Handles a close by the client: a normal one leaves its boards. */
  clientClosed(code = 1000) {
    if (this.#over) return;
    for (const seat of this.seats.splice(0)) seat.board[code === 1000 ? 'leave' : 'lose'](seat, 'left');
  }

  gone() {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#silence);
    clearTimeout(this.#expiry);
    for (const seat of this.seats.splice(0)) seat.board.lose(seat);
  }

  /** Members or observers of a board came, went or changed. */
  onBoardChanged() {
    if (!this.#over) this.#watching.onChange();
  }

  onSeatLost(seat, code, message) {
    this.seats = this.seats.filter((other) => other !== seat);
    if (code === 'replaced' && !this.seats.length) return this.close(4409, 'replaced');
    this.refuse({ code, message }, undefined, seat.board.ref);
    if (!this.seats.length) this.close(4410, 'kicked');
  }

  #handle(kind, body, id, bytes) {
    if (!kind) return this.refuse({ code: 'unknown_frame', message: 'unknown kind of frame' }, id);
    const problem = problemWith(kind, body, this.#node.limits);
    if (problem) return this.refuse(problem, id);
    if (!this.#user && kind !== 'auth') return this.#unauthorized('a token is needed first');
    const refusal = this.#node._refusalOf(kind, body);
    const seat = this.#seat(body.boardRef);
    if (refusal) return this.refuse(refusal, id, kind === 'join' ? 0 : seat?.board.ref);
    switch (kind) {
      case 'heartbeat':
        return this.send({ heartbeatAck: { clientTimeMs: body.clientTimeMs, serverTimeMs: Date.now() } });
      case 'auth': return this.#auth(body.token, id);
      case 'join': return this.#join(body, id, bytes);
      case 'watch': return this.#limits('watches', 1, `${this.#node.rates.watches} watch frames`, id, 0) || this.#watching.watch(body);
    }
    if (!seat) {
      const message = body.boardRef ? `not on board ref ${body.boardRef}` : 'join a board first';
      return this.refuse({ code: 'not_joined', message }, id);
    }
    if (kind === 'leave') {
      this.seats = this.seats.filter((other) => other !== seat);
      return seat.board.leave(seat, 'left');
    }
    if (kind === 'react') return this.#react(seat, body, id);
    if (kind === 'viewport') {
      // A board in memory sends everything to all: it is never as large as one that is filtered.
      if (!this.#limits('viewports', 1, `${this.#node.rates.viewports} viewports`, id, seat.board.ref)) seat.hasViewport = true;
      return undefined;
    }
    if (kind === 'rosterPage') return this.#page(seat, body, id);
    if (!seat.member) {
      return this.refuse({ code: 'observer', message: 'observers send nothing to a board' }, id, seat.board.ref);
    }
    if (kind === 'cursor') seat.board.move(seat, body);
    else if (kind === 'state') this.#state(seat, body, id, bytes);
    else if (kind === 'lock') this.#lock(seat, body, id);
    else if (kind === 'unlock') this.#limitsLocks(id, seat.board.ref) || seat.board.locking.unlock(seat.member, body.name);
    else this.#signal(seat, body, id, bytes);
  }

  #seat(boardRef) {
    return boardRef ? this.seats.find(({ board }) => board.ref === boardRef) : this.seats[0];
  }

  #join(join, id, bytes) {
    const { board: name, observer, resumeKey, newKey } = join;
    const present = this.seats.find(({ board }) => board.name === name);
    if (present && !present.member === observer) {
      return this.refuse({ code: 'already_joined', message: `already on board ${name}` }, id, present.board.ref);
    }
    if (!present && this.seats.length >= this.#node.limits.maxBoards) {
      return this.refuse({ code: 'too_many_boards', message: `already on ${this.seats.length} boards, the limit` }, id);
    }
    const right = observer ? 'observe' : 'join';
    if (!this.#may(right, name)) {
      return this.refuse({ code: 'forbidden', message: `the token does not allow to ${right} this board` }, id);
    }
    const rate = resumeKey.length && !observer ? 'resumes' : 'joins';
    const most = this.#node.rates[rate];
    const what = rate === 'resumes' ? `${most} joins with a resume key` : `${most} joins`;
    if (this.#limits(rate, 1, what, id, 0) || this.#limitsBytes(bytes, id, 0)) return;
    const stamped = { ...join, profile: join.profile && this.#stamp(join.profile) };
    const board = this.#node._board(name);
    const userId = this.#user.userId || stamped.profile?.userId;
    const bannedMs = this.#node._bannedMs(name, userId);
    if (bannedMs > 0) {
      return this.refuse({ code: 'forbidden', message: 'banned from this board by an operator', retryAfterMs: bannedMs }, id, board.ref);
    }
    const known = observer ? undefined
      : board.find(resumeKey, this.#user.userId) ?? board.findMade(newKey, this.#user.userId);
    if (!known && board.isFull(present)) {
      const message = `board has ${this.#node.maxMembers} members, the limit`;
      return this.refuse({ code: 'board_full', message, retryAfterMs: FULL_RETRY_MS }, id, board.ref);
    }
    // What was sent before it gives up its role reaches it in that role.
    if (present) board.leave(present, 'left');
    let seat;
    if (known) seat = board.resume(this, stamped, known);
    else if (observer) seat = board.observe(this, stamped);
    else seat = board.join(this, { ...stamped, profile: stamped.profile ?? this.#stamp({}) }, this.#user.userId);
    if (present) this.seats[this.seats.indexOf(present)] = seat;
    else this.seats.push(seat);
  }

  #state(seat, patch, id, bytes) {
    const { ref } = seat.board;
    if (this.#limits('states', 1, `${this.#node.rates.states} state frames`, id, ref)) return;
    if (this.#limitsBytes(bytes, id, ref)) return;
    const profile = patch.profile && this.#stamp(patch.profile);
    const problem = seat.board.patch(seat, { ...patch, profile });
    if (problem) this.refuse(problem, id, ref);
  }

  #signal(seat, signal, id, bytes) {
    const { ref, name } = seat.board;
    if (!this.#may('signal', name)) {
      return this.refuse({ code: 'forbidden', message: 'the token does not allow signals on this board' }, id, ref);
    }
    if (this.#limits('signals', 1, `${this.#node.rates.signals} signals`, id, ref)) return;
    if (this.#limitsBytes(bytes, id, ref)) return;
    const retryAfterMs = seat.board.signal(seat, signal, bytes);
    if (retryAfterMs) {
      this.refuse({ code: 'rate_limited', message: 'the board has reached its limit of signal bytes', retryAfterMs }, id, ref);
    }
  }

  #page(seat, page, id) {
    const { ref } = seat.board;
    if (!seat.known) {
      const message = 'this board was joined without a roster_limit: all its members are told';
      return this.refuse({ code: 'roster_page_invalid', message }, id, ref);
    }
    if (!this.#limits('rosterPages', 1, `${this.#node.rates.rosterPages} roster pages`, id, ref)) seat.board.page(seat, page, id);
  }

  #lock(seat, lock, id) {
    const { ref, name, locking } = seat.board;
    if (!this.#may('lock', name)) {
      return this.refuse({ code: 'forbidden', message: 'the token does not allow locks on this board' }, id, ref);
    }
    if (this.#limitsLocks(id, ref)) return;
    const problem = locking.lock(seat, lock, id);
    if (problem) this.refuse(problem, id, ref);
  }

  #limitsLocks(id, ref) {
    return this.#limits('locks', 1, `${this.#node.rates.locks} lock and unlock frames`, id, ref);
  }

  #react(seat, { type }, id) {
    const { ref, name } = seat.board;
    if (!this.#may('signal', name)) {
      const message = 'the token does not allow reactions on this board: they need the right to signal';
      return this.refuse({ code: 'forbidden', message }, id, ref);
    }
    if (!this.#limits('reactions', 1, `${this.#node.rates.reactions} reactions`, id, ref)) seat.board.react(type);
  }

  #limits(rate, count, what, id, boardRef) {
    const wait = this.#rates[rate].take(count);
    if (!wait) return false;
    const retryAfterMs = rate === 'joins' ? 1000 : wait;
    this.refuse({ code: 'rate_limited', message: `more than ${what} a second`, retryAfterMs }, id, boardRef);
    return true;
  }

  #limitsBytes(bytes, id, boardRef) {
    return this.#limits('eventBytes', bytes, `${this.#node.rates.eventBytes} bytes of joins, states and signals`, id, boardRef);
  }

  #end(message, retryAfterMs) {
    this.refuse({ code: 'rate_limited', message, retryAfterMs });
    this.close(4429, 'rate limited');
  }

  #auth(token, id) {
    if (!this.#limits('tokens', 1, '1 token', id, 0)) this.#signIn(token);
  }

  #signIn(token) {
    const { authenticate } = this.#node;
    if (!authenticate) return;
    let user;
    try {
      user = authenticate(token);
    } catch ({ message, retryAfterMs }) {
      if (retryAfterMs === undefined) return this.#unauthorized(message);
      this.refuse({ code: 'unauthorized', message: NOT_VALID_YET, retryAfterMs });
      return this.#user || this.close(4429, 'rate limited');
    }
    if (!user?.userId) throw new TypeError('authenticate returns { userId, … } or throws');
    if (this.#user && this.#user.userId !== user.userId) {
      return this.#unauthorized('the token is for another user than the one before');
    }
    this.#user = user;
    this.#watching.onChange();
    clearTimeout(this.#expiry);
    const expiresInMs = user.expiresAtMs - Date.now();
    if (expiresInMs <= 0) return this.#unauthorized('the token has expired');
    if (expiresInMs < 2 ** 31) {
      this.#expiry = this.#node.clock.after(expiresInMs, () => this.#unauthorized('the token has expired'));
    }
    const stays = this.seats.every(({ board, member }) => this.#may(member ? 'join' : 'observe', board.name));
    if (!stays) this.close(4403, 'forbidden');
  }

  #unauthorized(message) {
    this.refuse({ code: 'unauthorized', message });
    this.close(4401, 'unauthorized');
  }

  #may(right, board) {
    const { may } = this.#user;
    // Who may join may observe, and who may observe may watch.
    const enough = right === 'watch' ? ['watch', 'observe', 'join'] : [right];
    return !may || enough.some((each) => may.call(this.#user, each, board));
  }

  #stamp(profile) {
    const { userId, name, color, avatarUrl } = this.#user;
    if (!userId) return { ...EMPTY, ...profile };
    return {
      ...EMPTY, ...profile, userId,
      name: name || profile.name || '', color: color || profile.color || '', avatarUrl: avatarUrl || profile.avatarUrl || '',
    };
  }
}

const EMPTY = { userId: '', name: '', color: '', avatarUrl: '', device: '' };
