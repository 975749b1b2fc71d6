import { connect } from '/presence-client.js';
import { Avatars } from './avatars.js';
import { Badge } from './badge.js';
import { CursorLayer } from './cursors.js';
import { colorOf, paint } from './colors.js';
import { friendlyName, identity } from './identity.js';

/** Often enough for a round-trip time that feels live. */
const HEARTBEAT_MS = 4000;

const $ = (id) => document.getElementById(id);
const parameters = new URLSearchParams(location.search);
const boardId = parameters.get('board') || 'lobby';

const surface = $('board');
const cursors = new CursorLayer($('cursors'), $('cursor-template'));
const avatars = new Avatars($('avatars'), $('count'));
const badge = new Badge($('badge'));

$('board-name').textContent = boardId;
document.title = `${boardId} · Presence`;
showIdentity();
editIdentity();
prepareInvitation();

// Behind the #, which browsers keep to themselves.
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
const connection = connect(socketUrl(), { heartbeatMs: HEARTBEAT_MS, token });
connection.on('state', () => badge.show(connection));
connection.on('rtt', () => badge.show(connection));
connection.on('error', (error) => notify(error.message));

/** @type {import('/presence-client.js').Room | undefined} */
let room;

try {
  room = await connection.join(boardId, {
    name: identity.name,
    color: identity.color,
    userId: identity.userId,
    device: matchMedia('(pointer: coarse)').matches ? 'touch' : 'desktop',
    status: statusNow(),
  });
  const { name, color } = identity;
  // They may have been edited while the join was on its way.
  if (room.self.name !== name || room.self.color !== color) room.update({ name, color });
  showRoom();
  sharePointer();
  document.addEventListener('visibilitychange', () => room.update({ status: statusNow() }));
} catch (error) {
  notify(`This board cannot be entered: ${error.message}`);
}

function showRoom() {
  const show = () => {
    avatars.show(room.members);
    cursors.show(room.others);
    const shared = room.others.length > 0;
    surface.classList.toggle('shared', shared);
    $('invite').hidden = shared;
  };
  room.on('members', show);
  room.on('cursor', (member, ageMs) => cursors.move(member, ageMs));
  room.on('signal', ({ member, type, payload }) => {
    if (type === 'ping' && isPoint(payload)) cursors.ping(payload.x, payload.y, colorOf(member));
  });
  room.on('error', (error) => notify(error.message));
  room.on('closed', (error) => error && notify(`This board has ended for you: ${error.message}`));
  show();
}

function sharePointer() {
  const follow = (event) => room.cursor(...onBoard(event));
  const hide = () => room.hideCursor();
  // On the document, so that the cursor does not vanish while it is over the name field.
  document.addEventListener('pointermove', follow);
  document.addEventListener('pointerdown', follow);
  document.documentElement.addEventListener('pointerleave', hide);
  document.addEventListener('pointercancel', hide);
  document.addEventListener('pointerup', (event) => {
    if (event.pointerType === 'touch') hide();
  });
  surface.addEventListener('click', (event) => {
    if (event.target.closest('a, button')) return;
    const [x, y] = onBoard(event);
    cursors.ping(x, y, identity.color);
    room.signal('ping', { x, y });
  });
}

function editIdentity() {
  $('me').addEventListener('submit', (event) => {
    event.preventDefault();
    $('name').blur();
  });
  $('name').addEventListener('change', () => {
    identity.rename($('name').value.trim() || friendlyName());
    showIdentity();
    room?.update({ name: identity.name });
  });
  $('color').addEventListener('click', () => {
    identity.recolor();
    showIdentity();
    room?.update({ color: identity.color });
  });
}

function showIdentity() {
  $('name').value = identity.name;
  $('name').size = Math.max(8, identity.name.length);
  paint($('me'), identity.color);
}

function prepareInvitation() {
  const link = new URL(location.href);
  link.searchParams.delete('name');
  const secondTab = new URL(link);
  // Whom it is for needs a token of their own.
  link.hash = '';
  secondTab.searchParams.set('name', friendlyName());
  $('second-tab').href = secondTab.href;
  // Only secure pages have a clipboard.
  $('copy-link').hidden = !navigator.clipboard;
  $('copy-link').addEventListener('click', async () => {
    await navigator.clipboard.writeText(link.href).then(
      () => notify('Link copied'),
      () => notify(link.href),
    );
  });
}

let noticeTimer;

function notify(text) {
  $('notice').textContent = text;
  $('notice').hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { $('notice').hidden = true; }, 5000);
}

/** Board coordinates are CSS pixels from the board's top left corner. */
function onBoard({ clientX, clientY }) {
  const { left, top } = surface.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

function isPoint(payload) {
  return Number.isFinite(payload?.x) && Number.isFinite(payload?.y);
}

function statusNow() {
  return document.visibilityState === 'visible' ? 'active' : 'away';
}

function socketUrl() {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return parameters.get('ws') || `${scheme}//${location.host}/ws`;
}
