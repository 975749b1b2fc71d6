const MOST_COMPLAINTS = 50;

/** Counts what happened, and keeps what should not have. */
export class Witness {
  complaints = [];
  counts = {};
  /** Members whose owner knows of them, those that left of their own will, and those that came back too late. */
  known = new Set();
  departed = new Set();
  expired = new Set();

  #graceMs;
  #gone = new Map();
  #signals = new WeakMap();

  constructor(graceMs) {
    this.#graceMs = graceMs;
    process.on('unhandledRejection', (reason) => this.wrong(`unhandled rejection: ${reason?.stack ?? reason}`));
    process.on('uncaughtException', (error) => this.wrong(`uncaught: ${error?.stack ?? error}`));
  }

  wrong(complaint) {
    if (this.complaints.length < MOST_COMPLAINTS) this.complaints.push(complaint);
    this.count('complaints');
  }

  count(what, times = 1) {
    this.counts[what] = (this.counts[what] ?? 0) + times;
  }

  /** A seat was not kept. */
  lost(id, awayMs, name) {
    this.count('resumes that came too late');
    console.log(`${name} lost its seat after ${Math.round(awayMs)} ms`);
    this.expired.add(id);
    if (awayMs < this.#graceMs) this.wrong(`${name} lost its seat ${id} after ${Math.round(awayMs)} ms`);
  }

  heardLeave(id, how) {
    this.count('leaves heard');
    this.#gone.set(id, how);
  }

  heardSignal(hearer, member, type, payload) {
    this.count('signals heard');
    if (!member || type !== 'note') this.wrong(`signal ${type} from ${member?.name}`);
    const heard = this.#signals.get(hearer) ?? new Set();
    this.#signals.set(hearer, heard);
    if (heard.has(payload)) this.wrong(`signal "${payload}" was heard twice`);
    heard.add(payload);
  }

  /** Once all is quiet: no member was heard to leave that did not. */
  reviewLeaves() {
    for (const [id, how] of this.#gone) {
      if (!this.known.has(id)) this.count('leaves of members whose roster never reached them');
      else if (!this.departed.has(id) && !this.expired.has(id)) this.wrong(`${id} did not leave (${how})`);
    }
    this.#gone.clear();
  }
}
