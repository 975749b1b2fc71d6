/**
 * Says the latest value only, at most once every `everyMs`: at once after a pause, else when the
 * time has come.
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
