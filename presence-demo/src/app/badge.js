const WORDS = {
  connecting: 'Connecting',
  open: 'Live',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  closed: 'Closed',
};

/** Says how this page is connected, and to which node. */
export class Badge {
  #badge;

  constructor(badge) {
    this.#badge = badge;
  }

  show({ state, nodeId, serverLabel, rtt }) {
    const open = state === 'open';
    const node = [serverLabel, nodeId.slice(0, 8)].filter(Boolean).join(' ');
    Object.assign(this.#badge.dataset, { state, node: nodeId });
    this.#badge.title = nodeId && `Node ${nodeId}`;
    this.#write('badge-state', WORDS[state]);
    this.#write('badge-node', open ? node : '');
    this.#write('badge-rtt', open && rtt !== null ? `${rtt < 1 ? '<1' : Math.round(rtt)} ms` : '');
  }

  #write(id, text) {
    const target = this.#badge.querySelector(`#${id}`);
    if (target.textContent !== text) target.textContent = text;
  }
}
