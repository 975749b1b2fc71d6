const IDLE_MS = 60_000;
const SIGNS_OF_LIFE = ['pointermove', 'pointerdown', 'keydown', 'wheel'];

/** Keeps this user's status: away while the page is hidden, idle after a minute without a hand on it. */
export function watchActivity(room) {
  let timer;

  function become(status) {
    if (room.self && !room.closed && room.self.status !== status) room.update({ status });
  }

  function alive() {
    clearTimeout(timer);
    timer = setTimeout(() => become('idle'), IDLE_MS);
    become('active');
  }

  function seen() {
    if (document.visibilityState === 'visible') return alive();
    clearTimeout(timer);
    become('away');
  }

  for (const event of SIGNS_OF_LIFE) window.addEventListener(event, alive, { passive: true });
  document.addEventListener('visibilitychange', seen);
  seen();

  return () => {
    clearTimeout(timer);
    for (const event of SIGNS_OF_LIFE) window.removeEventListener(event, alive);
    document.removeEventListener('visibilitychange', seen);
  };
}
