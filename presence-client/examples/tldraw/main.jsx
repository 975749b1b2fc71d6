import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { getAssetUrls } from '@tldraw/assets/selfHosted';
import { Tldraw } from 'tldraw';
import 'tldraw/tldraw.css';
import { PresenceProvider, RoomProvider, useConnection, useRoom } from 'presence-client/react';
import { attachPresence } from 'presence-client/tldraw';
import { boardOr, color, name, url } from '../visitor.js';
import './style.css';

// build.mjs puts them beside the page; without this, tldraw fetches them from a CDN.
const assetUrls = getAssetUrls({ baseUrl: new URL('assets', location.href).href });

function App() {
  return (
    <PresenceProvider url={url}>
      <RoomProvider board={boardOr('tldraw')} name={name} color={color}>
        <Board />
      </RoomProvider>
    </PresenceProvider>
  );
}

function Board() {
  const { room, error } = useRoom();
  const state = useConnection((connection) => connection.state);
  const [editor, setEditor] = useState(null);
  useEffect(() => editor && room ? attachPresence(editor, room) : undefined, [editor, room]);

  // For a look around in the console.
  useEffect(() => { Object.assign(window, { editor, room }); }, [editor, room]);

  return (
    <div className="board">
      <Tldraw assetUrls={assetUrls} onMount={setEditor} />
      <div className="connection" role="status" data-testid="connection" data-state={state}>{error?.message ?? state}</div>
    </div>
  );
}

createRoot(document.getElementById('root')).render(<App />);
