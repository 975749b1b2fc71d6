// presence-svelte.d.ts documents the API.
import { getContext, onMount, setContext } from 'svelte';
import { derived, readable, writable } from 'svelte/store';
import { StateDraft } from './presence-drafts.js';
import { hold, NOT_HELD } from './presence-holding.js';
import { NOT_OPENED, openConnection } from './presence-opening.js';
import { JOINING, shareRoom } from './presence-rooms.js';
import { ConnectionSource, sameJson, sameShallow } from './presence-snapshots.js';
import { densityOf, setViewport } from './presence-viewport.js';

const NOTHING = Object.freeze([]);
const UNSET = Symbol('unset');
const itself = (value) => value;
const neverChanges = () => () => {};

const CONNECTION = Symbol('presence connection');
const ROOM = Symbol('presence room');

function use(key, provider) {
  const value = getContext(key);
  if (!value) throw new Error(`presence stores work only in components below ${provider}(), or in its own after it`);
  return value;
}

export function providePresence(options) {
  const opened = writable(NOT_OPENED);
  // Not on a server.
  onMount(() => {
    let now;
    let source = NOT_OPENED;
    const stop = follow(options, (next) => {
      const before = now;
      now = next;
      const { url, connection = null, token, ...others } = now;
      if (before && String(before.url) === String(url) && (before.connection ?? null) === connection) {
        if (typeof token === 'string' && token !== before.token && !connection) source.connection?.auth(token);
        return;
      }
      source.close();
      source = openConnection(connection, url && String(url), {
        ...others, token: typeof token === 'function' ? () => now.token() : token,
      });
      opened.set(source);
    });
    return () => {
      stop();
      source.close();
      opened.set(NOT_OPENED);
    };
  });
  const status = storeOf(opened, itself, ({ get }) => get(), ConnectionSource.none);
  setContext(CONNECTION, { opened, status });
  return status;
}

