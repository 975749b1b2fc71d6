// Checked by tsc and never run: applications that declare no types go on as before.
import { connect, type Member, type RoomEvents, type Signal } from 'presence-client';
import { smoothCursors, type CursorLayer } from 'presence-client/cursors';
import { sharePointer } from 'presence-client/pointer';
import { PresenceProvider, useOthers } from 'presence-client/react';
import { createApi } from 'presence-client/server';
import { PresenceAwareness } from 'presence-client/yjs';
import { is } from './is.js';

interface Note { text: string }

export async function use(canvas: HTMLCanvasElement, note: Note) {
  const room = await connect('wss://node').join('board-42', { name: 'Ada', state: { any: ['thing'] } });
  // What may be missing, also under exactOptionalPropertyTypes.
  const perhaps = Math.random() < 0.5 ? 'Ada' : undefined;
  const leaving = perhaps ? AbortSignal.timeout(1) : undefined;
  connect('wss://node', { token: perhaps, WebSocket: undefined, codec: undefined, heartbeatMs: undefined, leaveOnPageHide: undefined });
  connect('wss://node').join('b', { name: perhaps, color: perhaps, state: undefined, status: undefined, signal: leaving, timeoutMs: undefined });
  room.update({ name: perhaps, status: undefined });
  room.set(note);
  room.set({ another: 1, gone: undefined });
  room.update({ name: 'Bob', status: 'busy' });
  room.signal('anything', { at: 'all' }, { to: room.others });
  room.signal('bare');
  is<string | undefined>()(room.self?.name);
  is<unknown>()(room.self?.state['any']);
  room.on('signal', (signal: Signal) => is<unknown>()(signal.payload));
  const listener = (member: Member) => is<string>()(member.color);
  room.on('join', listener);
  room.off('join', (..._: RoomEvents['join']) => {});
  const layer: CursorLayer = { show: (member: Member) => member.name, hide() {} };
  smoothCursors(room, layer)();
  sharePointer(room, canvas);
  new PresenceAwareness(room, { clientID: 1, on() {} });
  is<number>()(useOthers((others) => others.length));
  PresenceProvider({ url: 'wss://node' });
  createApi({ url: 'http://node', token: 't', timeoutMs: undefined }).get('/boards', { query: { after: perhaps } }).then((page) => is<number>()(page.total));
}
