// What the tests of the React hooks look at: every component notes what it renders with.
import { memo, Profiler, StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { connect } from 'presence-client';
import {
  PresenceProvider, RoomProvider, useConnection, useCursors, useOthers, useRoom, useSelf, useSignal,
} from 'presence-client/react';

/** How often React has committed the components of each name. */
const commits = {};
const signals = [];
const errors = [];
globalThis.seen = { commits, signals, errors };

const Counted = ({ id, children }) => (
  <Profiler id={id} onRender={() => { commits[id] = (commits[id] ?? 0) + 1; }}>{children}</Profiler>
);

const Name = memo(function Name({ member }) {
  return <Counted id={`member ${member.id}`}><li>{member.name} {member.status}</li></Counted>;
});

function Others() {
  const others = useOthers();
  seen.others = others;
  return <Counted id="others"><ul id="others">{others.map((member) => <Name key={member.id} member={member} />)}</ul></Counted>;
}

function Names() {
  // A list that is new on every call, so that only its comparison keeps it from rendering.
  seen.names = useOthers((others) => others.map((member) => member.name));
  return <Counted id="names"><span /></Counted>;
}

function Cursors() {
  seen.cursors = useCursors();
  return <Counted id="cursors"><span /></Counted>;
}

function Rest({ heard }) {
  Object.assign(seen, { room: useRoom(), self: useSelf(), connection: useConnection() });
  seen.send = useSignal('wave', (payload, member) => signals.push([heard, payload, member]));
  return null;
}

function App({ provider, room, heard = 'first', shown = true }) {
  return (
    <PresenceProvider {...provider}>
      {shown && (
        <RoomProvider {...room} onError={(error) => errors.push(error.code)}>
          <Others /><Names /><Cursors /><Rest heard={heard} />
        </RoomProvider>
      )}
    </PresenceProvider>
  );
}

// Elsewhere it is imported to be rendered to text.
if (globalThis.document) {
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  globalThis.show = (props) => flushSync(() => root.render(<StrictMode><App {...props} /></StrictMode>));
  globalThis.unmount = () => root.unmount();
  // On pages that only look on.
  globalThis.connect = connect;
}

export { App };