export function provideRoom(options) {
  const { opened } = use(CONNECTION, 'providePresence');
  const seat = writable(null);
  let current = null;
  let now = {};
  const report = (error) => now.onError?.(error);

  onMount(() => {
    let source = NOT_OPENED;
    let entered = null;
    const sit = (next) => {
      current?.leave?.();
      current = next;
      seat.set(next);
    };
    const settle = () => {
      const { board, observer = false, onError: _, ...about } = now;
      const wanted = JSON.stringify([board, observer]);
      if (entered?.source === source && entered.wanted === wanted) return current?.update?.(about);
      entered = { source, wanted };
      const { connection, failure } = source;
      if (failure) {
        const status = { ...JOINING, state: 'left', error: failure };
        sit({ subscribe: neverChanges, get: () => status });
        report(failure);
      } else {
        sit(connection && shareRoom(connection, board, { ...about, observer, onError: report }));
      }
    };
    const stops = [
      follow(options, (next) => {
        now = next;
        settle();
      }),
      opened.subscribe((next) => {
        source = next;
        settle();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      sit(null);
    };
  });

  const status = storeOf(seat, itself, ({ get }) => get(), JOINING);
  setContext(ROOM, { status, report, current: () => current?.get() ?? JOINING });
  return useRoom();
}

export function useConnection(selector, isEqual) {
  const { status } = use(CONNECTION, 'providePresence');
  return select(status, selector, isEqual);
}

export function useConnectionError(listener) {
  const { opened, status } = use(CONNECTION, 'providePresence');
  onMount(() => each(opened, ({ connection, failure }) => {
    if (failure) listener?.(failure);
    return connection?.on('error', (error) => listener?.(error));
  }));
  return select(status, ({ error }) => error);
}

export function useRoom() {
  const { status } = use(ROOM, 'provideRoom');
  return select(status, ({ room, state, error }) => ({ room, state, error }));
}

export function useOthers(selector, isEqual) {
  return select(fromMembers((members) => members.others(), NOTHING), selector, isEqual);
}

export function useOther(id) {
  return fromMembers((members) => members.other(id), null);
}

export function useSelf(selector, isEqual) {
  return select(fromMembers((members) => members.self(), null), selector && ((self) => self && selector(self)), isEqual);
}

export function useCursors() {
  const { status } = use(ROOM, 'provideRoom');
  return storeOf(status, ({ cursors }) => cursors, (cursors) => cursors.get(), NOTHING);
}

export function useMyState(name, { throttleMs = 0 } = {}) {
  const { status, report, current } = use(ROOM, 'provideRoom');
  const draft = new StateDraft(report);
  draft.throttleMs = throttleMs;
  onMount(() => each(select(status, ({ room }) => room, Object.is), (room) => {
    draft.attach(room);
    return () => draft.end();
  }));
  const told = select(fromMembers((members) => members.self(), null), (self) => self?.state[name], sameJson);
  const unsent = readable(draft.get(), (set) => {
    set(draft.get());
    return draft.subscribe(() => set(draft.get()));
  });
  const valueOf = (drafted, stated) => Object.hasOwn(drafted, name) ? drafted[name] : stated;
  const set = (value) => draft.set({ [name]: value });
  return {
    subscribe: select(derived([unsent, told], (both) => both), ([drafted, stated]) => valueOf(drafted, stated), sameJson).subscribe,
    set,
    update: (change) => set(change(valueOf(draft.get(), current().members?.self()?.state[name]))),
  };
}

export function useSignal(type, handler) {
  const { status, current } = use(ROOM, 'provideRoom');
  onMount(() => each(status, ({ room, members }) => room?.on('signal', (signal) => {
    if (signal.type === type) handler?.(signal.payload, signal.member && members.of(signal.member));
  })));
  return (payload, options) => {
    const { room } = current();
    return room !== null && room.signal(type, payload, options);
  };
}

export function useCounts() {
  const { status } = use(ROOM, 'provideRoom');
  return readable(null, (set) => each(status, ({ room }) => {
    set(room?.counts ?? null);
    return room?.on('counts', set);
  }));
}

export function useLocks() {
  const { status } = use(ROOM, 'provideRoom');
  return readable(NOTHING, (set) => each(status, ({ room }) => {
    set(room?.locks ?? NOTHING);
    return room?.on('locks', set);
  }));
}

/** Asked for while the store has subscribers. */
export function useLock(name, options = {}) {
  const { status } = use(ROOM, 'provideRoom');
  return readable(NOT_HELD, (set) => each(status, ({ room }) => {
    set(NOT_HELD);
    return room ? hold(room, name, options, set) : undefined;
  }));
}

export function useReactions(handler) {
  const { status, current } = use(ROOM, 'provideRoom');
  onMount(() => each(status, ({ room }) => room?.on('reactions', (sums) => handler?.(sums))));
  return (type) => Boolean(current().room?.react(type));
}

export function useViewport(rect, options = {}) {
  const { status } = use(ROOM, 'provideRoom');
  onMount(() => {
    let room = null;
    let shown;
    let ids = NOTHING;
    const tell = () => {
      if (room && shown !== undefined) setViewport(room, shown, { follow: ids });
    };
    const stops = [
      each(select(status, (now) => now.room, Object.is), (next) => {
        room = next;
        tell();
        return () => {
          if (next && shown !== undefined) setViewport(next, null);
        };
      }),
      follow(rect, (next) => {
        shown = next;
        tell();
      }),
      follow(options, (next) => {
        ids = next?.follow ?? NOTHING;
        tell();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  });
}

export function useDensity() {
  const { status } = use(ROOM, 'provideRoom');
  return readable(null, (set) => each(status, ({ room }) => {
    set(room && densityOf(room));
    return room?.on('density', set);
  }));
}

function fromMembers(pick, none) {
  const { status } = use(ROOM, 'provideRoom');
  return storeOf(status, ({ members }) => members, pick, none);
}

/** Calls back with the options, and where they are a store, with all that follow. */
function follow(options, take) {
  if (typeof options?.subscribe === 'function') return options.subscribe(take);
  take(options);
  return () => {};
}

/** Does something for each value of a store; what that returns is called before the next. */
function each(store, act) {
  let undo;
  const stop = store.subscribe((value) => {
    undo?.();
    undo = act(value);
  });
  return () => {
    stop();
    undo?.();
  };
}

/** What `pick` takes of the source in another store's value, while the store has subscribers. */
function storeOf(outer, sourceOf, pick, none) {
  return readable(none, (set) => {
    let last = UNSET;
    return each(outer, (value) => {
      const source = value && sourceOf(value);
      const take = () => {
        const next = source ? pick(source) : none;
        // Svelte takes every object for a new one.
        if (!Object.is(last, next)) set(last = next);
      };
      const stop = source?.subscribe(take);
      take();
      return stop;
    });
  });
}

function select(store, selector = itself, isEqual = sameShallow) {
  return readable(undefined, (set) => {
    let selected = UNSET;
    return store.subscribe((value) => {
      const next = selector(value);
      if (selected === UNSET || !isEqual(selected, next)) set(selected = next);
    });
  });
}
