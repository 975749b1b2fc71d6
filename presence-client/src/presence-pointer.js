// presence-pointer.d.ts documents the API.

export function sharePointer(room, element, { toBoard = (event) => within(element, event) } = {}) {
  const ending = new AbortController();
  const { signal } = ending;
  const page = element.ownerDocument;
  // Where the pointer rests; null while it is hidden.
  let last = null;
  let told;
  // Null while the room is being joined.
  let joined = null;

  function move(event) {
    // A second finger is no second cursor.
    if (!event.isPrimary) return;
    last = event;
    told = toBoard(event);
    joined?.cursor(...told);
  }

  function refresh() {
    if (last && String(toBoard(last)) !== String(told)) move(last);
  }

  function hide() {
    last = null;
    joined?.hideCursor();
  }

  function listen(target, types, listener, capture = false) {
    for (const type of types) target?.addEventListener(type, listener, { signal, passive: true, capture });
  }

  listen(element, ['pointermove', 'pointerdown'], move);
  listen(element, ['pointerleave', 'pointercancel'], ({ isPrimary }) => {
    if (isPrimary) hide();
  });
  listen(element, ['pointerup'], ({ isPrimary, pointerType }) => {
    if (isPrimary && pointerType === 'touch') hide();
  });
  listen(page.defaultView, ['blur'], hide);
  listen(page, ['visibilitychange'], () => {
    if (page.visibilityState === 'hidden') hide();
  });
  // Scroll events do not bubble, and whatever scrolls may hold the element.
  listen(page, ['scroll'], refresh, true);
  listen(page.defaultView, ['resize'], refresh);
  if (typeof room.then === 'function') room.then(begin, stop);
  else begin(room);

  function begin(entered) {
    if (signal.aborted) return;
    joined = entered;
    joined.on('closed', stop);
    if (last) move(last);
  }

  function stop() {
    if (signal.aborted) return;
    ending.abort();
    joined?.off('closed', stop);
    hide();
  }
  return Object.assign(stop, { refresh });
}

function within(element, { clientX, clientY }) {
  const { left, top } = element.getBoundingClientRect();
  return [
    clientX - left - element.clientLeft + element.scrollLeft,
    clientY - top - element.clientTop + element.scrollTop,
  ];
}
