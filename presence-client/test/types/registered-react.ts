// Checked by tsc and never run: the hooks of an application that declares its types once.
import { createElement } from 'react';
import { RoomProvider, useJoinedRoom, useMyState, useOther, useOthers, useOthersMapped, useSelf, useSignal } from 'presence-client/react';
import { AvatarStack, Cursors } from 'presence-client/react-components';
import { is } from './is.js';

declare module 'presence-client' {
  interface Register {
    State: { tool: 'pen' | 'brush'; zoom?: number };
    Signals: { reaction: '🎉' | '👍'; nudge: undefined };
    User: { color: `#${string}` };
  }
}

export function Board() {
  createElement(RoomProvider, { board: 'b', color: '#fff', state: { tool: 'pen' } }, createElement(AvatarStack));
  createElement(Cursors, { label: ({ state }) => state.tool });
  createElement(RoomProvider, { board: 'b', onError: undefined, fallback: undefined });
  createElement(Cursors, { share: undefined, toBoard: undefined, fromBoard: undefined, label: undefined });
  createElement(AvatarStack, { max: undefined, describe: undefined, onSelect: undefined });
  useMyState('zoom', { throttleMs: undefined });
  is<('pen' | 'brush' | undefined)[]>()(useOthers((others) => others.map(({ state }) => state.tool)));
  is<readonly (readonly [id: string, mapped: number | undefined])[]>()(useOthersMapped(({ state }) => state.zoom));
  is<`#${string}` | '' | null>()(useOther('id', ({ color }) => color));
  is<'pen' | 'brush' | undefined>()(useSelf()?.state.tool);
  useJoinedRoom().set({ tool: 'brush' });

  const [state, setState] = useMyState({ throttleMs: 50 });
  is<number | undefined>()(state.zoom);
  setState({ tool: 'pen', zoom: undefined });
  setState((before) => ({ zoom: (before.zoom ?? 1) * 2 }));
  const [tool, setTool] = useMyState('tool');
  is<'pen' | 'brush' | undefined>()(tool);
  setTool('pen');
  setTool(undefined);
  setTool((before) => before === 'pen' ? 'brush' : 'pen');

  const react = useSignal('reaction', (payload, member) => {
    is<'🎉' | '👍'>()(payload);
    is<'pen' | 'brush' | undefined>()(member?.state.tool);
  });
  is<boolean>()(react('🎉', { to: useOthers() }));
  const nudge = useSignal('nudge');
  nudge();

  // @ts-expect-error a name that is not declared
  createElement(RoomProvider, { board: 'b', state: { tol: 'pen' } });
  // @ts-expect-error no such color
  createElement(RoomProvider, { board: 'b', color: 'red' });
  // @ts-expect-error a value that is not declared
  setState({ tool: 'pencil' });
  // @ts-expect-error a name that is not declared
  setState({ tol: 'pen' });
  // @ts-expect-error a value that is not declared
  setTool('pencil');
  // @ts-expect-error a name that is not declared
  useMyState('tol');
  // @ts-expect-error a type that is not declared
  useSignal('raection');
  // @ts-expect-error a payload that is not declared
  react('🎈');
  // @ts-expect-error the payload is missing
  react();
  // @ts-expect-error no payload
  nudge(1);
}
