/** What a refusal means for the visitor, from the least to the most. */
const BEGINNINGS = { passing: '', closed: 'This board has ended for you: ', join: 'This board cannot be entered: ' };
const WEIGHT = Object.keys(BEGINNINGS);

/**
 * Tells the visitor what a node refuses, in one message per kind of refusal: the client reports some of them twice, for
 * the connection and for the room, and a node refuses again and again what is sent too often.
 */
export class Refusals {
  #notify;
  /** @type {Map<string, string>} the heaviest consequence that was told of a kind */
  #told = new Map();

  /** @param {(text: string, key: string) => void} notify shows a message; one with the same key takes its place */
  constructor(notify) {
    this.#notify = notify;
  }

  /**
   * @param {Error & { code?: string }} error
   * @param {'passing' | 'closed' | 'join'} consequence
   */
  tell(error, consequence = 'passing') {
    const kind = error.code ?? error.message;
    const known = this.#told.get(kind) ?? 'passing';
    const heavier = WEIGHT.indexOf(consequence) > WEIGHT.indexOf(known) ? consequence : known;
    this.#told.set(kind, heavier);
    this.#notify(BEGINNINGS[heavier] + error.message, `refused ${kind}`);
  }
}
