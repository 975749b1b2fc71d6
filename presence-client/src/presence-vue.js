// presence-vue.d.ts documents the API.
import {
  computed, getCurrentInstance, inject, onMounted, provide, shallowRef, toRaw, toValue, watch,
} from 'vue';
import { StateDraft } from './presence-drafts.js';
import { hold, NOT_HELD } from './presence-holding.js';
import { NOT_OPENED, openConnection } from './presence-opening.js';
import { JOINING, shareRoom } from './presence-rooms.js';
import { ConnectionSource, sameJson, sameShallow } from './presence-snapshots.js';
import { densityOf, setViewport } from './presence-viewport.js';

const NOTHING = Object.freeze([]);
const SYNC = { immediate: true, flush: 'sync' };

const CONNECTION = Symbol('presence connection');
const ROOM = Symbol('presence room');
/** What a component provides it can use itself, which `inject` does not do. */
const provided = new WeakMap();

function offer(key, value) {
  const instance = getCurrentInstance();
  provided.set(instance, { ...provided.get(instance), [key]: value });
  provide(key, value);
}

function use(key, provider) {
  const value = provided.get(getCurrentInstance())?.[key] ?? inject(key, null);
  if (!value) throw new Error(`presence composables work only in components below ${provider}(), or in its own`);
  return value;
}

export function providePresence(options) {
  const opened = shallowRef(NOT_OPENED);
  const mounted = shallowRef(false);
  // Not on a server.
  onMounted(() => { mounted.value = true; });
  const now = () => toValue(options);
  const address = () => now().url && String(now().url);

  // Getters throughout: a shallow ref in a list makes Vue call back whatever has changed.
  watch([() => mounted.value, () => toRaw(now().connection) ?? null, address], ([isMounted, given, url], _, onCleanup) => {
    if (!isMounted) return;
    const { url: __, connection: ___, token, ...others } = now();
    const source = openConnection(given, url, { ...others, token: typeof token === 'function' ? () => now().token() : token });
    opened.value = source;
    onCleanup(() => {
      source.close();
      opened.value = NOT_OPENED;
    });
  }, SYNC);
  watch(() => now().token, (token) => {
    if (typeof token === 'string' && !now().connection) opened.value.connection?.auth(token);
  });

  const status = shallowRef(ConnectionSource.none);
  follow(opened, (source) => source, ({ get }) => { status.value = get(); });
  offer(CONNECTION, { opened, status });
  return status;
}

export function provideRoom(options) {
  const { opened } = use(CONNECTION, 'providePresence');
  const status = shallowRef(JOINING);
  const now = () => toValue(options);
  const report = (error) => now().onError?.(error);
  let share = null;

  watch([() => opened.value, () => now().board, () => now().observer ?? false], ([{ connection, failure }, board, observer], _, onCleanup) => {
    if (failure) {
      status.value = { ...JOINING, state: 'left', error: failure };
      report(failure);
    }
    if (!connection) return;
    share = shareRoom(connection, board, { ...aboutOf(now()), observer, onError: report });
    const { subscribe, get, leave } = share;
    const take = () => { status.value = get(); };
    const stop = subscribe(take);
    take();
    onCleanup(() => {
      stop();
      leave();
      status.value = JOINING;
    });
  }, SYNC);
  watch(() => aboutOf(now()), (about) => share?.update(about));

  offer(ROOM, { status, report });
  return useRoom();
}

function aboutOf({ board: _, observer: __, onError: ___, state, ...about }) {
  return state ? { ...about, state: copyOf(state) } : about;
}

/** Reads all of it, so that what is changed in place is noticed, and differs from what was told. */
function copyOf(value) {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOf(part)]));
}

export function useConnection(selector, isEqual) {
  const { status } = use(CONNECTION, 'providePresence');
  return select(status, selector, isEqual);
}

export function useConnectionError(listener) {
  const { opened, status } = use(CONNECTION, 'providePresence');
  if (listener) {
    watch(opened, ({ connection, failure }, _, onCleanup) => {
      if (failure) listener(failure);
      if (connection) onCleanup(connection.on('error', (error) => listener(error)));
    }, SYNC);
  }
  return computed(() => status.value.error);
}

export function useRoom() {
  const { status } = use(ROOM, 'provideRoom');
  return select(status, ({ room, state, error }) => ({ room, state, error }));
}

export function useOthers(selector, isEqual) {
  return select(fromMembers((members) => members.others(), NOTHING), selector, isEqual);
}

export function useOther(id) {
  const { status } = use(ROOM, 'provideRoom');
  const member = shallowRef(null);
  const take = () => { member.value = status.value.members?.other(toValue(id)) ?? null; };
  follow(status, ({ members }) => members, take);
  watch(() => toValue(id), take, { flush: 'sync' });
  return member;
}

export function useSelf(selector, isEqual) {
  const self = fromMembers((members) => members.self(), null);
  return select(self, selector && ((member) => member && selector(member)), isEqual);
}

