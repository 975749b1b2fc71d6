import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { useNodesState } from '@xyflow/react';
import { Rect } from 'react-konva';
import { PresenceProvider, RoomProvider } from 'presence-client/react';
import { boardOr, color, name, url } from '../visitor.js';
import { Board as FlowBoard } from './react-flow.jsx';
import { Board as KonvaBoard } from './konva.jsx';
import './style.css';

const NODES = [
  { id: 'a', position: { x: 100, y: 100 }, data: { label: 'A' } },
  { id: 'b', position: { x: 300, y: 220 }, data: { label: 'B' } },
];
const EDGES = [{ id: 'ab', source: 'a', target: 'b' }];

const canvases = {
  'react-flow': function Flow() {
    const [nodes, , onNodesChange] = useNodesState(NODES);
    return <FlowBoard nodes={nodes} edges={EDGES} onNodesChange={onNodesChange} />;
  },
  konva: () => (
    <KonvaBoard>
      <Rect x={100} y={100} width={120} height={80} fill="#c7d2fe" draggable />
      <Rect x={300} y={220} width={120} height={80} fill="#fde68a" draggable />
    </KonvaBoard>
  ),
};

const canvas = new URLSearchParams(location.search).get('canvas') ?? 'react-flow';
const Canvas = canvases[canvas];

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <PresenceProvider url={url}>
      <RoomProvider board={boardOr(canvas)} name={name} color={color}><Canvas /></RoomProvider>
    </PresenceProvider>
  </StrictMode>,
);
