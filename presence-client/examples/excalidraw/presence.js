// Excalidraw's side of presence: one call for everything but the drawing itself.
import { watchActivity } from './activity.js';
import { showCollaborators } from './collaborators.js';
import { followViewports } from './follow.js';
import { throttle } from './throttle.js';

/** State has 4 KiB in all; an element's id takes 24 bytes. */
const MOST_SELECTED = 100;
/** A node takes 50 changes of state a second. */
const STATE_MS = 50;

/**
 * Shows the others on a canvas, and this user to them.
 *
 * @param api what Excalidraw hands to `excalidrawAPI`
 * @returns `onPointerUpdate` for Excalidraw, `onPointerLeave` for the element around it, and `stop()`
 */
export function attachPresence(api, room) {
  const share = throttledState(room);
  const stops = [
    showCollaborators(api, room),
    followViewports(api, room),
    watchActivity(room),
    api.onChange((elements, { selectedElementIds }) => {
      share({ selection: Object.keys(selectedElementIds).slice(0, MOST_SELECTED) });
    }),
    share.cancel,
  ];
  return {
    onPointerUpdate({ pointer: { x, y, tool }, button, pointersMap }) {
      // Two fingers pan or zoom; neither points at anything.
      if (pointersMap.size > 1) return;
      room.cursor(x, y);
      share({ tool, button });
    },
    onPointerLeave: () => room.hideCursor(),
    stop: () => stops.forEach((stop) => stop()),
  };
}

/** Excalidraw tells of every move and every change; the room is told only what is new. */
function throttledState(room) {
  let wanted = {};
  const told = {};
  const tell = throttle(STATE_MS, () => {
    const news = {};
    for (const [name, value] of Object.entries(wanted)) {
      const text = JSON.stringify(value);
      if (told[name] !== text) news[name] = value;
      told[name] = text;
    }
    wanted = {};
    if (Object.keys(news).length && !room.closed) room.set(news);
  });
  const share = (values) => {
    Object.assign(wanted, values);
    tell();
  };
  return Object.assign(share, { cancel: tell.cancel });
}
