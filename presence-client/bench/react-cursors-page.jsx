// 1,000 members, of whom 200 move, told 30 times a second by a node in the page; drawn by `?draw=Cursors` or as plain words.
import { createRoot } from 'react-dom/client';
import { PresenceProvider, RoomProvider, useCursors } from 'presence-client/react';
import { Cursors } from 'presence-client/react-components';
import { ClientFrame, ServerFrame } from '../src/presence-wire.js';

const MEMBERS = 1000;
const MOVING = Array.from({ length: 200 }, (_, i) => i + 2);
const SIZE = { width: 1200, height: 700 };

const memberOf = (slot) => ({
  slot, memberId: new Uint8Array(16).fill(slot >> 8, 14).fill(slot & 255, 15), profile: { name: `user ${slot}`, color: '#e91e63' },
  status: 'active', version: 1,
});

class Node {
  bufferedAmount = 0;

  constructor() {
    setTimeout(() => {
      this.onopen({});
      this.#say({ welcome: { nodeId: 'a', heartbeatIntervalMs: 25_000, maxCursorHz: 30 } });
    });
  }

  send(bytes) {
    const { join, heartbeat, id } = ClientFrame.decode(bytes);
    if (heartbeat) this.#say({ heartbeatAck: { clientTimeMs: heartbeat.clientTimeMs, serverTimeMs: Date.now() } });
    if (!join) return;
    const members = Array.from({ length: MEMBERS }, (_, i) => memberOf(i + 1));
    this.#say({ roster: { board: join.board, boardRef: 7, you: 1, inReplyTo: id, members } });
    setInterval(() => this.#move(performance.now() / 1000), 1000 / 30);
  }

  close() {}

  #move(t) {
    this.#say({ cursors: {
      boardRef: 7, slot: MOVING,
      x: MOVING.map((s) => Math.round(16 * (600 + 500 * Math.cos(t * (0.5 + (s % 7) / 7) + s)))),
      y: MOVING.map((s) => Math.round(16 * (350 + 300 * Math.sin(t * (0.6 + (s % 5) / 5) + s)))),
      ageMs: MOVING.map((s) => s % 30),
    } });
  }

  #say(frame) {
    queueMicrotask(() => this.onmessage({ data: ServerFrame.encode(frame).slice().buffer }));
  }
}

const PLACE = { position: 'absolute', top: 0, left: 0, willChange: 'transform' };

function Words() {
  return useCursors().map(({ member: { id, name }, x, y }) => (
    <div key={id} className="presence-cursor" style={{ ...PLACE, transform: `translate(${x}px, ${y}px)` }}>{name}</div>
  ));
}

const draws = {
  Cursors: () => <Cursors share={false} style={SIZE} />,
  words: () => <main style={{ ...SIZE, position: 'relative', overflow: 'hidden' }}><Words /></main>,
};
const Drawing = draws[new URLSearchParams(location.search).get('draw')];

createRoot(document.body.appendChild(document.createElement('div'))).render(
  <PresenceProvider url="ws://in-the-page/ws" WebSocket={Node}>
    <RoomProvider board="b" name="me"><Drawing /></RoomProvider>
  </PresenceProvider>,
);
