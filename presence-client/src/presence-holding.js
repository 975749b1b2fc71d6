// Locks that components want for as long as they are there. No part of the API.
export const NOT_HELD = Object.freeze({ lock: null, error: null });

/**
 * Wants a lock until the function that it returns is called, which gives it back. A lock that is lost is asked for again.
 *
 * @param tell is called with `{ lock, error }` of each change
 */
export function hold(room, name, { ttl, wait = true }, tell) {
  if (!room.lock) throw new TypeError("useLock needs import 'presence-client/locks'");
  const controller = new AbortController();
  const { signal } = controller;
  let mine;
  const fail = (error) => {
    mine = null;
    if (signal.aborted) return;
    tell(Object.freeze({ lock: null, error }));
    if (error.code === 'lock_lost') ask();
  };
  const ask = () => room.lock(name, { ttl, wait, signal }).then((lock) => {
    if (signal.aborted) return lock.release();
    mine = lock;
    lock.on('lost', fail);
    tell(Object.freeze({ lock, error: null }));
  }, fail);
  ask();
  return () => {
    controller.abort();
    mine?.release();
  };
}
