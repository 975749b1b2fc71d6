// What goes over the sockets of a connection, and what its rooms are, for the log and the panel. Not part of the core:
// it sits in the options of `connect` and changes nothing that the client does.

/** The ages of the positions of so many milliseconds are kept, and so many of them at most. */
const AGES_MS = 5000;
const MOST_AGES = 20_000;

export class Probe {
  sockets = 0;
  framesIn = 0;
  framesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  cursors = 0;
  connection = null;
  rooms = new Set();
  WebSocket;

  #hear;
  /** @type {[at: number, ageMs: number][]} */
  #ages = [];
  #movedAt = new WeakMap();

  constructor({ WebSocket = globalThis.WebSocket, hear = () => {} } = {}) {
    this.WebSocket = probed(WebSocket, this);
    this.#hear = hear;
  }

  watch(connection) {
    this.connection = connection;
    for (const event of ['state', 'error', 'rtt']) connection.on(event, (detail) => this.#hear(event, detail));
    const join = connection.join.bind(connection);
    connection.join = async (board, options) => {
      const asked = performance.now();
      this.#hear('join', { board });
      try {
        const room = await join(board, options);
        this.#attach(room);
        this.#hear('joined', { room, ms: performance.now() - asked });
        return room;
      } catch (error) {
        this.#hear('refused', { board, error });
        throw error;
      }
    };
    return connection;
  }

  ages() {
    const now = performance.now();
    this.#ages = this.#ages.filter(([at]) => now - at < AGES_MS);
    return this.#ages.map(([, ageMs]) => ageMs);
  }

  movedAgo(member) {
    const at = this.#movedAt.get(member);
    return at === undefined ? null : performance.now() - at;
  }

  _tell(event, detail) {
    this.#hear(event, detail);
  }

  #attach(room) {
    this.rooms.add(room);
    room.on('cursor', (member, ageMs) => {
      const now = performance.now();
      this.cursors++;
      this.#movedAt.set(member, now - ageMs);
      this.#ages.push([now, ageMs]);
      if (this.#ages.length > MOST_AGES) this.#ages.splice(0, MOST_AGES / 2);
    });
    room.on('error', (error) => this.#hear('room error', { room, error }));
    room.on('closed', (error) => {
      this.rooms.delete(room);
      this.#hear('room closed', { room, error });
    });
  }
}

function probed(WebSocket, probe) {
  return class extends WebSocket {
    constructor(url, protocol) {
      probe.sockets++;
      probe._tell('dial', { url: String(url) });
      super(url, protocol);
      this.addEventListener('open', () => probe._tell('open'));
      this.addEventListener('message', ({ data }) => {
        probe.framesIn++;
        probe.bytesIn += data.byteLength;
        probe._tell('received', new Uint8Array(data));
      });
      this.addEventListener('close', ({ code, reason }) => probe._tell('close', { code, reason }));
    }

    send(bytes) {
      probe.framesOut++;
      probe.bytesOut += bytes.byteLength;
      probe._tell('sent', bytes);
      super.send(bytes);
    }

    close(code, reason) {
      probe._tell('hang up', { code });
      super.close(code, reason);
    }
  };
}
