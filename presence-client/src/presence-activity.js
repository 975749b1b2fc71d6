// presence-activity.d.ts documents the API.
const SIGNS_OF_LIFE = ['pointermove', 'pointerdown', 'keydown', 'wheel'];

export function watchActivity(room, { idleMs = 60_000 } = {}) {
  const ending = new AbortController();
  const { signal } = ending;
  let timer;

  function become(status) {
    if (room.self && !room.closed && room.self.status !== status) room.update({ status });
  }

  function alive() {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') return become('away');
    timer = setTimeout(() => become('idle'), idleMs);
    become('active');
  }

  function stop() {
    clearTimeout(timer);
    ending.abort();
    room.off('closed', stop);
  }

  for (const event of SIGNS_OF_LIFE) globalThis.addEventListener(event, alive, { signal, passive: true, capture: true });
  document.addEventListener('visibilitychange', alive, { signal });
  room.on('closed', stop);
  alive();
  return stop;
}
