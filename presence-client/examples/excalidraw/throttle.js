/** Calls `action` at once, and while it is asked for more, once every `ms`; the last call is never lost. */
export function throttle(ms, action) {
  let timer = null;
  let again = false;
  const run = () => {
    again = false;
    timer = setTimeout(() => {
      timer = null;
      if (again) run();
    }, ms);
    action();
  };
  const throttled = () => {
    if (timer === null) run();
    else again = true;
  };
  throttled.cancel = () => clearTimeout(timer);
  return throttled;
}
