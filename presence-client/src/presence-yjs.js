// presence-yjs.d.ts documents the API.
import { safeColor } from './presence-safe.js';

const SEND_EVERY_MS = 50;
/** Removed clients whose clocks are kept: listeners may still want to encode them. */
const CLOCKS_KEPT = 256;

export class PresenceAwareness {
  states = new Map();
  meta = new Map();

  // Public in y-protocols, so part of being one.
  _observers = new Map();
  _checkInterval = undefined;

  #field;
  #accept;
  #claims = new Map();
  #clients = new Map();
  #dirty = new Set();
  #listening;
  #pause = null;
  #unsent = false;
  #sent;
  #destroyed = false;

  constructor(room, doc, { field = 'awareness', accept = () => true } = {}) {
    this.room = room;
    this.doc = doc;
    this.clientID = doc.clientID;
    this.#field = field;
    this.#accept = accept;
    const changed = (member) => this.#dirty.add(member);
    this.#listening = [
      room.on('join', changed),
      room.on('update', changed),
      room.on('leave', changed),
      room.on('members', () => this.#takeIn()),
      room.on('closed', () => this.#endOfRoom()),
    ];
    for (const member of room.others) changed(member);
    this.#takeIn();
    doc.on('destroy', () => this.destroy());
    this.setLocalState({});
  }

  getStates() {
    return this.states;
  }

  getLocalState() {
    return this.states.get(this.clientID) ?? null;
  }

  setLocalState(state) {
    this.#apply([[this.clientID, state]], 'local');
  }

  setLocalStateField(field, value) {
    const state = this.getLocalState();
    if (state !== null) this.setLocalState({ ...state, [field]: value });
  }

  on(event, listener) {
    const listeners = this._observers.get(event) ?? new Set();
    this._observers.set(event, listeners.add(listener));
  }

  once(event, listener) {
    const first = (...details) => {
      this.off(event, first);
      listener(...details);
    };
    this.on(event, first);
  }

  off(event, listener) {
    this._observers.get(event)?.delete(listener);
  }

  emit(event, details) {
    for (const listener of [...this._observers.get(event) ?? []]) {
      try {
        listener(...details);
      } catch (error) {
        report(error);
      }
    }
    // Here, as y-protocols' own functions change the states themselves and then only tell.
    if (event === 'update' && touches(details[0], this.clientID)) this.#share();
  }

  destroy() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('destroy', [this]);
    this.setLocalState(null);
    this.#send();
    clearTimeout(this.#pause);
    for (const off of this.#listening) off();
    this._observers = new Map();
  }

  #share() {
    this.#unsent = true;
    if (this.#pause === null) this.#send();
  }

  #send() {
    clearTimeout(this.#pause);
    this.#pause = null;
    if (!this.#unsent) return;
    this.#unsent = false;
    const { room } = this;
    if (room.closed || !room.self) return; // an observer has nothing to say
    this.#pause = setTimeout(() => this.#send(), SEND_EVERY_MS);
    try {
      const state = this.getLocalState();
      const value = state === null ? undefined : { client: this.clientID, state };
      const text = JSON.stringify(value);
      if (text === this.#sent) return;
      room.set({ [this.#field]: value });
      this.#sent = text;
    } catch (error) {
      // A throw in a timer or out of an editor's update would end more than this state.
      if (this._observers.get('error')?.size) this.emit('error', [error]);
      else report(error);
    }
  }

  #takeIn() {
    const affected = new Set();
    const present = new Set(this.#dirty.size ? this.room.members : []);
    for (const member of this.#dirty) {
      const claim = present.has(member) && !member.isSelf ? this.#read(member) : null;
      this.#claim(member, claim, affected);
    }
    this.#dirty.clear();
    this.#apply([...affected].map((client) => [client, this.#stateOf(client)]), this.room);
  }

  #read(member) {
    const value = member.state[this.#field];
    if (!isObject(value) || !isObject(value.state)) return null;
    const { client, state } = value;
    // No other client may change it.
    if (!Number.isSafeInteger(client) || client < 0 || client === this.clientID) return null;
    try {
      const tidy = tidied(state, member);
      return this.#accept(tidy, member) ? { client, member, state: tidy } : null;
    } catch (error) {
      report(error);
      return null;
    }
  }

  #claim(member, claim, affected) {
    const before = this.#clients.get(member);
    if (before !== undefined) {
      const claims = this.#claims.get(before);
      claims.delete(member);
      if (!claims.size) this.#claims.delete(before);
      affected.add(before);
    }
    this.#clients.delete(member);
    if (!claim) return;
    const claims = this.#claims.get(claim.client) ?? new Map();
    this.#claims.set(claim.client, claims.set(member, claim));
    this.#clients.set(member, claim.client);
    affected.add(claim.client);
  }

  /** Of those that claim to be this client, the first that is there; else its ghost. */
  #stateOf(client) {
    const claims = [...this.#claims.get(client)?.values() ?? []];
    claims.sort((a, b) => isAway(a.member) - isAway(b.member) || a.member.joinedAt - b.member.joinedAt);
    return claims[0]?.state ?? null;
  }

  #apply(states, origin) {
    const [added, updated, changed, removed] = [[], [], [], []];
    for (const [client, state] of states) {
      const before = this.states.get(client);
      if (state === null) {
        if (before === undefined && origin !== 'local') continue;
        this.states.delete(client);
        removed.push(client);
      } else {
        const equal = JSON.stringify(state) === JSON.stringify(before);
        if (equal && origin !== 'local') continue;
        this.states.set(client, state);
        (before === undefined ? added : updated).push(client);
        if (before !== undefined && !equal) changed.push(client);
      }
      this.#tick(client);
    }
    if (added.length || changed.length || removed.length) {
      this.emit('change', [{ added, updated: changed, removed }, origin]);
    }
    if (added.length || updated.length || removed.length) this.emit('update', [{ added, updated, removed }, origin]);
  }

  #tick(client) {
    // From 1 up, as y-protocols reads 0 as a state that it has already; its local state, `{}`, is 0.
    const before = this.meta.get(client)?.clock ?? (client === this.clientID ? -1 : 0);
    this.meta.delete(client); // so that the map's order is that of the last change
    this.meta.set(client, { clock: before + 1, lastUpdated: Date.now() });
    for (const old of this.meta.keys()) {
      if (this.meta.size <= this.states.size + CLOCKS_KEPT) break;
      if (!this.states.has(old)) this.meta.delete(old);
    }
  }

  #endOfRoom() {
    const clients = [...this.#claims.keys()];
    this.#claims.clear();
    this.#clients.clear();
    clearTimeout(this.#pause);
    this.#apply(clients.map((client) => [client, null]), this.room);
  }
}

/** What bindings expect: they break on a cursor that is none, and label it with what the state says. */
function tidied(state, member) {
  const tidy = { ...state };
  if ('user' in tidy || member.name) tidy.user = userOf(tidy.user, member);
  if (isObject(tidy.cursor)) {
    const [anchor, head] = [tidy.cursor.anchor, tidy.cursor.head].map(positionOf);
    tidy.cursor = anchor && head && !isAway(member) ? { ...tidy.cursor, anchor, head } : null;
  }
  return tidy;
}

function userOf(said, member) {
  const user = isObject(said) ? { ...said } : {};
  // The profile may be vouched for by a token.
  if (member.name) user.name = member.name;
  if (member.color) user.color = member.color;
  if (typeof user.name !== 'string') delete user.name;
  for (const name of ['color', 'colorLight']) {
    // Bindings put them into style attributes.
    if (!safeColor(user[name])) delete user[name];
  }
  return user;
}

const isAway = (member) => member.status === 'away';

/** A relative position of Yjs with all its fields, without which y-codemirror.next throws; null if it is none. */
function positionOf(said) {
  if (!isObject(said)) return null;
  const { type = null, tname = null, item = null, assoc = 0 } = said;
  const isOne = (tname === null || typeof tname === 'string') && Number.isInteger(assoc)
    && [type, item].every((id) => id === null || isId(id)) && (type ?? tname ?? item) !== null;
  return isOne ? { type, tname, item, assoc } : null;
}

const isId = (id) => isObject(id) && [id.client, id.clock].every((part) => Number.isSafeInteger(part) && part >= 0);

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const touches = ({ added, updated, removed }, client) =>
  [added, updated, removed].some((clients) => clients.includes(client));

const report = (error) => (globalThis.reportError ?? console.error)(error);
