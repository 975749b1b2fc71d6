// Pages on one board in virtual time, with a network between them that loses, delays and reorders what they send.
import { History } from '../src/whiteboard/history.js';
import { Shapes } from '../src/whiteboard/shapes.js';
import { ShapeSync } from '../src/whiteboard/shape-sync.js';

/** What a node allows by default; of each as much as two seconds allow may come at once. */
const CLIENT = { signals: 50, bytes: 131_072 };
const BOARD = { bytes: 524_288 };
const TICK_MS = 5;
const LARGEST_SIGNAL = 16_384;

const GOOD_NETWORK = { loss: 0, leastMs: 5, mostMs: 40, reorders: false };

export class SimulatedBoard {
  network = GOOD_NETWORK;
  /** @type {Page[]} whose tabs are open */
  pages = [];
  /** How many signals the node has refused. */
  refused = 0;
  /** How many bytes of signals it has taken. */
  bytes = 0;
  signals = 0;
  #random;
  #timers;
  #limits;
  #budget;
  /** @type {Map<any, () => void>} what arrives later, by its timer */
  #underWay = new Map();
  /** Members of tabs that were closed: they are away until the node's grace is over. */
  #away = new Set();

  /**
   * @param timers of a test's mocks; `setTimeout` and `Date` are mocked here
   * @param limits of {@link Shapes}
   */
  constructor(timers, random, limits = {}) {
    this.#timers = timers;
    this.#random = random;
    this.#limits = limits;
    timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000_000 });
    this.#budget = new Budget(BOARD);
  }

  /** Opens a tab; the others are told of it as of any message. */
  enter() {
    const page = new Page(this, this.#random, this.#limits);
    for (const other of this.pages) other.isYetToMeet(page.member);
    this.pages.push(page);
    for (const other of this.#connected()) {
      if (other !== page) this.#later(() => other.isOpen && other.meet(page.member));
    }
    return page;
  }

  /** Closes a tab, whatever it was about to send. */
  end(page, graceMs = 10_000) {
    page.isOpen = false;
    page.room.closed = true;
    this.pages = this.pages.filter((other) => other !== page);
    this.#away.add(page.member);
    setTimeout(() => this.#away.delete(page.member), graceMs);
  }

  /** Makes all pages hear each other again, on a good network, which brings what is still under way, too. */
  calm() {
    this.network = GOOD_NETWORK;
    for (const [timer, deliver] of [...this.#underWay]) {
      clearTimeout(timer);
      this.#underWay.delete(timer);
      this.#after(this.#random() * GOOD_NETWORK.mostMs, deliver);
    }
    for (const page of this.pages) page.reconnect();
  }

  /** Lets time pass. The mocks set the clock to the end of a tick before they call anything, so that ticks are short. */
  run(ms) {
    for (let passed = 0; passed < ms; passed += TICK_MS) this.#timers.tick(TICK_MS);
  }

  get members() {
    return [...this.pages.map(({ member }) => member), ...this.#away];
  }

  /** Brings a signal to everybody who can be reached, or to some; false if the sender is offline. */
  relay(page, type, payload, to) {
    if (page.isOffline) return false;
    const text = JSON.stringify(payload ?? null);
    if (text.length > LARGEST_SIGNAL) throw new Error(`signal_too_large: ${type} of ${text.length} bytes`);
    if (!page.budget.take(text.length) || !this.#budget.take(text.length)) {
      this.refused += 1;
      return true;
    }
    this.bytes += text.length;
    this.signals += 1;
    for (const other of this.#connected()) {
      if (other === page || (to && !to.includes(other.member)) || this.#random() < this.network.loss) continue;
      this.#later(() => other.isOpen && !other.isOffline && !other.isApartFrom(page)
        && other.hear(page.member, type, JSON.parse(text)), page, other);
    }
    return true;
  }

  #connected() {
    return this.pages.filter(({ isOffline }) => !isOffline);
  }

  /** Runs it after a delay; between two pages in order, unless the network is worse than real ones. */
  #later(deliver, from, to) {
    const { leastMs, mostMs, reorders } = this.network;
    let at = Date.now() + leastMs + this.#random() * (mostMs - leastMs);
    if (from && !reorders) {
      at = Math.max(at, from.latest.get(to) ?? 0);
      from.latest.set(to, at);
    }
    this.#after(at - Date.now(), deliver);
  }

  #after(ms, deliver) {
    const timer = setTimeout(() => {
      this.#underWay.delete(timer);
      deliver();
    }, ms);
    this.#underWay.set(timer, deliver);
  }
}

let count = 0;

class Page {
  isOpen = true;
  isOffline = false;
  isHidden = false;
  budget = new Budget(CLIENT);
  latest = new WeakMap();
  member = {};
  #apart = new Set();
  #unmet = new Set();
  #listeners = new Map();

  constructor(board, random, limits) {
    const listen = (prefix) => (event, listener) => {
      const listeners = this.#listeners.get(prefix + event) ?? [];
      this.#listeners.set(prefix + event, [...listeners, listener]);
    };
    const { member } = this;
    this.room = {
      closed: false,
      connection: { on: listen('connection ') },
      on: listen(''),
      signal: (type, payload, { to } = {}) => board.relay(this, type, payload, to),
      get members() { return board.members; },
      get others() { return board.members.filter((other) => other !== member); },
    };
    // Clocks of pages differ by what a measured round trip leaves unknown.
    const skew = Math.round(200 * random() - 100);
    count += 1;
    this.shapes = new Shapes({ author: `page${count}`, now: () => Date.now() + skew, ...limits });
    this.history = new History(this.shapes);
    this.sync = new ShapeSync(this.room, this.shapes, { random, isHidden: () => this.isHidden });
  }

  /** Until it is told of it, a page drops what that member sends. */
  isYetToMeet(newcomer) {
    this.#unmet.add(newcomer);
  }

  meet(newcomer) {
    this.#unmet.delete(newcomer);
    this.tell('join', newcomer);
  }

  tell(event, ...details) {
    for (const listener of this.#listeners.get(event) ?? []) listener(...details);
  }

  hear(member, type, payload) {
    if (!this.#unmet.has(member)) this.tell('signal', { member, type, payload });
  }

  cut() {
    this.isOffline = true;
    this.tell('connection state', 'reconnecting');
  }

  /** Nothing comes from or gets to these pages. */
  partFrom(pages) {
    for (const page of pages) this.#apart.add(page);
  }

  isApartFrom(page) {
    return this.#apart.has(page);
  }

  reconnect() {
    this.#apart.clear();
    this.#unmet.clear();
    if (!this.isOffline) return;
    this.isOffline = false;
    this.tell('connection state', 'open');
  }
}

class Budget {
  #limits;
  #left = {};
  #at = Date.now();

  constructor(limits) {
    this.#limits = limits;
    for (const [name, perSecond] of Object.entries(limits)) this.#left[name] = 2 * perSecond;
  }

  take(bytes) {
    const seconds = (Date.now() - this.#at) / 1000;
    this.#at = Date.now();
    const cost = { signals: 1, bytes };
    const names = Object.keys(this.#limits);
    for (const name of names) {
      const perSecond = this.#limits[name];
      this.#left[name] = Math.min(2 * perSecond, this.#left[name] + seconds * perSecond);
    }
    if (names.some((name) => this.#left[name] < cost[name])) return false;
    for (const name of names) this.#left[name] -= cost[name];
    return true;
  }
}
