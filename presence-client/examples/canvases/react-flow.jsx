import { useCallback } from 'react';
import { ReactFlow, ReactFlowProvider, useReactFlow, useViewport } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMyState, useOthers } from 'presence-client/react';
import { Cursors } from 'presence-client/react-components';
import { safeColor } from 'presence-client/safe';

export function Board(props) {
  return (
    <ReactFlowProvider>
      <FlowCursors><Flow {...props} /></FlowCursors>
    </ReactFlowProvider>
  );
}

function FlowCursors({ children }) {
  const { screenToFlowPosition } = useReactFlow();
  const view = useViewport();
  const toBoard = ({ clientX, clientY }) => {
    const { x, y } = screenToFlowPosition({ x: clientX, y: clientY });
    return [x, y];
  };
  const fromBoard = (x, y) => [x * view.zoom + view.x, y * view.zoom + view.y];
  return <Cursors style={{ height: '100vh' }} toBoard={toBoard} fromBoard={fromBoard}>{children}</Cursors>;
}

function Flow({ nodes, ...props }) {
  const [, setSelection] = useMyState('selection');
  const onSelectionChange = useCallback(({ nodes }) => setSelection(nodes.map(({ id }) => id)), [setSelection]);
  // One string for each, so that the list is the same until one of them changes.
  const theirs = useOthers((others) => others.flatMap(({ color, state: { selection } }) =>
    (Array.isArray(selection) ? selection : []).map((id) => `${id} ${safeColor(color, 'gray')}`)));
  const marked = nodes.map((node) => {
    const color = theirs.find((each) => each.startsWith(`${node.id} `))?.slice(node.id.length + 1);
    return color ? { ...node, style: { ...node.style, outline: `2px solid ${color}` } } : node;
  });
  return <ReactFlow nodes={marked} onSelectionChange={onSelectionChange} {...props} />;
}
