// What the tests of the components look at, and how often each is rendered.
import { Profiler, StrictMode, useState } from 'react';
import { createPortal, flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { connect } from 'presence-client';
import { PresenceProvider, RoomProvider, useRoom } from 'presence-client/react';
import { AvatarStack, Cursors } from 'presence-client/react-components';

const commits = {};
globalThis.seen = { commits, selected: [] };

const Counted = ({ id, children }) => (
  <Profiler id={id} onRender={() => { commits[id] = (commits[id] ?? 0) + 1; }}>{children}</Profiler>
);

const select = (person) => seen.selected.push(person);
const toolOf = ({ name, state }) => `${name}: ${state.tool ?? 'nothing'}`;

function Note() {
  seen.room = useRoom().room;
  return null;
}

function Shadow({ children }) {
  const [root, setRoot] = useState(null);
  return <div ref={(host) => { if (host && !root) setRoot(host.shadowRoot ?? host.attachShadow({ mode: 'open' })); }}>
    {root && createPortal(children, root)}
  </div>;
}

/** @param zoom draws the board so many times as large */
export function App({ provider, room, stack = {}, selects = false, labels = false, zoom = null, shadow = false, style }) {
  const zoomed = zoom && {
    toBoard({ clientX, clientY }) {
      const { left, top } = document.querySelector('main').getBoundingClientRect();
      return [(clientX - left) / zoom, (clientY - top) / zoom];
    },
    fromBoard: (x, y) => [x * zoom, y * zoom],
  };
  const avatars = <AvatarStack {...stack} {...(selects && { onSelect: select })} />;
  return (
    <PresenceProvider {...provider}>
      <RoomProvider {...room}>
        <Note />
        <Counted id="avatars">{shadow ? <Shadow>{avatars}</Shadow> : avatars}</Counted>
        <Counted id="cursors">
          <Cursors as="main" style={{ width: 600, height: 300, background: '#8881', ...style }} {...zoomed}
            {...(labels && { label: toolOf })}>
            <Counted id="board"><p>The board</p></Counted>
          </Cursors>
        </Counted>
      </RoomProvider>
    </PresenceProvider>
  );
}

// Elsewhere it is imported to be rendered to text.
if (globalThis.document) {
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  globalThis.show = (props) => flushSync(() => root.render(<StrictMode><App {...props} /></StrictMode>));
  globalThis.unmount = () => root.unmount();
  globalThis.connect = connect;
}
