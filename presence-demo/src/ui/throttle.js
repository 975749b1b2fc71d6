/**
 * Calls `say` at most once every `everyMs`, with the latest value: at once after a pause, else at the end of the
 * interval.
 */
export function throttle(everyMs, say) {
  let timer = null;
  let waiting = false;
  let latest;
  const next = () => {
    timer = null;
    if (!waiting) return;
    waiting = false;
    timer = setTimeout(next, everyMs);
    say(latest);
  };
  return (value) => {
    latest = value;
    waiting = true;
    if (timer === null) next();
  };
}
