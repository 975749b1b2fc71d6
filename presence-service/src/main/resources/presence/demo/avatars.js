import { colorOf, paint } from './colors.js';

const narrow = matchMedia('(max-width: 560px)');

/** Who is here: a stack of initials, this visitor first, and how many they are. */
export class Avatars {
  #list;
  #count;

  constructor(list, count) {
    this.#list = list;
    this.#count = count;
  }

  show(members) {
    const byArrival = [...members].sort(selfFirst);
    const seats = narrow.matches ? 4 : 8;
    const shown = byArrival.length > seats ? byArrival.slice(0, seats - 1) : byArrival;
    const items = shown.map(avatar);
    if (shown.length < byArrival.length) items.push(more(byArrival.length - shown.length));
    this.#list.replaceChildren(...items);
    this.#count.textContent = members.length === 1 ? 'Just you' : `${members.length} here`;
  }
}

const selfFirst = (a, b) => b.isSelf - a.isSelf || a.joinedAt - b.joinedAt;

function avatar(member) {
  const item = document.createElement('li');
  item.className = 'avatar';
  item.textContent = initials(member.name);
  item.title = member.isSelf ? `${member.name} (you)` : member.name;
  Object.assign(item.dataset, {
    testid: 'avatar', name: member.name, status: member.status, self: member.isSelf,
  });
  paint(item, colorOf(member));
  return item;
}

function more(count) {
  const item = document.createElement('li');
  item.className = 'avatar more';
  item.textContent = `+${count}`;
  return item;
}

/** First letters of the first and the last word; whole letters, also where they are emoji. */
function initials(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0] ?? '?').join('').toUpperCase();
}
