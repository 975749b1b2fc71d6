// What the tests of shared rooms, selecting hooks, own state and Suspense look at.
import { Component, Profiler, StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { connect } from 'presence-client';
import 'presence-client/locks';
import {
  PresenceProvider, RoomProvider, useConnectionError, useCounts, useDensity, useJoinedRoom, useLock, useLocks, useMyState,
  useOther, useOthers, useOthersMapped, useReactions, useRoom, useSelf, useViewport, useWatch,
} from 'presence-client/react';

/** How often React has committed the parts of each name. */
const commits = {};
globalThis.seen = { commits, errors: [], heard: [], rooms: {}, sums: [] };

/** What each part of a page calls; the results are in `seen`, under its name. */
const PARTS = {
  selfName: () => useSelf(({ name }) => name),
  other: ({ id }) => useOther(id),
  otherTool: ({ id }) => useOther(id, ({ state }) => state.tool),
  tools: () => useOthersMapped(({ state }) => ({ tool: state.tool })),
  count: () => useOthers((others) => others.length),
  mine: () => useMyState(),
  zoom: () => useMyState('zoom'),
  counts: () => useCounts(),
  lock: ({ enabled, wait }) => useLock('shape', { enabled, wait }),
  locks: () => useLocks(),
  react: ({ factor = 1 }) => useReactions((sums) => seen.sums.push(...sums.map(({ type, count }) => [type, count * factor]))),
  viewport: ({ rect, follow }) => useViewport(rect, { follow }),
  density: () => useDensity(),
  slow: ({ throttleMs = 200 }) => useMyState('slow', { throttleMs }),
};

function Part({ part, ...props }) {
  seen[part] = PARTS[part](props);
  return null;
}

const Counted = ({ id, children }) => (
  <Profiler id={id} onRender={() => { commits[id] = (commits[id] ?? 0) + 1; }}>{children}</Profiler>
);

function ConnectionError() {
  seen.connectionError = useConnectionError((error) => seen.heard.push(error.code));
  return null;
}

function Room({ id }) {
  seen.rooms[id] = { ...useRoom(), self: useSelf(), others: useOthers() };
  return null;
}

function Watching({ boards }) {
  seen.watched = useWatch(boards, { avatars: 2 });
  return null;
}

class Boundary extends Component {
  state = { error: null };

  static getDerivedStateFromError(error) {
    return { error };
  }

  render() {
    const { error } = this.state;
    return error ? <p id="refused">{error.code}</p> : this.props.children;
  }
}

function Waiting() {
  const { board, self } = useJoinedRoom();
  return <p id="joined">{board} {self.name}</p>;
}

/** @param rooms props of the room providers, each with an `id` */
export function App({ provider, rooms = [], parts = [], suspended = null, watches = null, ...props }) {
  return (
    <PresenceProvider {...provider}>
      <ConnectionError />
      {watches && <Watching boards={watches} />}
      {rooms.map(({ id, ...room }) => (
        <RoomProvider key={id} {...room} onError={({ code }) => seen.errors.push(`${id} ${code}`)}>
          <Room id={id} />
          {parts.map((part) => <Counted key={part} id={part}><Part part={part} {...props} /></Counted>)}
        </RoomProvider>
      ))}
      {suspended && (
        <Boundary key={suspended.board}>
          <RoomProvider {...suspended} fallback={<p id="fallback">Joining…</p>}><Waiting /></RoomProvider>
        </Boundary>
      )}
    </PresenceProvider>
  );
}

// Elsewhere it is imported to be rendered to text.
if (globalThis.document) {
  // A refusal that the boundary shows is not uncaught.
  const options = { onCaughtError: () => {} };
  const root = createRoot(document.body.appendChild(document.createElement('div')), options);
  globalThis.show = (props) => flushSync(() => root.render(<StrictMode><App {...props} /></StrictMode>));
  globalThis.unmount = () => root.unmount();
  globalThis.connect = connect;
}
