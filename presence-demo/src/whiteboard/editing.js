import '/presence-locks.js';
import { Emitter } from '../ui/emitter.js';

/** A member may have 16 locks: of a large selection only so many shapes are locked. */
const MOST_LOCKED = 12;

/**
 * Which shapes a member drags or writes into: they are locked for that time, and the other pages leave them alone. Without a
 * connection, or while the node cannot reach Redis, nothing is locked, and drawing goes on.
 *
 * Events: `change`; `taken` (member), when this visitor tries to change what another member edits.
 */
export class Editing extends Emitter {
  #room = null;
  /** What ends each lock of this visitor, by shape. */
  #own = new Map();

  attach(room) {
    this.#room = room;
    room.on('locks', () => this.emit('change'));
    this.emit('change');
  }

  /** The shapes that other members edit, with those members. */
  get others() {
    const locks = this.#room?.locks ?? [];
    return new Map(locks.filter(({ member, isMine }) => member && !isMine).map(({ name, member }) => [name, member]));
  }

  /** Whether another member edits a shape. */
  isTaken(id) {
    return this.others.has(id);
  }

  /** Those of some shapes that this visitor may change; tells of one that another member edits. */
  free(ids) {
    const { others } = this;
    const taken = ids.find((id) => others.has(id));
    if (taken) this.emit('taken', others.get(taken));
    return ids.filter((id) => !others.has(id));
  }

  /** @param giveWay is called with a shape that another member locked a moment earlier */
  begin(ids, giveWay) {
    const room = this.#room;
    if (!room || room.closed) return;
    for (const id of ids.slice(0, MOST_LOCKED)) {
      if (this.#own.has(id)) continue;
      const controller = new AbortController();
      const { signal } = controller;
      this.#own.set(id, () => controller.abort());
      room.lock(id, { signal }).then((lock) => {
        if (signal.aborted) return lock.release();
        this.#own.set(id, () => lock.release());
      }, ({ code, holder }) => {
        if (code !== 'lock_denied' || signal.aborted) return;
        giveWay(id);
        this.emit('taken', holder);
      });
    }
  }

  end(ids) {
    for (const id of ids) {
      this.#own.get(id)?.();
      this.#own.delete(id);
    }
  }
}
