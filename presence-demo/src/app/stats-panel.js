import { bytesPerSecond, Figures, inMs, perSecond } from '/presence-panel.js';
import { svgElement } from '../ui/dom.js';

const EVERY_MS = 1000;
const SPARKS = 40;

/** Live figures of this page's connection, once a second while the panel is open. */
export class StatsPanel {
  #panel;
  #probe;
  #figures;
  #history = [];
  #spark = svgElement('polyline');

  constructor(panel, probe) {
    this.#panel = panel;
    this.#probe = probe;
    this.#figures = new Figures(probe);
    const graph = svgElement('svg', {
      class: 'spark', viewBox: '0 0 100 24', preserveAspectRatio: 'none', 'aria-hidden': 'true',
    });
    graph.append(this.#spark);
    panel.append(graph);
    setInterval(() => this.#tick(), EVERY_MS);
  }

  toggle() {
    this.#panel.hidden = !this.#panel.hidden;
    this.#tick();
    return !this.#panel.hidden;
  }

  #tick() {
    const { renewed, rates, age50, age99, rtt } = this.#figures.read();
    if (renewed) this.#history = [...this.#history, rates.cursors].slice(-SPARKS);
    if (this.#panel.hidden) return;
    const [room] = this.#probe.rooms;
    this.#write({ age50: inMs(age50), age99: inMs(age99), rtt: inMs(rtt), members: room ? String(room.members.length) : '–' });
    // Before the first rates there is nothing to write.
    if ('cursors' in rates) {
      this.#write({
        cursors: perSecond(rates.cursors),
        framesIn: perSecond(rates.framesIn),
        framesOut: perSecond(rates.framesOut),
        bytesIn: bytesPerSecond(rates.bytesIn),
        bytesOut: bytesPerSecond(rates.bytesOut),
      });
    }
    this.#drawSpark();
  }

  #write(figures) {
    for (const [name, text] of Object.entries(figures)) {
      this.#panel.querySelector(`[data-figure=${name}]`).textContent = text;
    }
  }

  #drawSpark() {
    const most = Math.max(10, ...this.#history);
    const points = this.#history.map((value, i) =>
      `${(100 * (i + SPARKS - this.#history.length)) / (SPARKS - 1)},${23 - (21 * value) / most}`);
    this.#spark.setAttribute('points', points.join(' '));
  }
}
