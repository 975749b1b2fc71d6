// presence-tldraw.d.ts documents the API.
import { watchActivity } from './presence-activity.js';
import { changesOf } from './presence-changes.js';
import { smoothCursors } from './presence-cursors.js';
import { safeColor } from './presence-safe.js';

/** State has 4 KiB in all; a shape's id takes 30 bytes. */
const MOST_SELECTED = 80;
const LONGEST_CHAT = 200;

export function attachPresence(editor, room, { activity = true } = {}) {
  const stops = [
    showCollaborators(editor, room),
    shareOwn(editor, room),
    activity ? watchActivity(room) : () => {},
  ];
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}

const ownIdOf = ({ user }) => user.getRecordId();

/** One for all tabs of a user, as tldraw has it. */
const userIdOf = ({ userId, id }) => `user:${userId || id}`;

function shareOwn(editor, room) {
  const share = changesOf(room);
  let told = null;

  function tell() {
    if (room.closed) return;
    const pointer = editor.store.get('pointer:pointer');
    const { brush, screenBounds, followingUserId, chatMessage, isHoveringCanvas } = editor.getInstanceState();
    const place = pointer && `${pointer.x} ${pointer.y} ${isHoveringCanvas}`;
    // Before its first move, the pointer is nowhere.
    if (told !== null && place !== told) {
      if (isHoveringCanvas === false) room.hideCursor();
      else room.cursor(pointer.x, pointer.y);
    }
    told = place;
    const { x, y, z } = editor.getCamera();
    share({
      page: editor.getCurrentPageId(),
      selection: editor.getSelectedShapeIds().slice(0, MOST_SELECTED),
      camera: [x, y, z],
      screen: boxOf(screenBounds),
      brush: boxOf(brush),
      following: followingUserId ?? undefined,
      chat: chatMessage.slice(0, LONGEST_CHAT) || undefined,
    });
  }

  tell();
  // Once a frame, however much changes.
  return editor.store.listen(tell, { scope: 'session' });
}

const boxOf = (box) => box ? [box.x, box.y, box.w, box.h] : undefined;

/** Puts the room's members into tldraw's store as its collaborators; returns a function that takes them out again. */
function showCollaborators(editor, room) {
  const { store } = editor;
  const places = new Map();
  const activeAt = new Map();
  const shown = new Set();
  const changed = new Set();
  let due = false;
  let stopped = false;

  // All that moves in one frame is one change of the store.
  function refresh(member) {
    changed.add(member);
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      if (!stopped) put();
    });
  }

  function put() {
    const records = [];
    const gone = [];
    const { others } = room;
    for (const member of changed) {
      const record = others.includes(member) ? toRecord(editor, room, member, places.get(member), activeAt.get(member)) : null;
      if (record) records.push(record);
      else if (shown.has(member.id)) gone.push(member.id);
    }
    changed.clear();
    // As if tldraw's own server had told it, so that no undo takes it back.
    store.mergeRemoteChanges(() => {
      store.put(records);
      store.remove(gone.map((id) => typeOf(editor).createId(id)));
    });
    for (const id of gone) shown.delete(id);
    for (const { meta } of records) shown.add(meta.memberId);
  }

  function act(member) {
    if (member.isSelf) return;
    activeAt.set(member, Date.now());
    refresh(member);
  }

  const stops = [
    room.on('join', act),
    room.on('update', act),
    room.on('cursor', act),
    room.on('leave', (member) => {
      places.delete(member);
      activeAt.delete(member);
      refresh(member);
    }),
    smoothCursors(room, {
      show(member, x, y) {
        places.set(member, { x, y });
        refresh(member);
      },
      hide(member) {
        places.delete(member);
        refresh(member);
      },
    }),
    () => {
      stopped = true;
      store.mergeRemoteChanges(() => store.remove([...shown].map((id) => typeOf(editor).createId(id))));
    },
  ];
  for (const member of room.others) act(member);
  return () => stops.forEach((stop) => stop());
}

const typeOf = ({ store }) => store.schema.types.instance_presence;

/** What members have in their state, any client may have put there; tldraw's store throws at what it does not know. */
function toRecord(editor, room, member, place, activeAt) {
  const { page, selection, camera, screen, brush, following, chat } = member.state;
  if (!isIdOf('page', page)) return null;
  const own = room.self && userIdOf(room.self);
  return typeOf(editor).create({
    id: typeOf(editor).createId(member.id),
    userId: userIdOf(member),
    userName: member.name || 'Anonymous',
    color: safeColor(member.color, '#64748b'),
    currentPageId: page,
    lastActivityTimestamp: activeAt ?? null,
    cursor: place ? { ...place, type: 'default', rotation: 0 } : null,
    selectedShapeIds: Array.isArray(selection) ? selection.filter((id) => isIdOf('shape', id)) : [],
    camera: isNumbers(camera, 3) && camera[2] > 0 ? { x: camera[0], y: camera[1], z: camera[2] } : null,
    screenBounds: toBox(screen),
    brush: toBox(brush),
    // Each editor knows its user by another id.
    followingUserId: following === own ? ownIdOf(editor) : isIdOf('user', following) ? following : null,
    chatMessage: typeof chat === 'string' ? chat.slice(0, LONGEST_CHAT) : '',
    scribbles: [],
    meta: { memberId: member.id },
  });
}

const isIdOf = (kind, value) => typeof value === 'string' && value.startsWith(`${kind}:`);
const isNumbers = (value, length) => Array.isArray(value) && value.length === length && value.every(Number.isFinite);
const toBox = (value) => isNumbers(value, 4) ? { x: value[0], y: value[1], w: value[2], h: value[3] } : null;
