import { smoothCursors } from 'presence-client/cursors';
import { safeColor, safeUrl } from 'presence-client/safe';

/** Gives Excalidraw the room's members as its collaborators; returns a function that takes them away again. */
export function showCollaborators(api, room) {
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
  // Where two members are one user, Excalidraw's list keeps the last: ourselves.
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
