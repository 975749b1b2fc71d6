// The defaults of a node, as in docs/protocol/client.md.
const PER_MEMBER = 16;
const PER_BOARD = 500;
const PER_QUEUE = 32;
const SHORTEST_MS = 1000;
const USUAL_MS = 30_000;
const LONGEST_MS = 300_000;
const RETRY_MS = 1000;

/** The locks of a board of the test node. */
export class Locking {
  #clock;
  #tell;
  /** By name: member, fencing number, end, timer, and the members that wait, each with its seat and request. */
  #locks = new Map();
  #last = 0;
  #changed = new Set();

  /** @param tell is called soon after locks have changed, with what has changed */
  constructor(clock, tell) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Every lock that is held. */
  all() {
    return [...this.#locks].map(([name, { member, fencing }]) => ({ name, holder: member.id, fencing }));
  }

  /** Answers a request by its seat; returns the error that refuses it, if one does. */
  lock(seat, { name, ttlMs: asked, wait }, id) {
    const ttlMs = asked || USUAL_MS;
    if (ttlMs < SHORTEST_MS || ttlMs > LONGEST_MS) {
      return { code: 'lock_invalid', message: `ttl_ms is ${ttlMs}, the limits are ${SHORTEST_MS} and ${LONGEST_MS}` };
    }
    const { member } = seat;
    const lock = this.#locks.get(name);
    const request = { seat, member, ttlMs, id };
    if (lock?.member === member) {
      this.#renew(name, lock, ttlMs);
      return this.#answer(request, name, 'granted');
    }
    const place = lock?.waiting.findIndex((each) => each.member === member) ?? -1;
    if (lock && !wait) {
      if (place >= 0) lock.waiting.splice(place, 1);
      return this.#answer(request, name, 'denied');
    }
    if (place >= 0) {
      lock.waiting[place] = request;
      return this.#answer(request, name, 'queued');
    }
    const all = [...this.#locks.values()];
    const own = all.flatMap((each) => [each, ...each.waiting]).filter((each) => each.member === member);
    if (own.length >= PER_MEMBER) {
      return { code: 'too_many_locks', message: `the member holds or waits for ${PER_MEMBER} locks, the limit` };
    }
    if (!lock && all.length >= PER_BOARD) {
      return { code: 'too_many_locks', message: `the board has ${PER_BOARD} locks, the limit`, retryAfterMs: RETRY_MS };
    }
    if (lock && lock.waiting.length >= PER_QUEUE) {
      return { code: 'lock_queue_full', message: `${PER_QUEUE} members wait for this lock, the limit`, retryAfterMs: RETRY_MS };
    }
    if (lock) lock.waiting.push(request);
    else this.#grant(name, request, []);
    return this.#answer(request, name, lock ? 'queued' : 'granted');
  }

  unlock(member, name) {
    const lock = this.#locks.get(name);
    if (!lock) return;
    lock.waiting = lock.waiting.filter((each) => each.member !== member);
    if (lock.member === member) this.#free(name, lock);
  }

  /** A member has left. */
  release(member) {
    for (const name of [...this.#locks.keys()]) this.unlock(member, name);
  }

  #grant(name, { member, ttlMs }, waiting) {
    const lock = { member, fencing: this.#last = Math.max(this.#last + 1, Date.now() * 1000), waiting };
    this.#locks.set(name, lock);
    this.#renew(name, lock, ttlMs);
    this.#change(name);
  }

  #renew(name, lock, ttlMs) {
    clearTimeout(lock.timer);
    lock.endMs = Date.now() + ttlMs;
    lock.timer = this.#clock.after(ttlMs, () => { if (this.#locks.get(name) === lock) this.#free(name, lock); });
  }

  #free(name, lock) {
    clearTimeout(lock.timer);
    this.#locks.delete(name);
    this.#change(name);
    const [next, ...waiting] = lock.waiting;
    if (!next) return;
    this.#grant(name, next, waiting);
    this.#answer(next, name, 'granted');
  }

  #answer({ seat, id }, name, state) {
    const { member, fencing, endMs } = this.#locks.get(name);
    seat.session.send({ lockResult: {
      boardRef: seat.board.ref, name, state, fencing, ttlMs: endMs - Date.now(), holder: member.id, inReplyTo: id,
    } });
  }

  #change(name) {
    if (!this.#changed.size) {
      this.#clock.at(Date.now(), () => {
        const names = [...this.#changed];
        this.#changed.clear();
        this.#tell({
          held: this.all().filter((lock) => names.includes(lock.name)),
          released: names.filter((each) => !this.#locks.has(each)),
        });
      });
    }
    this.#changed.add(name);
  }
}
