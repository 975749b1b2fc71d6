import { setViewport } from '/presence-viewport.js';

/** Tells the node which part of the board this page shows, and whom it follows: on a full board it is sent the cursors there. */
export function tellVisibleArea(room, viewport, following) {
  const tell = () => {
    const { x, y, w, h } = viewport.bounds;
    setViewport(room, { x, y, width: w, height: h }, { follow: following.leader ? [following.leader.id] : [] });
  };
  viewport.on('change', tell);
  following.on('change', tell);
  tell();
}
