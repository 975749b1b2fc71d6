// Brings the Y.Docs of the pages that are open now together, through signals of the room.
// It only makes the example live: the document is not stored, and what does not fit into a signal (16 KiB)
// does not get through. Documents that matter have a Yjs provider with a server and storage behind it.
import * as Y from 'yjs';

/** @returns call it to stop */
export function syncDocument(doc, room) {
  const send = (type, bytes, to) => room.signal(type, toBase64(bytes), { to });

  // Asks the member that joined first for what is missing here.
  const ask = () => {
    const [eldest] = room.others.sort((a, b) => a.joinedAt - b.joinedAt);
    if (eldest) send('y-vector', Y.encodeStateVector(doc), [eldest]);
  };

  const onUpdate = (update, origin) => {
    if (origin !== room) send('y-update', update);
  };

  const onSignal = ({ member, type, payload }) => {
    if (!member || typeof payload !== 'string') return;
    try {
      const bytes = fromBase64(payload);
      if (type === 'y-update') Y.applyUpdate(doc, bytes, room);
      if (type === 'y-vector') {
        send('y-update', Y.encodeStateAsUpdate(doc, bytes), [member]);
        if (isBehind(doc, bytes)) send('y-vector', Y.encodeStateVector(doc), [member]);
      }
    } catch (error) {
      console.warn(`${member.name} sent what is no update`, error);
    }
  };

  doc.on('update', onUpdate);
  const listening = [
    room.on('signal', onSignal),
    // Signals are not kept for who was cut off: with every heartbeat, ask again.
    room.connection.on('rtt', ask),
    () => doc.off('update', onUpdate),
  ];
  ask();
  return () => listening.forEach((off) => off());
}

function isBehind(doc, vector) {
  const ours = Y.decodeStateVector(Y.encodeStateVector(doc));
  return [...Y.decodeStateVector(vector)].some(([client, clock]) => clock > (ours.get(client) ?? 0));
}

function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
