'use client';
// presence-react.d.ts documents the API.
import {
  createContext, createElement, Suspense, useCallback, useContext, useEffect, useMemo, useRef, useState,
  useSyncExternalStore,
} from 'react';
import { PresenceError } from './presence-client.js';
import { StateDraft, withDraft } from './presence-drafts.js';
import { hold, NOT_HELD } from './presence-holding.js';
import { NOT_OPENED, openConnection } from './presence-opening.js';
import { JOINING, shareRoom } from './presence-rooms.js';
import { densityOf, setViewport } from './presence-viewport.js';
import { watch } from './presence-watch.js';
import { ConnectionSource, sameItems, sameJson, sameShallow } from './presence-snapshots.js';

const NOTHING = Object.freeze([]);
const NO_STATE = Object.freeze({});
const none = () => NOTHING;
const missing = () => null;
const noState = () => NO_STATE;
const joining = () => JOINING;
const disconnected = () => ConnectionSource.none;
const neverChanges = () => () => {};

const ConnectionContext = createContext(null);
const RoomContext = createContext(null);

export function PresenceProvider({ url, connection: given = null, children, ...options }) {
  const [source, setSource] = useState(null);
  const latest = useLatest(options);
  const address = url && String(url);

  useEffect(() => soon(() => {
    const { token, ...others } = latest.current;
    // Asked again on every reconnect, and not always the function of the first rendering.
    const asked = typeof token === 'function' ? () => latest.current.token() : token;
    const opened = openConnection(given, address, { ...others, token: asked });
    setSource(opened);
    return () => {
      opened.close();
      setSource(null);
    };
  }), [given, address, latest]);

  const { token } = options;
  const handedOver = useRef();
  useEffect(() => {
    if (!source?.connection || given || typeof token !== 'string' || token === handedOver.current) return;
    handedOver.current = token;
    source.connection.auth(token);
  }, [source, given, token]);

  return createElement(ConnectionContext.Provider, { value: source ?? NOT_OPENED }, children);
}

export function RoomProvider({ board, observer = false, onError, fallback, children, ...about }) {
  const { connection, failure } = useProvided(ConnectionContext, 'PresenceProvider');
  const [share, setShare] = useState(null);
  const [waiting] = useState(() => new Waiting());
  const latest = useLatest({ about, onError });

  useEffect(() => {
    const fail = (error) => latest.current.onError?.(error);
    if (failure) fail(failure);
    if (!connection) return undefined;
    const entered = shareRoom(connection, board, { ...latest.current.about, observer, onError: fail });
    setShare(entered);
    return () => {
      entered.leave();
      setShare(null);
    };
  }, [connection, failure, board, observer, latest]);

  useEffect(() => share?.update(about));

  const status = useSyncExternalStore(share?.subscribe ?? neverChanges, share?.get ?? joining, joining);
  const entry = useMemo(() => {
    const now = failure ? { ...JOINING, state: 'left', error: failure } : status;
    return { ...now, waiting, report: (error) => latest.current.onError?.(error) };
  }, [status, failure, waiting, latest]);
  useEffect(() => {
    if (entry.state !== 'joining') waiting.end();
  }, [entry, waiting]);

  return createElement(RoomContext.Provider, { value: entry },
    fallback === undefined ? children : createElement(Suspense, { fallback }, children));
}

/** What suspended components wait for. It outlives renderings that React throws away. */
class Waiting {
  constructor() {
    this.end();
  }

  end() {
    this.over?.();
    this.promise = new Promise((resolve) => { this.over = resolve; });
  }
}

/** Does it after this turn of the loop, if not cancelled by then; later, cancelling undoes it. */
function soon(action) {
  let over = false;
  let undo;
  queueMicrotask(() => {
    if (!over) undo = action();
  });
  return () => {
    over = true;
    undo?.();
  };
}

export function useConnection(selector, isEqual) {
  const { subscribe, get } = useProvided(ConnectionContext, 'PresenceProvider');
  return useSelected({ subscribe }, get, disconnected, selector, isEqual);
}

export function useConnectionError(listener) {
  const { connection, failure, subscribe, get } = useProvided(ConnectionContext, 'PresenceProvider');
  const latest = useLatest(listener);
  useEffect(() => {
    if (failure) latest.current?.(failure);
    return connection?.on('error', (error) => latest.current?.(error));
  }, [connection, failure, latest]);
  return useSelected({ subscribe }, get, disconnected, errorOf);
}

