import { useRef, useState } from 'react';
import { Layer, Stage } from 'react-konva';
import { Cursors } from 'presence-client/react-components';

export function Board({ children }) {
  const [view, setView] = useState({ x: 0, y: 0, scale: 1 });
  const stage = useRef(null);
  const toBoard = ({ clientX, clientY }) => {
    const { left, top } = stage.current.container().getBoundingClientRect();
    return [(clientX - left - view.x) / view.scale, (clientY - top - view.y) / view.scale];
  };
  const fromBoard = (x, y) => [x * view.scale + view.x, y * view.scale + view.y];
  const pan = ({ target }) => {
    if (target === stage.current) setView({ ...view, x: target.x(), y: target.y() });
  };
  return (
    <Cursors toBoard={toBoard} fromBoard={fromBoard}>
      <Stage ref={stage} width={innerWidth} height={innerHeight} x={view.x} y={view.y} scaleX={view.scale} scaleY={view.scale}
        draggable onDragMove={pan}>
        <Layer>{children}</Layer>
      </Stage>
    </Cursors>
  );
}
