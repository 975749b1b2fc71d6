// API: presence-debug.d.ts
import { connect as connectSilently } from './presence-client.js';
import { describeFrame } from './presence-describe.js';
import { Probe } from './presence-probe.js';
import { ClientFrame, ServerFrame } from './presence-wire.js';

export { Probe } from './presence-probe.js';
export { describeFrame } from './presence-describe.js';

const CURSORS_EVERY_MS = 1000;

// What a node means by closing, and what this client does.
const CODES = {
  1000: 'left for good', 1001: 'going away', 1005: 'no code', 1006: 'lost without a close', 1009: 'a frame was too big',
  1011: 'a failure of the node', 1012: 'the node restarts', 1013: 'the node is full', 4001: 'to come back soon',
  4008: 'frames were not read in time', 4400: 'bytes that are no frame', 4401: 'token refused', 4403: 'forbidden',
  4408: 'silent for too long', 4409: 'another connection has the seat', 4410: 'kicked', 4429: 'too much, or too often',
};

export function connect(url, { debug = setting(), ...options } = {}) {
  if (!debug) return connectSilently(url, options);
  const log = typeof debug === 'function' ? debug : (line) => console.log(line);
  const logger = new Logger(log, debug === 'all');
  const probe = new Probe({ WebSocket: options.WebSocket, hear: (event, detail) => logger.hear(event, detail) });
  return probe.watch(connectSilently(url, { ...options, WebSocket: probe.WebSocket }));
}

/** Node has a localStorage, too, which warns when it is looked at. */
function setting() {
  try {
    return globalThis.document && localStorage.presenceDebug;
  } catch {}
}

class Logger {
  #log;
  #all;
  #begun = performance.now();
  #boards = new Map();
  #seats = new Map();
  #attempts = 0;
  #downSince = null;
  #cursors = { frames: 0, positions: 0, sent: 0, since: -Infinity };

  constructor(log, all) {
    this.#log = log;
    this.#all = all;
  }

  hear(event, detail) {
    switch (event) {
      case 'sent': return this.#frame('→', ClientFrame, detail);
      case 'received': return this.#frame('←', ServerFrame, detail);
      case 'dial': return this.#dial(detail);
      case 'open': return this.#say('· socket open');
      case 'hang up': return this.#say(`· closing the socket with ${codeOf(detail.code)}`);
      case 'close':
        this.#downSince ??= performance.now();
        return this.#say(`· socket closed: ${codeOf(detail.code)}${detail.reason && ` "${detail.reason}"`}`);
      case 'state':
        if (detail === 'open') [this.#attempts, this.#downSince] = [0, null];
        else this.#downSince ??= performance.now();
        return this.#say(`· connection is ${detail}`);
      case 'rtt': return this.#say(`· round trip ${Math.round(detail)} ms`);
      case 'error': return this.#say(`! connection error ${wordsOf(detail)}`);
      case 'join': return this.#say(`· join of ${JSON.stringify(detail.board)} begins`);
      case 'joined': return this.#say(
        `· on ${JSON.stringify(detail.room.board)} with ${detail.room.others.length} others after ${Math.round(detail.ms)} ms`);
      case 'refused': return this.#say(`! join of ${JSON.stringify(detail.board)} rejected: ${wordsOf(detail.error)}`);
      case 'room error': return this.#say(`! error on ${JSON.stringify(detail.room.board)}: ${wordsOf(detail.error)}`);
      case 'room closed': {
        const why = detail.error ? wordsOf(detail.error) : 'left';
        return this.#say(`· room ${JSON.stringify(detail.room.board)} closed: ${why}`);
      }
    }
  }

  #dial({ url }) {
    const after = this.#downSince === null ? '' : `, ${Math.round(performance.now() - this.#downSince)} ms after the connection was lost`;
    this.#boards.clear();
    this.#say(`· attempt ${++this.#attempts}: ${withoutQuery(url)}${after}`);
  }

  #frame(arrow, kind, bytes) {
    let frame;
    try {
      frame = kind.decode(bytes);
    } catch {
      return this.#say(`! ${arrow} ${bytes.length} bytes that are no frame`);
    }
    if (frame.roster) this.#boards.set(frame.roster.boardRef, frame.roster.board);
    if (!this.#all && (frame.cursors || frame.cursor)) return this.#countCursors(frame);
    this.#say(`${arrow} ${describeFrame(frame, (ref) => this.#boards.get(ref))} (${bytes.length} bytes)`);
    if (frame.roster) this.#tellSeat(frame.roster);
  }

  #tellSeat({ board, you, members }) {
    const self = members.find(({ slot }) => slot === you);
    if (!self) return;
    const before = this.#seats.get(board);
    const id = String(self.memberId);
    this.#seats.set(board, id);
    if (!before) return;
    this.#say(before === id
      ? `· the same member as before on ${JSON.stringify(board)}`
      : `· a new member on ${JSON.stringify(board)}: the seat was gone`);
  }

  #countCursors({ cursors, cursor }) {
    const count = this.#cursors;
    if (cursor) count.sent++;
    if (cursors) [count.frames, count.positions] = [count.frames + 1, count.positions + cursors.slot.length];
    const now = performance.now();
    if (now - count.since < CURSORS_EVERY_MS) return;
    this.#say(`· cursors: ${count.frames} frames with ${count.positions} positions came, ${count.sent} were sent`);
    this.#cursors = { frames: 0, positions: 0, sent: 0, since: now };
  }

  #say(line) {
    this.#log(`presence +${((performance.now() - this.#begun) / 1000).toFixed(3)} ${line}`);
  }
}

const codeOf = (code) => (code === undefined ? 'no code' : `${code}${CODES[code] ? ` (${CODES[code]})` : ''}`);

const wordsOf = ({ code, message, retryAfterMs }) =>
  [code, message !== code && message, retryAfterMs !== undefined && `again after ${retryAfterMs} ms`].filter(Boolean).join(', ');

/** A query may have a token. */
const withoutQuery = (url) => url.replace(/\?.*/, '?…');
