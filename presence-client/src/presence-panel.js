// API: presence-panel.d.ts
export { Probe } from './presence-probe.js';

const EVERY_MS = 1000;
/** Between two readings that are closer than this there are no rates. */
const LEAST_SECONDS = 0.5;
const MOST_MEMBERS = 20;
const COUNTS = ['framesIn', 'framesOut', 'bytesIn', 'bytesOut', 'cursors'];

export class Figures {
  #probe;
  #before = null;
  #rates = {};

  constructor(probe) {
    this.#probe = probe;
  }

  read() {
    const probe = this.#probe;
    const at = performance.now();
    const seconds = this.#before ? (at - this.#before.at) / 1000 : 0;
    const renewed = seconds >= LEAST_SECONDS;
    if (renewed) {
      this.#rates = Object.fromEntries(COUNTS.map((name) => [name, (probe[name] - this.#before[name]) / seconds]));
    }
    if (renewed || !this.#before) this.#before = { at, ...Object.fromEntries(COUNTS.map((name) => [name, probe[name]])) };
    const ages = probe.ages().sort((a, b) => a - b);
    return {
      renewed,
      rates: this.#rates,
      age50: percentile(ages, 0.5),
      age99: percentile(ages, 0.99),
      rtt: probe.connection?.rtt ?? null,
    };
  }
}

function percentile(sorted, part) {
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] : null;
}

export const inMs = (value) => (value === null ? '–' : `${Math.round(value)} ms`);

export const perSecond = (value = 0) => value.toFixed(value < 10 ? 1 : 0);

export const bytesPerSecond = (value = 0) =>
  (value < 1024 ? `${Math.round(value)} B/s` : `${(value / 1024).toFixed(1)} KiB/s`);

export function showPanel(probe, parent = document.body) {
  if (!customElements.get('presence-panel')) customElements.define('presence-panel', PresencePanel);
  const panel = document.createElement('presence-panel');
  panel.probe = probe;
  parent.append(panel);
  return panel;
}

// Node has no elements, and may import this for the figures.
export class PresencePanel extends (globalThis.HTMLElement ?? class {}) {
  #probe = null;
  #figures = null;
  #timer;
  #content;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: 'open' });
    // Not a style element: a content security policy may forbid those.
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [style];
    this.#content = element('section', { 'aria-label': 'Presence' });
    shadow.append(this.#content);
  }

  get probe() {
    return this.#probe;
  }

  set probe(probe) {
    this.#probe = probe;
    this.#figures = new Figures(probe);
    if (this.isConnected) this.refresh();
  }

  connectedCallback() {
    this.refresh();
    this.#timer = setInterval(() => this.refresh(), EVERY_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  refresh() {
    const { connection } = this.#probe ?? {};
    if (!connection) return this.#content.replaceChildren('no connection');
    const { rates, age50, age99, rtt } = this.#figures.read();
    this.#content.replaceChildren(
      element('h2', {}, 'Presence ', element('span', { class: 'state', 'data-state': connection.state }, connection.state)),
      list({
        Node: connection.serverLabel || connection.nodeId.slice(0, 8) || '–',
        Connection: connection.connectionId || '–',
        Attempts: this.#probe.sockets,
        'Round trip': inMs(rtt),
        'Clock ahead': inMs(rtt === null ? null : connection.clockOffset),
        'Frames in, out': `${perSecond(rates.framesIn)}, ${perSecond(rates.framesOut)} /s`,
        'Bytes in, out': `${bytesPerSecond(rates.bytesIn)}, ${bytesPerSecond(rates.bytesOut)}`,
        'Age of cursors': `${inMs(age50)}, 99 % ${inMs(age99)}`,
      }),
      ...[...this.#probe.rooms].flatMap((room) => this.#room(room)),
    );
  }

  #room(room) {
    const { members } = room;
    const shown = members.slice(0, MOST_MEMBERS).map((member) => {
      const dot = element('span', { class: 'dot', 'aria-hidden': 'true' });
      // As this property it can be a color only: others choose it.
      dot.style.backgroundColor = member.color;
      const name = element('bdi', {}, member.name || member.id.slice(0, 8));
      return element('li', {}, dot, name, ` · ${this.#factsOf(member)}`);
    });
    if (members.length > MOST_MEMBERS) shown.push(element('li', {}, `and ${members.length - MOST_MEMBERS} more`));
    return [
      element('h3', {}, element('bdi', {}, room.board), ` · ${members.length} ${members.length === 1 ? 'member' : 'members'}`),
      element('ul', {}, ...shown),
    ];
  }

  #factsOf(member) {
    const { cursor, status, state, isSelf } = member;
    const ago = this.#probe.movedAgo(member);
    return [
      isSelf && 'you', status,
      cursor && (cursor.hidden ? 'no pointer' : `${Math.round(cursor.x)},${Math.round(cursor.y)}`),
      ago !== null && `moved ${ago < 1000 ? 'now' : `${Math.round(ago / 1000)} s ago`}`,
      Object.keys(state).length && `state: ${Object.keys(state).slice(0, 5).join(', ')}`,
    ].filter(Boolean).join(' · ');
  }
}

function list(facts) {
  return element('dl', {}, ...Object.entries(facts).flatMap(([name, value]) =>
    [element('dt', {}, name), element('dd', {}, String(value))]));
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const STYLE = `
  :host { position: fixed; inset: auto 12px 12px auto; z-index: 2147483000; display: block; }
  :host([hidden]) { display: none; }
  section {
    box-sizing: border-box; width: min(320px, calc(100vw - 24px)); max-height: min(480px, calc(100vh - 24px)); overflow: auto;
    padding: 12px 14px; border: 1px solid var(--presence-panel-border, #d4d4d8); border-radius: 8px;
    background: var(--presence-panel-background, #fff); color: var(--presence-panel-color, #18181b);
    font: 12px/1.5 system-ui, sans-serif; box-shadow: 0 4px 16px rgb(0 0 0 / 16%);
  }
  h2, h3 { margin: 0; font-size: 13px; }
  h3 { margin-top: 10px; overflow-wrap: anywhere; }
  .state { margin-left: 6px; padding: 1px 7px; border-radius: 9px; background: #b45309; color: #fff; font-weight: 500; }
  .state[data-state=open] { background: #15803d; }
  .state[data-state=closed] { background: #b91c1c; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 0 12px; margin: 6px 0 0; }
  dt { color: var(--presence-panel-muted, #52525b); }
  dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
  ul { margin: 4px 0 0; padding: 0; list-style: none; overflow-wrap: anywhere; }
  .dot { display: inline-block; width: 8px; height: 8px; margin-right: 6px; border: 1px solid rgb(128 128 128 / 60%); border-radius: 50%; }
  @media (prefers-color-scheme: dark) {
    section {
      background: var(--presence-panel-background, #18181b); color: var(--presence-panel-color, #f4f4f5);
      border-color: var(--presence-panel-border, #3f3f46);
    }
    dt { color: var(--presence-panel-muted, #a1a1aa); }
  }
  @media (forced-colors: active) { .state, .dot { border: 1px solid; forced-color-adjust: auto; } }
`;