export function useCursors() {
  const { status } = use(ROOM, 'provideRoom');
  const shown = shallowRef(NOTHING);
  follow(status, ({ cursors }) => cursors, (cursors) => { shown.value = cursors?.get() ?? NOTHING; });
  return shown;
}

export function useMyState(name, { throttleMs = 0 } = {}) {
  const { status, report } = use(ROOM, 'provideRoom');
  const draft = new StateDraft(report);
  draft.throttleMs = throttleMs;
  const unsent = shallowRef(draft.get());
  draft.subscribe(() => { unsent.value = draft.get(); });
  watch(() => status.value.room, (room, _, onCleanup) => {
    draft.attach(room);
    onCleanup(() => draft.end());
  }, SYNC);
  const told = fromMembers((members) => members.self()?.state[name], undefined, sameJson);
  return computed({
    get: () => Object.hasOwn(unsent.value, name) ? unsent.value[name] : told.value,
    set: (value) => draft.set({ [name]: value }),
  });
}

export function useSignal(type, handler) {
  const { status } = use(ROOM, 'provideRoom');
  watch(status, ({ room, members }, _, onCleanup) => {
    if (room && handler) onCleanup(room.on('signal', (signal) => {
      if (signal.type === type) handler(signal.payload, signal.member && members.of(signal.member));
    }));
  }, SYNC);
  return (payload, options) => {
    const { room } = status.value;
    return room !== null && room.signal(type, payload, options);
  };
}

export function useCounts() {
  const { status } = use(ROOM, 'provideRoom');
  const counts = shallowRef(null);
  watch(() => status.value.room, (room, _, onCleanup) => {
    const take = () => { counts.value = room?.counts ?? null; };
    if (room) onCleanup(room.on('counts', take));
    take();
  }, SYNC);
  return counts;
}

export function useLocks() {
  const { status } = use(ROOM, 'provideRoom');
  const locks = shallowRef(NOTHING);
  watch(() => status.value.room, (room, _, onCleanup) => {
    const take = () => { locks.value = room?.locks ?? NOTHING; };
    if (room) onCleanup(room.on('locks', take));
    take();
  }, SYNC);
  return locks;
}

export function useLock(name, options = {}) {
  const { status } = use(ROOM, 'provideRoom');
  const held = shallowRef(NOT_HELD);
  const now = () => toValue(options);
  watch([() => status.value.room, () => toValue(name), () => now().enabled ?? true], ([room, wanted, enabled], _, onCleanup) => {
    held.value = NOT_HELD;
    if (room && enabled) onCleanup(hold(room, wanted, now(), (next) => { held.value = next; }));
  }, SYNC);
  return held;
}

export function useReactions(handler) {
  const { status } = use(ROOM, 'provideRoom');
  watch(() => status.value.room, (room, _, onCleanup) => {
    if (room && handler) onCleanup(room.on('reactions', (sums) => handler(sums)));
  }, SYNC);
  return (type) => Boolean(status.value.room?.react(type));
}

export function useViewport(rect, options) {
  const { status } = use(ROOM, 'provideRoom');
  const told = () => {
    const shown = toValue(rect);
    return shown === undefined ? null : JSON.stringify([shown, [...toValue(options)?.follow ?? []]]);
  };
  watch([() => status.value.room, told], ([room, known], _, onCleanup) => {
    if (!room || known === null) return;
    const [shown, follow] = JSON.parse(known);
    setViewport(room, shown, { follow });
    // Before the next one in the same turn: the node is sent the last one of a turn only.
    onCleanup(() => setViewport(room, null));
  }, SYNC);
}

export function useDensity() {
  const { status } = use(ROOM, 'provideRoom');
  const density = shallowRef(null);
  watch(() => status.value.room, (room, _, onCleanup) => {
    if (room) onCleanup(room.on('density', (now) => { density.value = now; }));
    density.value = room && densityOf(room);
  }, SYNC);
  return density;
}

function fromMembers(pick, none, isEqual = Object.is) {
  const { status } = use(ROOM, 'provideRoom');
  const picked = shallowRef(none);
  follow(status, ({ members }) => members, (members) => {
    const now = members ? pick(members) : none;
    if (!isEqual(picked.value, now)) picked.value = now;
  });
  return picked;
}

/** Takes from a source now and whenever it tells, and from another one when there is another. */
function follow(ref, sourceOf, take) {
  watch(() => sourceOf(ref.value), (source, _, onCleanup) => {
    const stop = source?.subscribe(() => take(source));
    if (stop) onCleanup(stop);
    take(source);
  }, SYNC);
}

function select(ref, selector, isEqual = sameShallow) {
  if (!selector) return ref;
  // Vue 3.5.0 does not hand over the value before.
  let value;
  return computed(() => {
    const now = selector(ref.value);
    if (value === undefined || !isEqual(value, now)) value = now;
    return value;
  });
}
