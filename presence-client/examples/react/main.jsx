import { memo, StrictMode, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { sharePointer } from 'presence-client/pointer';
import {
  PresenceProvider, RoomProvider, useConnection, useCursors, useOthers, useRoom, useSelf, useSignal,
} from 'presence-client/react';
import { safeColor } from 'presence-client/safe';
import { boardOr, color, name as firstName, url } from '../visitor.js';
import '../board.css';

const REACTIONS = ['🎉', '👍', '❤️', '👀'];
const FLOATS_MS = 1800;
const FALLBACK = '#64748b';

function App() {
  const [name, setName] = useState(firstName);
  return (
    <PresenceProvider url={url} heartbeatMs={5000}>
      <RoomProvider board={boardOr('react')} name={name} color={color}>
        <header>
          <h1>Presence with React</h1>
          <ConnectionState />
          <label>You are <input value={name} maxLength={24} onChange={(event) => setName(event.target.value)} /></label>
          <Avatars />
        </header>
        <Board />
      </RoomProvider>
    </PresenceProvider>
  );
}

function ConnectionState() {
  const { state, rtt, nodeId, error } = useConnection();
  const detail = error?.message ?? (state === 'open' && rtt !== null ? `${rtt} ms` : '');
  return (
    <span className="connection" data-testid="connection" data-state={state} title={nodeId && `node ${nodeId}`}>
      {state} {detail && <small>{detail}</small>}
    </span>
  );
}

function Avatars() {
  const self = useSelf();
  const others = useOthers();
  return (
    <ul className="avatars" aria-label="On this board">
      {self && <Avatar member={self} />}
      {others.map((member) => <Avatar key={member.id} member={member} />)}
    </ul>
  );
}

// Rendered again only when this member changes.
const Avatar = memo(function Avatar({ member: { name, color, status, isSelf } }) {
  return (
    <li
      className="avatar" data-testid="avatar" data-name={name} data-status={status}
      style={{ background: safeColor(color, FALLBACK) }} title={isSelf ? `${name} (you)` : name}
    >
      {[...name][0] ?? '?'}
    </li>
  );
});

function Board() {
  const { room, state, error } = useRoom();
  const count = useOthers((others) => others.length);
  const board = useRef(null);
  useEffect(() => room ? sharePointer(room, board.current) : undefined, [room]);
  return (
    <main ref={board}>
      <p className="hint">
        {state === 'joining' && 'Joining…'}
        {state === 'left' && `Not on the board: ${error?.message ?? 'left'}`}
        {state === 'joined' && (count ? `${count} other${count > 1 ? 's' : ''} here. Move your pointer.`
          : 'Nobody else is here. Open this page in a second window.')}
      </p>
      <Cursors />
      <Reactions />
    </main>
  );
}

// The only component that renders with every frame while cursors move.
function Cursors() {
  return useCursors().map(({ member, x, y }) => (
    <div
      key={member.id} className="cursor" data-testid="cursor" data-name={member.name}
      style={{ transform: `translate(${x}px, ${y}px)`, color: safeColor(member.color, FALLBACK) }}
    >
      <svg width="18" height="22" viewBox="0 0 18 22"><path d="M1 1v17l4.6-4.2 3 7 3.2-1.4-3-6.8H15z" /></svg>
      <span>{member.name}</span>
    </div>
  ));
}

function Reactions() {
  const [floating, setFloating] = useState([]);
  const { room } = useRoom();
  const float = (payload, from) => {
    // Payloads come from other pages, so anything can be in them.
    if (!REACTIONS.includes(payload?.emoji)) return;
    const [x, y] = [payload.x, payload.y].map((at) => Number.isFinite(at) ? at : 120);
    const reaction = { key: crypto.randomUUID(), emoji: payload.emoji, x, y, from: from?.name ?? '' };
    setFloating((all) => [...all, reaction]);
    setTimeout(() => setFloating((all) => all.filter((other) => other !== reaction)), FLOATS_MS);
  };
  const send = useSignal('reaction', float);
  const react = (emoji) => {
    const { x, y } = room?.self.cursor ?? {};
    const payload = { emoji, x, y };
    if (send(payload)) float(payload);
  };
  return (
    <>
      {floating.map(({ key, emoji, x, y, from }) => (
        <div key={key} className="reaction" data-testid="reaction" data-from={from} style={{ left: x, top: y }}>{emoji}</div>
      ))}
      <nav aria-label="Reactions">
        {REACTIONS.map((emoji) => (
          <button key={emoji} type="button" disabled={!room} onClick={() => react(emoji)}>{emoji}</button>
        ))}
      </nav>
    </>
  );
}

createRoot(document.getElementById('root')).render(<StrictMode><App /></StrictMode>);
