// presence-pointer.d.ts documents the API.

export function sharePointer(room, element, { toBoard = (event) => within(element, event) } = {}) {
  const ending = new AbortController();
  const { signal } = ending;
  const page = element.ownerDocument;

  function move(event) {
    // A second finger is no second cursor.
    if (event.isPrimary) room.cursor(...toBoard(event));
  }

  function hide() {
    room.hideCursor();
  }

  function listen(target, types, listener) {
    for (const type of types) target?.addEventListener(type, listener, { signal, passive: true });
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
  room.on('closed', stop);

  function stop() {
    if (signal.aborted) return;
    ending.abort();
    room.off('closed', stop);
    hide();
  }
  return stop;
}

function within(element, { clientX, clientY }) {
  const { left, top } = element.getBoundingClientRect();
  return [
    clientX - left - element.clientLeft + element.scrollLeft,
    clientY - top - element.clientTop + element.scrollTop,
  ];
}