const errorOf = ({ error }) => error;

export function useRoom() {
  const { room, state, error } = useProvided(RoomContext, 'RoomProvider');
  return useMemo(() => ({ room, state, error }), [room, state, error]);
}

export function useJoinedRoom() {
  const { room, state, error, waiting } = useProvided(RoomContext, 'RoomProvider');
  if (room) return room;
  if (state === 'left') throw error ?? new PresenceError('closed', 'the room was left');
  // React then shows the fallback, and renders again in the browser.
  if (typeof document === 'undefined') throw new Error('useJoinedRoom suspends on a server');
  throw waiting.promise;
}

export function useSelf(selector, isEqual) {
  const { members } = useProvided(RoomContext, 'RoomProvider');
  const select = useMemo(() => selector && ((self) => self && selector(self)), [selector]);
  return useSelected(members, members?.self, missing, select, isEqual);
}

export function useOthers(selector, isEqual) {
  const { members } = useProvided(RoomContext, 'RoomProvider');
  return useSelected(members, members?.others, none, selector, isEqual);
}

export function useOthersMapped(mapper, isEqual = sameShallow) {
  const { members } = useProvided(RoomContext, 'RoomProvider');
  const pairs = (others) => others.map((member) => Object.freeze([member.id, mapper(member)]));
  return useSelected(members, members?.others, none, pairs, null, (before, now) => {
    const known = new Map(before.map((pair) => [pair[0], pair]));
    const kept = now.map((pair) => {
      const [id, value] = pair;
      return known.has(id) && isEqual(known.get(id)[1], value) ? known.get(id) : pair;
    });
    return sameItems(before, kept) ? before : Object.freeze(kept);
  });
}

export function useOther(id, selector, isEqual) {
  const { members } = useProvided(RoomContext, 'RoomProvider');
  const get = useMemo(() => members && (() => members.other(id)), [members, id]);
  const select = useMemo(() => selector && ((member) => member && selector(member)), [selector]);
  return useSelected(members, get, missing, select, isEqual);
}

export function useCursors() {
  const { cursors } = useProvided(RoomContext, 'RoomProvider');
  return useSyncExternalStore(cursors?.subscribe ?? neverChanges, cursors?.get ?? none, none);
}

export function useMyState(...given) {
  const name = typeof given[0] === 'string' ? given[0] : null;
  const { throttleMs = 0 } = (name === null ? given[0] : given[1]) ?? {};
  const { room, members, report } = useProvided(RoomContext, 'RoomProvider');
  const [draft] = useState(() => new StateDraft((error) => latest.current(error)));
  const latest = useLatest(report);
  useEffect(() => {
    draft.throttleMs = throttleMs;
  }, [draft, throttleMs]);
  useEffect(() => {
    draft.attach(room);
    return () => draft.end();
  }, [draft, room]);

  const select = useMemo(() => name === null ? (self) => self?.state ?? NO_STATE : (self) => self?.state[name], [name]);
  const told = useSelected(members, members?.self, missing, select, sameJson);
  const unsent = useSyncExternalStore(draft.subscribe, draft.get, noState);
  const value = useMemo(() => {
    if (name === null) return withDraft(told, unsent);
    return Object.hasOwn(unsent, name) ? unsent[name] : told;
  }, [name, told, unsent]);
  const set = useCallback((value) => {
    const now = () => withDraft(room?.self?.state ?? NO_STATE, draft.get());
    if (name === null) return draft.set(typeof value === 'function' ? value(now()) : value);
    draft.set({ [name]: typeof value === 'function' ? value(now()[name]) : value });
  }, [draft, room, name]);
  return [value, set];
}

