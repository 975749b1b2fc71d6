import { svgElement } from '../ui/dom.js';

const EVERY_MS = 1000;
/** Percentiles are of the positions of the last seconds. */
const AGES_MS = 5000;
const MOST_AGES = 20_000;
const SPARKS = 40;

/** Live figures of this page's connection, once a second while the panel is open. */
export class StatsPanel {
  #panel;
  #traffic;
  #connection;
  #room = null;
  /** @type {[at: number, ageMs: number][]} */
  #ages = [];
  #cursors = 0;
  #before = null;
  #history = [];
  #spark = svgElement('polyline');

  constructor(panel, traffic, connection) {
    this.#panel = panel;
    this.#traffic = traffic;
    this.#connection = connection;
    const graph = svgElement('svg', {
      class: 'spark', viewBox: '0 0 100 24', preserveAspectRatio: 'none', 'aria-hidden': 'true',
    });
    graph.append(this.#spark);
    panel.append(graph);
    setInterval(() => this.#tick(), EVERY_MS);
  }

  attach(room) {
    this.#room = room;
    room.on('cursor', (member, ageMs) => {
      this.#cursors += 1;
      this.#ages.push([performance.now(), ageMs]);
      if (this.#ages.length > MOST_AGES) this.#ages.splice(0, MOST_AGES / 2);
    });
  }

  toggle() {
    this.#panel.hidden = !this.#panel.hidden;
    this.#tick();
    return !this.#panel.hidden;
  }

  #tick() {
    const now = performance.now();
    this.#ages = this.#ages.filter(([at]) => now - at < AGES_MS);
    const { framesIn, framesOut, bytesIn, bytesOut } = this.#traffic;
    const counts = { framesIn, framesOut, bytesIn, bytesOut, cursors: this.#cursors, at: now };
    const before = this.#before ?? counts;
    const seconds = (now - before.at) / 1000;
    // If the panel was opened between two ticks, the next one computes the rates.
    if (seconds > 0.5 || !this.#before) this.#before = counts;
    const rate = (name) => (seconds > 0.5 ? (counts[name] - before[name]) / seconds : null);
    if (seconds > 0.5) this.#history = [...this.#history, rate('cursors')].slice(-SPARKS);
    if (this.#panel.hidden) return;
    const ages = this.#ages.map(([, age]) => age).sort((a, b) => a - b);
    const { rtt } = this.#connection;
    this.#write({
      age50: inMs(percentile(ages, 0.5)),
      age99: inMs(percentile(ages, 0.99)),
      rtt: inMs(rtt),
      members: this.#room ? String(this.#room.members.length) : '–',
      cursors: perSecond(rate('cursors')),
      framesIn: perSecond(rate('framesIn')),
      framesOut: perSecond(rate('framesOut')),
      bytesIn: bytes(rate('bytesIn')),
      bytesOut: bytes(rate('bytesOut')),
    });
    this.#drawSpark();
  }

  #write(figures) {
    for (const [name, text] of Object.entries(figures)) {
      // Without a rate the text before is kept.
      if (text !== null) this.#panel.querySelector(`[data-figure=${name}]`).textContent = text;
    }
  }

  #drawSpark() {
    const most = Math.max(10, ...this.#history);
    const points = this.#history.map((value, i) =>
      `${(100 * (i + SPARKS - this.#history.length)) / (SPARKS - 1)},${23 - (21 * value) / most}`);
    this.#spark.setAttribute('points', points.join(' '));
  }
}

function percentile(sorted, part) {
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] : null;
}

const inMs = (value) => (value === null ? '–' : `${Math.round(value)} ms`);

const perSecond = (value) => (value === null ? null : value.toFixed(value < 10 ? 1 : 0));

function bytes(value) {
  if (value === null) return null;
  return value < 1024 ? `${Math.round(value)} B/s` : `${(value / 1024).toFixed(1)} KiB/s`;
}
