// presence-excalidraw.d.ts documents the API.
import { watchActivity } from './presence-activity.js';
import { changesOf } from './presence-changes.js';
import { smoothCursors } from './presence-cursors.js';
import { safeColor, safeUrl } from './presence-safe.js';

/** State has 4 KiB in all; an element's id takes 24 bytes. */
const MOST_SELECTED = 100;
/** A node takes 50 signals a second. */
const VIEWPORT_MS = 50;
const LEAST_ZOOM = 0.1;
const GREATEST_ZOOM = 30;
/** Excalidraw ends the following when it renders next, which a busy page does late. */
const UNFOLLOWING_MS = 1000;

export function attachPresence(api, room, { activity = true } = {}) {
  const share = changesOf(room);
  const stops = [
    showCollaborators(api, room),
    followViewports(api, room),
    activity ? watchActivity(room) : () => {},
    api.onChange((elements, { selectedElementIds }) => {
      share({ selection: Object.keys(selectedElementIds).slice(0, MOST_SELECTED) });
    }),
  ];
  return {
    onPointerUpdate({ pointer: { x, y, tool }, button, pointersMap }) {
      // Two fingers pan or zoom; neither points at anything.
      if (room.closed || pointersMap.size > 1) return;
      room.cursor(x, y);
      share({ tool, button });
    },
    onPointerLeave: () => room.hideCursor(),
    stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

/** Gives Excalidraw the room's members as its collaborators; returns a function that takes them away again. */
function showCollaborators(api, room) {
  const places = new Map();
  let due = false;
  let stopped = false;

  // All cursors that move in one frame are one update of the scene.
  function refresh() {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      if (!stopped) api.updateScene({ collaborators: collaboratorsOf(room, places) });
    });
  }

  const stopCursors = smoothCursors(room, {
    show(member, x, y) {
      places.set(member, { x, y });
      refresh();
    },
    hide(member) {
      places.delete(member);
      refresh();
    },
  });
  const stopMembers = room.on('members', refresh);
  refresh();

  return () => {
    stopped = true;
    stopCursors();
    stopMembers();
    api.updateScene({ collaborators: new Map() });
  };
}

function collaboratorsOf(room, places) {
  // Where two members are one user, Excalidraw's list keeps the last: oneself.
  const members = [...room.others, ...(room.self ? [room.self] : [])];
  return new Map(members.map((member) => [member.id, toCollaborator(member, places.get(member))]));
}

function toCollaborator(member, place) {
  const { id, name, userId, status, state, isSelf } = member;
  const color = safeColor(member.color, 'gray');
  return {
    socketId: id,
    // Excalidraw 0.18 derives the color from this and shows one avatar for all tabs of a user.
    id: userId || id,
    username: name || 'Anonymous',
    color: { background: color, stroke: color },
    avatarUrl: safeUrl(member.avatarUrl) || undefined,
    userState: status === 'idle' || status === 'away' ? status : 'active',
    isCurrentUser: isSelf,
    ...(isSelf ? {} : toActivity(member, place, state)),
  };
}

/** What the others have in their state, anybody may have put there. */
function toActivity(member, place, { tool, button, selection }) {
  const laser = tool === 'laser';
  return {
    // A smoothed laser would still be on its way to where the button was pressed.
    pointer: place && { ...(laser ? member.cursor : place), tool: laser ? 'laser' : 'pointer' },
    button: button === 'down' ? 'down' : 'up',
    selectedElementIds: Object.fromEntries(
      Array.isArray(selection) ? selection.map((elementId) => [elementId, true]) : []),
  };
}

/** Tells followers where this viewport is, and moves it with the user that is followed; returns what stops it. */
function followViewports(api, room) {
  const followsUs = (member) => !member.isSelf && member.state.following === room.self?.id;
  let resting = null;
  let due = false;

  function tell(followers) {
    if (followers.length === 0 || room.closed) return; // else it would go to everyone
    room.signal('viewport', boundsOf(api.getAppState()), { to: followers });
  }

  // At once, and while it goes on, once in a while; the last one always.
  function tellAll() {
    if (resting !== null) {
      due = true;
      return;
    }
    resting = setTimeout(() => {
      resting = null;
      if (due) tellAll();
    }, VIEWPORT_MS);
    due = false;
    tell(room.others.filter(followsUs));
  }

  function welcome(member) {
    if (followsUs(member)) tell([member]);
  }

  // What comes in before Excalidraw has ended the following must not undo one's own move.
  let movedAt = -Infinity;
  function noteMove({ target }) {
    if (target instanceof HTMLCanvasElement) movedAt = performance.now();
  }
  globalThis.addEventListener('wheel', noteMove, { capture: true, passive: true });

  function move({ member, type, payload }) {
    if (type !== 'viewport' || !member || !isBounds(payload)) return;
    if (performance.now() - movedAt < UNFOLLOWING_MS) return;
    const appState = api.getAppState();
    // Two who follow each other stay where they are, or rounding would make them drift.
    if (appState.userToFollow?.socketId !== member.id || followsUs(member)) return;
    api.updateScene({ appState: fitInto(appState, payload) });
  }

  const stops = [
    api.onUserFollow(({ userToFollow, action }) => {
      if (action === 'FOLLOW') movedAt = -Infinity;
      if (!room.closed) room.set({ following: action === 'FOLLOW' ? userToFollow.socketId : undefined });
    }),
    api.onScrollChange(tellAll),
    room.on('update', welcome),
    room.on('join', welcome),
    room.on('signal', move),
    () => clearTimeout(resting),
    () => globalThis.removeEventListener('wheel', noteMove, { capture: true }),
  ];
  return () => stops.forEach((stop) => stop());
}

function boundsOf({ scrollX, scrollY, width, height, zoom: { value } }) {
  return [-scrollX, -scrollY, width / value - scrollX, height / value - scrollY];
}

function isBounds(value) {
  return Array.isArray(value) && value.length === 4 && value.every(Number.isFinite)
    && value[0] < value[2] && value[1] < value[3];
}

/** All of it is to be seen, in the middle: windows differ in size. */
function fitInto({ width, height }, [x1, y1, x2, y2]) {
  const fitting = Math.min(width / (x2 - x1), height / (y2 - y1));
  const zoom = Math.min(GREATEST_ZOOM, Math.max(LEAST_ZOOM, fitting));
  return {
    zoom: { value: zoom },
    scrollX: width / 2 / zoom - (x1 + x2) / 2,
    scrollY: height / 2 / zoom - (y1 + y2) / 2,
  };
}
