'use client';
// presence-react-components.d.ts documents the API.
import {
  createElement, memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore,
} from 'react';
import { adoptStyles } from './presence-component-styles.js';
import { smoothCursors } from './presence-cursors.js';
import { colorOf, faceOf, initialsOf, peopleOf } from './presence-people.js';
import { sharePointer } from './presence-pointer.js';
import { useOther, useOthers, useRoom, useSelf } from './presence-react.js';
import { safeUrl } from './presence-safe.js';
import { sameJson, Source } from './presence-snapshots.js';

const NO_IDS = Object.freeze([]);
const ARROW = 'M1 1v17l4.6-4.2 3 7 3.2-1.4-3-6.8H15z';

// React 18 warns of layout effects on a server.
const useEffectBeforePaint = typeof document === 'undefined' ? useEffect : useLayoutEffect;

const named = (own, given) => given ? `${own} ${given}` : own;

export function Cursors({
  share = true, toBoard, fromBoard, label = nameOf, as = 'div', className, children, ...others
}) {
  const { room } = useRoom();
  const element = useRef(null);
  const [layer] = useState(() => new Layer());
  const latest = useRef(toBoard);
  const pointer = useRef(null);

  useEffectBeforePaint(() => adoptStyles(element.current), []);
  useEffectBeforePaint(() => {
    latest.current = toBoard;
    if (layer.project === fromBoard) return;
    layer.project = fromBoard;
    layer.redraw();
    pointer.current?.refresh();
  });
  useEffect(() => room ? smoothCursors(room, layer) : undefined, [room, layer]);

  const own = toBoard === undefined;
  useEffect(() => {
    if (!room || !share) return undefined;
    pointer.current = sharePointer(room, element.current, own ? {} : { toBoard: (event) => latest.current(event) });
    return pointer.current;
  }, [room, share, own]);

  return createElement(as, { ...others, ref: element, className: named('presence-cursors', className) },
    children, createElement(CursorLayer, { layer, label }));
}

const nameOf = ({ name }) => name;

// Renders when a cursor comes or goes; what moves them is no business of React's.
const CursorLayer = memo(function CursorLayer({ layer, label }) {
  const ids = useSyncExternalStore(layer.subscribe, layer.get, () => NO_IDS);
  return createElement('div', { className: 'presence-cursors-layer', 'aria-hidden': true },
    ids.map((id) => createElement(Cursor, { key: id, id, layer, label })));
});

const Cursor = memo(function Cursor({ id, layer, label }) {
  const select = useCallback((member) => ({ text: label(member), color: colorOf(member) }), [label]);
  const shown = useOther(id, select);
  const place = useCallback((element) => layer.place(id, element), [id, layer]);
  if (!shown) return null;
  // Not on the element that moves: browsers compute all of its style anew with each move if it has variables of its own.
  const style = { '--presence-color': shown.color };
  return createElement('div', { ref: place, className: 'presence-cursor' },
    createElement('svg', { viewBox: '0 0 16 22', style },
      createElement('path', { className: 'presence-cursor-edge', d: ARROW }), createElement('path', { d: ARROW })),
    createElement('bdi', { className: 'presence-cursor-label', style }, shown.text));
});

/** Where the cursors are, and the elements that show them. */
class Layer extends Source {
  /** From board units to pixels of the element; undefined where they are the same. */
  project = undefined;
  #ids = NO_IDS;
  #places = new Map();
  #elements = new Map();

  get = () => this.#ids;

  show = ({ id }, x, y) => {
    const known = this.#places.has(id);
    this.#places.set(id, [x, y]);
    if (known) this.#draw(id);
    else this.#list();
  };

  hide = ({ id }) => {
    this.#places.delete(id);
    this.#list();
  };

  place(id, element) {
    if (!element) return this.#elements.delete(id);
    this.#elements.set(id, element);
    this.#draw(id);
  }

  redraw() {
    for (const id of this.#places.keys()) this.#draw(id);
  }

  #draw(id) {
    const place = this.#places.get(id);
    const element = this.#elements.get(id);
    if (!place || !element) return;
    const [x, y] = this.project ? this.project(...place) : place;
    element.style.transform = `translate(${x}px, ${y}px)`;
  }

  #list() {
    this.#ids = Object.freeze([...this.#places.keys()]);
    this.tell();
  }
}

export function AvatarStack({
  max = 5, showSelf = true, images = true, label = 'On this board', describe = describePerson, describeMore = describePeople,
  onSelect, className, ...others
}) {
  const element = useRef(null);
  useEffectBeforePaint(() => adoptStyles(element.current), []);
  const theirs = useOthers(facesOf, sameJson);
  const self = useSelf(faceOf, sameJson);
  const people = useMemo(() => peopleOf(showSelf && self ? [self, ...theirs] : theirs), [self, theirs, showSelf]);
  const [shown, rest] = [people.slice(0, max), people.slice(max)];
  return createElement('ul', { 'aria-label': label, ...others, ref: element, className: named('presence-avatars', className) },
    shown.map((person) => createElement(Avatar, { key: person.id, person, images, onSelect, text: describe(person) })),
    rest.length > 0 && createElement('li', { title: describeMore(rest) },
      createElement('span', { className: 'presence-avatar presence-avatar-more' },
        createElement('span', { 'aria-hidden': true, dir: 'ltr' }, `+${rest.length}`),
        createElement('span', { className: 'presence-hidden' }, describeMore(rest)))));
}

const facesOf = (members) => members.map(faceOf);

const describePerson = ({ name, status, isSelf, memberIds: { length } }) =>
  [`${name || 'Anonymous'}${isSelf ? ' (you)' : ''}`, status !== 'active' && status, length > 1 && `${length} tabs`]
    .filter(Boolean).join(', ');

const describePeople = (people) => `${people.length} more: ${people.map(describePerson).join('; ')}`;

const Avatar = memo(function Avatar({ person, images, onSelect, text }) {
  const { name, color, avatarUrl, status } = person;
  const [broken, setBroken] = useState(null);
  const src = images && avatarUrl ? safeUrl(avatarUrl) : '';
  const face = src && src !== broken
    ? createElement('img', {
      src, alt: '', referrerPolicy: 'no-referrer', draggable: false, onError: () => setBroken(src),
    })
    : createElement('span', { 'aria-hidden': true }, initialsOf(name));
  const look = { className: 'presence-avatar', style: { '--presence-color': color } };
  const spoken = createElement('span', { className: 'presence-hidden' }, text);
  return createElement('li', { title: text, 'data-status': status },
    onSelect
      ? createElement('button', { ...look, type: 'button', onClick: () => onSelect(person) }, face, spoken)
      : createElement('span', look, face, spoken),
    createElement('span', { className: 'presence-avatar-status' }));
}, (before, now) => before.text === now.text && before.images === now.images && before.onSelect === now.onSelect
  && sameJson(before.person, now.person));
