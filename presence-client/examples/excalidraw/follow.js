// Following: a click on an avatar makes the viewport go where that user's goes, until one moves it oneself.
import { getVisibleSceneBounds } from '@excalidraw/excalidraw';
import { throttle } from './throttle.js';

const VIEWPORT_MS = 50;
const LEAST_ZOOM = 0.1;
const GREATEST_ZOOM = 30;
/** Excalidraw lets go of the user that is followed when it renders next, which a busy page does late. */
const LETTING_GO_MS = 1000;

/** Tells followers where this viewport is, and moves it with the user that is followed; returns what stops it. */
export function followViewports(api, room) {
  const followsUs = (member) => !member.isSelf && member.state.following === room.self?.id;

  function tell(followers) {
    if (followers.length === 0) return; // else it would go to everyone
    room.signal('viewport', getVisibleSceneBounds(api.getAppState()), { to: followers });
  }

  function welcome(member) {
    if (followsUs(member)) tell([member]);
  }

  // What comes in before Excalidraw has let go must not undo one's own move.
  let movedAt = -Infinity;
  function noteMove({ target }) {
    if (target instanceof HTMLCanvasElement) movedAt = performance.now();
  }
  window.addEventListener('wheel', noteMove, { capture: true, passive: true });

  function move({ member, type, payload }) {
    if (type !== 'viewport' || !member || !isBounds(payload)) return;
    if (performance.now() - movedAt < LETTING_GO_MS) return;
    const appState = api.getAppState();
    // Two who follow each other stay where they are, or rounding would make them drift.
    if (appState.userToFollow?.socketId !== member.id || followsUs(member)) return;
    api.updateScene({ appState: fitInto(appState, payload) });
  }

  const tellAll = throttle(VIEWPORT_MS, () => tell(room.others.filter(followsUs)));
  const stops = [
    api.onUserFollow(({ userToFollow, action }) => {
      if (action === 'FOLLOW') movedAt = -Infinity;
      room.set({ following: action === 'FOLLOW' ? userToFollow.socketId : undefined });
    }),
    api.onScrollChange(tellAll),
    tellAll.cancel,
    () => window.removeEventListener('wheel', noteMove, { capture: true }),
    room.on('update', welcome),
    room.on('join', welcome),
    room.on('signal', move),
  ];
  return () => stops.forEach((stop) => stop());
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
