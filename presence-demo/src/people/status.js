const IDLE_MS = 60_000;
const INPUT = ['pointermove', 'pointerdown', 'keydown', 'wheel'];

/** Calls `say` when this visitor becomes active, idle (nothing done for a minute) or away (another tab). */
export function watchStatus(say) {
  let timer;
  let said = statusNow();
  const tell = (status) => {
    if (status === said) return;
    said = status;
    say(status);
  };
  const awake = () => {
    clearTimeout(timer);
    timer = setTimeout(() => said === 'active' && tell('idle'), IDLE_MS);
    tell(statusNow());
  };
  for (const type of INPUT) document.addEventListener(type, awake, { passive: true, capture: true });
  document.addEventListener('visibilitychange', awake);
  awake();
}

export function statusNow() {
  return document.visibilityState === 'visible' ? 'active' : 'away';
}
