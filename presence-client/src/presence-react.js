'use client';
// presence-react.d.ts documents the API.
import {
  createContext, createElement, useCallback, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore,
} from 'react';
import { connect, PresenceError } from './presence-client.js';
import { ConnectionSource, CursorsSource, MembersSource, sameItems } from './presence-snapshots.js';

const PROFILE = ['name', 'color', 'avatarUrl', 'userId', 'device'];

const NOBODY = Object.freeze([]);
const nobody = () => NOBODY;
const nothing = () => null;
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
    let connection;
    try {
      connection = given ?? connect(address, { ...others, token: asked });
    } catch (error) {
      // Thrown in a microtask, it would reach neither an error boundary nor the application.
      setSource(failedSource(new PresenceError('address_refused', error.message)));
      return () => setSource(null);
    }
    const opened = new ConnectionSource(connection);
    setSource(opened);
    return () => {
      opened.close();
      if (!given) connection.close();
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

  return createElement(ConnectionContext.Provider, { value: source ?? NO_CONNECTION }, children);
}

function failedSource(error) {
  const snapshot = Object.freeze({ ...ConnectionSource.none, state: 'closed', error });
  return { ...NO_CONNECTION, error, get: () => snapshot };
}

const NO_CONNECTION = { connection: null, subscribe: neverChanges, get: disconnected };

export function RoomProvider({ board, observer = false, onError, children, ...about }) {
  const { connection, error: failure } = useProvided(ConnectionContext, 'PresenceProvider');
  const [entry, setEntry] = useState(JOINING);
  const [attempt, setAttempt] = useState(0);
  const latest = useLatest({ about, onError });
  /** What the board was last told of us. */
  const told = useRef(null);

  useEffect(() => {
    if (failure) {
      setEntry({ ...LEFT, error: failure });
      latest.current.onError?.(failure);
    }
    if (!connection) return undefined;
    let retry;
    const fail = (error) => latest.current.onError?.(error);
    const leave = take(connection, board, {
      join() {
        told.current = latest.current.about;
        return connection.join(board, { ...told.current, observer });
      },
      joined(room) {
        setEntry(entryOf(room));
        room.on('error', fail);
        room.on('closed', (error) => {
          setEntry({ ...LEFT, error: error ?? null });
          if (error) fail(error);
        });
      },
      refused(error) {
        setEntry({ ...LEFT, error });
        if (error.retryAfterMs !== undefined) retry = setTimeout(() => setAttempt(attempt + 1), error.retryAfterMs);
        fail(error);
      },
    });
    return () => {
      clearTimeout(retry);
      leave();
      setEntry(JOINING);
    };
  }, [connection, failure, board, observer, attempt, latest]);

  const { room } = entry;
  useEffect(() => {
    if (!room || observer) return;
    try {
      tell(room, told.current, about);
    } catch (error) {
      latest.current.onError?.(error);
    }
    // Even if it was refused: not again with every rendering.
    told.current = about;
  });

  return createElement(RoomContext.Provider, { value: entry }, children);
}

const NO_ROOM = { room: null, error: null, members: null, cursors: null };
const JOINING = { ...NO_ROOM, state: 'joining' };
const LEFT = { ...NO_ROOM, state: 'left' };

function entryOf(room) {
  const members = new MembersSource(room);
  return { room, state: 'joined', error: null, members, cursors: new CursorsSource(room, members) };
}

/** Per connection and board, the last join or leave: one that is under way cannot be called back. */
const turns = new WeakMap();

/** Joins when it is this board's turn; the result leaves again, or never joins. */
function take(connection, board, { join, joined, refused }) {
  const boards = turns.get(connection) ?? new Map();
  turns.set(connection, boards);
  let over = false;
  let room = null;
  const turn = (boards.get(board) ?? Promise.resolve()).then(async () => {
    if (over) return; // StrictMode, which mounts twice at once
    try {
      room = await join();
    } catch (error) {
      if (!over) refused(error);
      return;
    }
    if (over) room.leave();
    else joined(room);
  });
  boards.set(board, turn);
  return () => {
    over = true;
    room?.leave();
  };
}

function tell(room, before, now) {
  const changes = {};
  for (const name of PROFILE) if (before[name] !== now[name]) changes[name] = now[name] ?? '';
  if (before.status !== now.status) changes.status = now.status ?? 'active';
  if (Object.keys(changes).length) room.update(changes);
  const values = changedValues(before.state ?? {}, now.state ?? {});
  if (Object.keys(values).length) room.set(values);
}

function changedValues(before, now) {
  const changed = {};
  for (const name of Object.keys({ ...before, ...now })) {
    if (JSON.stringify(before[name]) !== JSON.stringify(now[name])) changed[name] = now[name];
  }
  return changed;
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

export function useConnection() {
  const { subscribe, get } = useProvided(ConnectionContext, 'PresenceProvider');
  return useSyncExternalStore(subscribe, get, disconnected);
}

export function useRoom() {
  const { room, state, error } = useProvided(RoomContext, 'RoomProvider');
  return useMemo(() => ({ room, state, error }), [room, state, error]);
}

export function useSelf() {
  const { members } = useProvided(RoomContext, 'RoomProvider');
  return useSyncExternalStore(members?.subscribe ?? neverChanges, members?.self ?? nothing, nothing);
}

export function useCursors() {
  const { cursors } = useProvided(RoomContext, 'RoomProvider');
  return useSyncExternalStore(cursors?.subscribe ?? neverChanges, cursors?.get ?? nobody, nobody);
}

export function useOthers(selector = everything, isEqual = shallowEqual) {
  const { members } = useProvided(RoomContext, 'RoomProvider');
  const shown = useRef(UNSET);
  const [get, getOnServer] = useMemo(() => {
    const select = (from) => {
      let seen = UNSET;
      let selected = shown.current;
      return () => {
        const others = from();
        if (others !== seen) {
          seen = others;
          const next = selector(others);
          if (selected === UNSET || !isEqual(selected, next)) selected = next;
        }
        return selected;
      };
    };
    return [select(members?.others ?? nobody), select(nobody)];
  }, [members, selector, isEqual]);
  const selected = useSyncExternalStore(members?.subscribe ?? neverChanges, get, getOnServer);
  useEffect(() => {
    shown.current = selected;
  });
  return selected;
}

const UNSET = Symbol('unset');
const everything = (others) => others;

function shallowEqual(a, b) {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return sameItems(a, b);
  if (!isPlain(a) || !isPlain(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length
    && names.every((name) => Object.hasOwn(b, name) && Object.is(a[name], b[name]));
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

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
