import '../presence-watch.js';

const INTERVAL_MS = 1000;
const MAX_AVATARS = 10;

/** What one connection of the test node watches, and what it was told of it. */
export class Watching {
  #node;
  #send;
  #may;
  #boards = [];
  #avatars = 0;
  /** By board, as JSON. */
  #told = new Map();
  #toldAt = -Infinity;
  #waiting = false;

  /** @param may whether the client has the right to watch a board */
  constructor(node, send, may) {
    this.#node = node;
    this.#send = send;
    this.#may = may;
  }

  watch({ board, avatars }) {
    this.#boards = [...new Set(board)];
    this.#avatars = Math.min(MAX_AVATARS, avatars);
    this.#told.clear();
    this.#toldAt = -Infinity;
    this.onChange();
  }

  /** A board of the node, or what the client may, has changed. */
  onChange() {
    if (this.#waiting || !this.#boards.length) return;
    this.#waiting = true;
    this.#node.clock.at(this.#toldAt + INTERVAL_MS, () => this.#tell());
  }

  #tell() {
    this.#waiting = false;
    const boards = [];
    for (const board of this.#boards) {
      const entry = this.#may(board) ? { board, ...this.#node._summary(board, this.#avatars) } : { board, error: 'forbidden' };
      const json = JSON.stringify(entry);
      if (json === this.#told.get(board)) continue;
      this.#told.set(board, json);
      boards.push(entry);
    }
    if (!boards.length) return;
    this.#toldAt = Date.now();
    this.#send({ watched: { boards } });
  }
}
