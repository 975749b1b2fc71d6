import { isPlace, isWithin } from '../whiteboard/shape.js';
import { colorOf, paint } from '../ui/colors.js';
import { Emitter } from '../ui/emitter.js';
import { nameInText } from '../ui/names.js';
import { throttle } from '../ui/throttle.js';

const SAY_MS = 100;
const GREATEST_WINDOW = 20_000;

/**
 * Follows another member's view. A follower names its leader in its state; only a member that is followed
 * publishes its view.
 *
 * Event: `change`.
 */
export class Following extends Emitter {
  leader = null;
  #viewport;
  #frame;
  #words;
  #room = null;
  #say;
  #followed = false;

  constructor(viewport, frame, words) {
    super();
    this.#viewport = viewport;
    this.#frame = frame;
    this.#words = words;
    viewport.on('steer', () => this.stop());
    viewport.on('change', () => this.#followed && this.#say(viewport.view));
  }

  attach(room) {
    this.#room = room;
    this.#say = throttle(SAY_MS, (view) => {
      if (!room.closed) room.set({ view: this.#followed ? view : undefined });
    });
    room.on('members', () => this.#update());
  }

  get followers() {
    return this.#room?.others.filter(({ state }) => state.follows === this.#room.self?.id) ?? [];
  }

  /** @returns false if that member follows this visitor, perhaps through others */
  start(member) {
    if (this.#room.closed || member.isSelf || this.leader === member) return true;
    if (this.#leadsBack(member)) return false;
    this.leader = member;
    this.#room.set({ follows: member.id });
    this.#update();
    return true;
  }

  stop() {
    if (!this.leader) return;
    this.leader = null;
    if (!this.#room.closed) this.#room.set({ follows: undefined });
    this.#show();
  }

  #update() {
    const { leader } = this;
    if (leader && (!this.#room.others.includes(leader) || this.#isTangled())) return this.stop();
    const followed = this.followers.length > 0;
    if (followed !== this.#followed) {
      this.#followed = followed;
      this.#say(this.#viewport.view);
    }
    const view = viewOf(leader);
    if (view) this.#viewport.follow(view);
    this.#show();
  }

  /** Whether this visitor must stop: of two that follow each other at once, the one with the lesser id leads. */
  #isTangled() {
    return this.#leadsBack(this.leader) && this.#room.self.id > this.leader.id;
  }

  /** Whether that member follows this visitor, perhaps through others. */
  #leadsBack(member) {
    const seen = new Set();
    const byId = new Map(this.#room.members.map((known) => [known.id, known]));
    for (let next = member; next && !seen.has(next); next = byId.get(next.state.follows)) {
      if (next.isSelf) return true;
      seen.add(next);
    }
    return false;
  }

  #show() {
    const { leader } = this;
    this.#frame.hidden = !leader;
    if (leader) {
      paint(this.#frame, colorOf(leader));
      this.#words.textContent = `Following ${nameInText(leader)}`;
    }
    this.emit('change');
  }
}

/** The view in a member's state, or null if it is not a valid one. */
function viewOf(member) {
  const view = member?.state.view;
  if (!isPlace(view)) return null;
  const { x, y, zoom, w, h } = view;
  const sound = isWithin(zoom, 100) && zoom > 0.001
    && [w, h].every((size) => isWithin(size, GREATEST_WINDOW) && size >= 1);
  return sound ? { x, y, zoom, w, h } : null;
}
