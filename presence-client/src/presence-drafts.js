// What a component says of this client's state, before the room is told. No part of the API.
import { Source } from './presence-snapshots.js';

const NOTHING = Object.freeze({});

/** Keeps values until there is a room, and tells it at most once every `throttleMs`; the last ones always. */
export class StateDraft extends Source {
  throttleMs = 0;
  #room = null;
  #unsent = NOTHING;
  #timer = null;
  #onError;

  /** @param onError for what the room refuses later, when there is no caller any more */
  constructor(onError) {
    super();
    this.#onError = onError;
  }

  get = () => this.#unsent;

  /** @param room null while there is none */
  attach(room) {
    this.#room = room;
    this.#tellLater();
  }

  set(values) {
    this.#unsent = Object.freeze({ ...this.#unsent, ...values });
    if (this.#timer === null) this.#tellRoom();
    this.tell();
  }

  /** Tells what is left. */
  end() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#tellLater();
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#room = null;
  }

  #tellLater() {
    try {
      this.#tellRoom();
    } catch (error) {
      this.#onError(error);
    }
    this.tell();
  }

  #tellRoom() {
    if (!this.#room || this.#room.closed || this.#unsent === NOTHING) return;
    const values = this.#unsent;
    try {
      this.#room.set(values);
    } finally {
      if (this.#unsent === values) this.#unsent = NOTHING;
    }
    if (this.throttleMs > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#tellLater();
      }, this.throttleMs);
    }
  }
}

/** This client's state as its component sees it: with what has not been told. */
export function withDraft(state, unsent) {
  if (unsent === NOTHING) return state;
  const values = { ...state, ...unsent };
  for (const name of Object.keys(unsent)) if (unsent[name] === undefined) delete values[name];
  return Object.freeze(values);
}
