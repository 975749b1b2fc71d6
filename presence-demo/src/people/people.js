import { colorOf, paint } from '../ui/colors.js';
import { element } from '../ui/dom.js';
import { initials, isAgent, nameInText } from '../ui/names.js';

/** How many avatars fit, in windows of at most that width. */
const SEATS = [[400, 3], [640, 4], [Infinity, 7]];
const WORDS = { active: 'active', idle: 'idle', away: 'away', busy: 'busy', '': '' };

/** Shows the members: a stack of avatars, this visitor first, and a list of all. */
export class People {
  #stack;
  #list;
  #count;
  #choose;
  #avatars = new Map();
  #more;

  /** @param choose what a click on somebody does */
  constructor({ stack, list, count }, choose) {
    this.#stack = stack;
    this.#list = list;
    this.#count = count;
    this.#choose = choose;
    this.#more = element('li', 'avatar more');
    const button = element('button', 'face');
    button.type = 'button';
    this.#more.append(button);
    for (const opener of [button, count]) opener.addEventListener('click', () => list.togglePopover());
  }

  /** @param leader whom this visitor follows */
  show(members, leader) {
    const sorted = [...members].sort(selfFirst);
    const [, seats] = SEATS.find(([width]) => innerWidth <= width);
    const shown = sorted.length > seats ? sorted.slice(0, seats - 1) : sorted;
    this.#more.firstChild.textContent = `+${sorted.length - shown.length}`;
    this.#more.firstChild.setAttribute('aria-label', `${sorted.length - shown.length} more: show all`);
    const items = shown.map((member) => this.#avatar(member, leader));
    if (shown.length < sorted.length) items.push(this.#more);
    arrange(this.#stack, items);
    for (const id of this.#avatars.keys()) {
      if (!shown.some((member) => member.id === id)) this.#avatars.delete(id);
    }
    this.#count.textContent = members.length === 1 ? 'Just you' : `${members.length} here`;
    this.#fillList(sorted, leader);
  }

  #avatar(member, leader) {
    let item = this.#avatars.get(member.id);
    if (!item) {
      item = element('li', 'avatar');
      const button = element('button', 'face');
      button.type = 'button';
      button.addEventListener('click', () => this.#choose(member));
      item.append(button);
      this.#avatars.set(member.id, item);
    }
    describe(item, member, leader);
    const button = item.firstChild;
    button.textContent = initials(member);
    button.dataset.tip = tipOf(member, leader);
    // The name of a button ends with what is written on it, for speech control (WCAG 2.5.3).
    button.setAttribute('aria-label', `${button.dataset.tip}, ${initials(member)}`);
    return item;
  }

  #fillList(members, leader) {
    if (!this.#list.matches(':popover-open')) {
      this.#list.ontoggle = () => this.#fillList(members, leader);
      return;
    }
    const rows = members.map((member) => {
      const row = element('li', 'row');
      const button = element('button', 'person');
      button.type = 'button';
      button.dataset.id = member.id;
      const face = element('span', 'face', initials(member));
      // The name is beside it.
      face.ariaHidden = 'true';
      const words = element('span', 'doing', leader === member ? 'you follow' : doing(member));
      button.append(face, element('span', 'name', nameInText(member) + (member.isSelf ? ' (you)' : '')), words);
      button.addEventListener('click', () => {
        this.#list.hidePopover();
        this.#choose(member);
      });
      paint(row, colorOf(member));
      Object.assign(row.dataset, { status: member.status, agent: isAgent(member) });
      row.append(button);
      return row;
    });
    const focused = document.activeElement?.dataset.id;
    this.#list.firstElementChild.replaceChildren(...rows);
    if (focused) this.#list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }
}

const selfFirst = (a, b) => b.isSelf - a.isSelf || a.joinedAt - b.joinedAt;

/** The words behind a member's name in the list; an agent is called that, unless it is not active. */
function doing(member) {
  const word = WORDS[member.status];
  return isAgent(member) && word === WORDS.active ? 'agent' : word;
}

function describe(item, member, leader) {
  const { name, status, isSelf } = member;
  Object.assign(item.dataset, {
    testid: 'avatar', name, status, self: isSelf, followed: leader === member, agent: isAgent(member),
  });
  paint(item, colorOf(member));
}

function tipOf(member, leader) {
  const name = nameInText(member) + (isAgent(member) ? ' (agent)' : '');
  if (member.isSelf) return `${name} (you)`;
  const status = ['idle', 'away', 'busy'].includes(member.status) ? `, ${member.status}` : '';
  return leader === member ? `Stop following ${name}` : `Follow ${name}${status}`;
}

/** The children in this order, without touching those that are in place already, so that focus stays. */
function arrange(parent, children) {
  for (const child of [...parent.children]) if (!children.includes(child)) child.remove();
  children.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}