/** What `get` returns or a selector makes of it; renders only when that changes. */
function useSelected(source, get, getOnServer, selector = itself, isEqual = sameShallow, keep = undefined) {
  const shown = useRef(UNSET);
  const [getHere, getThere] = useMemo(() => {
    const select = (from) => {
      let seen = UNSET;
      let selected = shown.current;
      return () => {
        const whole = from();
        if (whole !== seen) {
          seen = whole;
          const next = selector(whole);
          if (selected === UNSET) selected = next;
          else if (keep) selected = keep(selected, next);
          else if (!isEqual(selected, next)) selected = next;
        }
        return selected;
      };
    };
    return [select(get ?? getOnServer), select(getOnServer)];
  // `keep` is new with every rendering, and as the selector is.
  }, [get, getOnServer, selector, isEqual]);
  const selected = useSyncExternalStore(source?.subscribe ?? neverChanges, getHere, getThere);
  useEffect(() => {
    shown.current = selected;
  });
  return selected;
}

const UNSET = Symbol('unset');
const itself = (whole) => whole;

export function useSignal(type, handler) {
  const { room, members } = useProvided(RoomContext, 'RoomProvider');
  const latest = useLatest(handler);
  useEffect(() => room?.on('signal', (signal) => {
    if (signal.type === type) latest.current?.(signal.payload, signal.member && members.of(signal.member));
  }), [room, members, type, latest]);
  return useCallback((payload, options) => {
    if (!room || room.closed) return false;
    return room.signal(type, payload, options);
  }, [room, type]);
}

export function useCounts() {
  const { room } = useProvided(RoomContext, 'RoomProvider');
  const subscribe = useCallback((listener) => room?.on('counts', listener) ?? (() => {}), [room]);
  return useSyncExternalStore(subscribe, () => room?.counts ?? null, () => null);
}

export function useWatch(boards, { avatars } = {}) {
  const { connection } = useProvided(ConnectionContext, 'PresenceProvider');
  const [known, setKnown] = useState(NOTHING);
  const names = JSON.stringify(boards);
  useEffect(() => connection ? watch(connection, JSON.parse(names), { avatars }, setKnown) : undefined, [connection, names, avatars]);
  return useMemo(() => {
    const wanted = new Set(JSON.parse(names));
    return known.every(({ board }) => wanted.has(board)) ? known : known.filter(({ board }) => wanted.has(board));
  }, [known, names]);
}

export function useLocks() {
  const { room } = useProvided(RoomContext, 'RoomProvider');
  const subscribe = useCallback((listener) => room?.on('locks', listener) ?? (() => {}), [room]);
  return useSyncExternalStore(subscribe, () => room?.locks ?? NOTHING, none);
}

export function useLock(name, { enabled = true, ttl, wait } = {}) {
  const { room } = useProvided(RoomContext, 'RoomProvider');
  const [held, tell] = useState(NOT_HELD);
  useEffect(() => {
    if (!room || !enabled) return;
    const giveBack = hold(room, name, { ttl, wait }, tell);
    return () => {
      giveBack();
      tell(NOT_HELD);
    };
  }, [room, name, enabled, ttl, wait]);
  return held;
}

export function useReactions(handler) {
  const { room } = useProvided(RoomContext, 'RoomProvider');
  const latest = useLatest(handler);
  useEffect(() => room?.on('reactions', (sums) => latest.current?.(sums)), [room, latest]);
  return useCallback((type) => Boolean(room?.react(type)), [room]);
}

export function useViewport(rect, { follow = NOTHING } = {}) {
  const { room } = useProvided(RoomContext, 'RoomProvider');
  const told = rect === undefined ? null : JSON.stringify([rect, [...follow]]);
  useEffect(() => {
    if (!room || told === null) return undefined;
    const [shown, ids] = JSON.parse(told);
    setViewport(room, shown, { follow: ids });
    // Before the next one in the same turn: the node is sent the last one of a turn only.
    return () => setViewport(room, null);
  }, [room, told]);
}

export function useDensity() {
  const { room } = useProvided(RoomContext, 'RoomProvider');
  const subscribe = useCallback((listener) => room?.on('density', listener) ?? (() => {}), [room]);
  return useSyncExternalStore(subscribe, () => room && densityOf(room), missing);
}

function useProvided(context, provider) {
  const value = useContext(context);
  if (!value) throw new Error(`presence hooks and rooms work only inside a <${provider}>`);
  return value;
}

/** Holds the latest render's value for effects and callbacks that do not depend on it. */
function useLatest(value) {
  const ref = useRef(value);
  useEffect(() => {
    ref.current = value;
  });
  return ref;
}
