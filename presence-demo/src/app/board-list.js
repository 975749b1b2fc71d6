import { colorOf, paint } from '../ui/colors.js';
import { clone, element } from '../ui/dom.js';
import { initials, nameInText } from '../ui/names.js';

const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

/** A card for each board: how many and who is on it. */
export class BoardList {
  #list;
  #avatars;
  #addressOf;
  #cards = new Map();
  #known = [];

  /**
   * @param avatars faces on a card, at most
   * @param addressOf gives the address of a board's page
   */
  constructor(list, avatars, addressOf) {
    this.#list = list;
    this.#avatars = avatars;
    this.#addressOf = addressOf;
  }

  /** Shows the boards, of which nothing is known yet. */
  name(boards) {
    this.#cards = new Map(boards.map((board) => [board, this.#card(board)]));
    this.#list.replaceChildren(...this.#cards.values());
  }

  /** @param known what `watch` tells */
  show(known) {
    for (const entry of known) {
      if (!this.#known.includes(entry)) this.#fill(this.#cards.get(entry.board), entry);
    }
    this.#known = known;
  }

  /** In words, over all boards. */
  summary() {
    const used = this.#known.filter(({ members }) => members > 0);
    if (!used.length) return this.#known.length ? 'Nobody is on these boards now' : 'Looking…';
    const people = used.reduce((sum, board) => sum + peopleOn(board), 0);
    return `${plural(people, 'person', 'people')} on ${plural(used.length, 'board', 'boards')}`;
  }

  #card(board) {
    const card = clone('board-template');
    const link = card.firstElementChild;
    link.href = this.#addressOf(board);
    link.dataset.board = board;
    link.querySelector('.board-title').textContent = board;
    link.querySelector('.board-words').textContent = '…';
    return card;
  }

  #fill(card, entry) {
    const link = card.firstElementChild;
    const faces = entry.first.map((member) => {
      const face = element('span', 'avatar');
      // A member without a colour has the same one everywhere.
      paint(face, colorOf({ id: '0', ...member }));
      face.append(element('span', 'face', initials(member)));
      return face;
    });
    const more = entry.members - entry.first.length;
    if (more > 0 && faces.length) {
      const rest = element('span', 'avatar more');
      rest.append(element('span', 'face', `+${more}`));
      faces.push(rest);
    }
    link.querySelector('.avatars').replaceChildren(...faces);
    link.querySelector('.board-words').textContent = wordsOf(entry);
    Object.assign(link.dataset, { members: entry.members, observers: entry.observers, empty: entry.members === 0 });
  }
}

/** Two tabs of one person are one where the node knows that. */
const peopleOn = ({ members, users }) => (users ? Math.min(users, members) : members);

function wordsOf(entry) {
  if (entry.error) return entry.error === 'forbidden' ? 'You may not see who is here' : 'Not shown: the node watches too many boards';
  const names = entry.first.slice(0, 3).map(nameInText);
  const people = peopleOn(entry);
  const words = [people ? plural(people, 'person', 'people') : 'Nobody here'];
  if (entry.observers) words.push(plural(entry.observers, 'observer', 'observers'));
  return [words.join(' and '), names.join(', ')].filter(Boolean).join(': ');
}
