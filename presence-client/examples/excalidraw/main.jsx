import './assets.js';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Excalidraw } from '@excalidraw/excalidraw';
import '@excalidraw/excalidraw/index.css';
import { connect } from 'presence-client';
import { attachPresence } from 'presence-client/excalidraw';
import { shareScene } from './scene.js';
import './style.css';

const NAMES = ['Ada', 'Barbara', 'Edsger', 'Frances', 'Grace', 'Ken', 'Margaret', 'Radia'];
const COLORS = ['#4f46e5', '#e11d48', '#047857', '#c2410c', '#0369a1', '#db2777', '#7c3aed', '#0e7490'];
const WORDS = {
  connecting: 'Connecting…', open: 'Live', reconnecting: 'Reconnecting…', offline: 'Offline', closed: 'Closed',
};

const pick = (choices) => choices[Math.floor(Math.random() * choices.length)];

const parameters = new URLSearchParams(location.search);
const url = parameters.get('ws') ?? 'ws://localhost:3001/ws';
const board = parameters.get('board') ?? 'excalidraw';
const me = { name: parameters.get('name') ?? pick(NAMES), color: pick(COLORS) };

function App() {
  const [api, setApi] = useState(null);
  const { room, state, problem } = useRoom();
  const [presence, setPresence] = useState(null);

  useEffect(() => {
    if (!api || !room) return;
    const attached = attachPresence(api, room);
    const stopScene = shareScene(api, room);
    setPresence(attached);
    return () => {
      stopScene();
      attached.stop();
      setPresence(null);
    };
  }, [api, room]);

  // For a look around in the console.
  useEffect(() => { Object.assign(window, { excalidraw: api, room }); }, [api, room]);

  return (
    <div className="board" onPointerLeave={presence?.onPointerLeave}>
      <Excalidraw
        excalidrawAPI={setApi}
        isCollaborating={state === 'open'}
        onPointerUpdate={presence?.onPointerUpdate}
        renderTopRightUI={() => (
          <div className="connection" role="status" data-state={state} title={problem ?? WORDS[state]}>
            {state !== 'open' && WORDS[state]}
          </div>
        )}
        // Pictures are files, and signals are too small for those.
        UIOptions={{ tools: { image: false } }}
        aiEnabled={false}
        autoFocus
        handleKeyboardGlobally
      />
    </div>
  );
}

function useRoom() {
  const [room, setRoom] = useState(null);
  const [state, setState] = useState('connecting');
  const [problem, setProblem] = useState();

  useEffect(() => {
    const connection = connect(url);
    connection.on('state', setState);
    connection.on('error', ({ message }) => setProblem(message));
    connection.join(board, { ...me, state: { editor: 'excalidraw' } })
      .then(setRoom, ({ message }) => setProblem(message));
    return () => connection.close();
  }, []);

  return { room, state, problem };
}

createRoot(document.getElementById('app')).render(<App />);
