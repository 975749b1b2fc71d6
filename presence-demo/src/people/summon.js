import { nameInText } from '../ui/names.js';

/** Asks the others to follow this visitor, and shows their requests to follow them. */
export class Summons {
  #room = null;
  #toasts;

  constructor(toasts) {
    this.#toasts = toasts;
  }

  attach(room, following) {
    this.#room = room;
    room.on('signal', ({ member, type }) => {
      if (type !== 'come' || !member || following.leader === member) return;
      this.#toasts.ask(`${nameInText(member)} asks you to come`, {
        Follow: () => following.start(member),
        Dismiss: () => {},
      }, `come ${member.id}`);
    });
  }

  call() {
    const others = this.#room?.others.length ?? 0;
    if (others === 0) return this.#toasts.notify('No one else is here yet');
    const sent = this.#room.signal('come');
    this.#toasts.notify(sent ? `Asked ${others === 1 ? 'one other' : `${others} others`} to come` : 'Not connected');
  }
}
