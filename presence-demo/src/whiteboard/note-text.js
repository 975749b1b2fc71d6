import { oncePerFrame } from '../ui/dom.js';

/** Of a note's text, in board units, from the usual to the least that can be read. */
const TEXT_SIZES = [16, 14, 12.5, 11];
/** Above a text and below: the padding of `board.css`, of which the last line may take half. */
const ROOM = 14 + 7;
/** A note grows to this much of its width at most; a longer text is shown as far as it fits. */
const GREATEST_RATIO = 4;

/** Writes texts into notes, as large as they fit. */
export class NoteTexts {
  /** @type {WeakMap<HTMLElement, string>} what a note's size of text was chosen for */
  #fitted = new WeakMap();
  /** @type {Set<HTMLElement>} */
  #waiting = new Set();
  #fitSoon = oncePerFrame(() => this.fit());

  /** Shows the text of a note in its element, which has the note's size already. */
  show(note, { text, w, h }) {
    const key = `${w} ${h} ${text}`;
    if (this.#fitted.get(note) === key) return;
    this.#fitted.set(note, key);
    note.querySelector('.text').textContent = text;
    this.#waiting.add(note);
    this.#fitSoon();
  }

  /**
   * Returns the height that a note needs for all of its text, in board units: `least` if the text fits into it in
   * letters of some size, otherwise that of the smallest letters, and at most four times the note's width.
   */
  heightFor(note, least) {
    this.fit();
    const size = TEXT_SIZES.find((size) => {
      note.style.fontSize = `${size}px`;
      return heightOfText(note) <= least;
    });
    return size ? least : Math.max(least, Math.min(heightOfText(note), GREATEST_RATIO * note.offsetWidth));
  }

  /** Chooses the sizes of the texts that were shown since: one layout for each size, however many notes wait. */
  fit() {
    let tooLong = [...this.#waiting].filter((note) => note.isConnected);
    this.#waiting.clear();
    for (const note of tooLong) note.dataset.cut = false;
    for (const size of TEXT_SIZES) {
      for (const note of tooLong) note.style.fontSize = `${size}px`;
      tooLong = tooLong.filter((note) => heightOfText(note) > note.offsetHeight);
    }
    for (const note of tooLong) note.dataset.cut = true;
  }
}

const heightOfText = (note) => note.querySelector('.text').offsetHeight + ROOM;
