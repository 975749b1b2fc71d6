// Shares the drawing itself, so that there is something to point at. Presence is no storage: what is on
// the board travels by signals, which are not stored, and is gone when the last page closes. An
// application keeps its elements where it keeps its documents, and uses presence for all the rest.
import {
  CaptureUpdateAction, isInvisiblySmallElement, reconcileElements, restoreElements,
} from '@excalidraw/excalidraw';
import { throttle } from './throttle.js';

/** One signal at a time: a node takes 50 a second, and slow readers fall behind long before that. */
const SIGNAL_MS = 100;
const ANSWER_MS = 2000;
const DEFAULT_SIGNAL_BYTES = 16_384;
const EVERYONE = null;

const encoder = new TextEncoder();

/** Tells the others of every change on the canvas and takes in theirs; returns a function that stops it. */
export function shareScene(api, room) {
  /** The version of every element that the others know. */
  const known = new Map();
  /** Ids of the elements that have yet to be told, by whom they are for. */
  const outbox = new Map();
  const tooLarge = new Set();
  let answered = false;
  let asked = new Set();
  let asking;

  function noteChanges() {
    for (const element of api.getSceneElementsIncludingDeleted()) {
      if (known.get(element.id) === element.version) continue;
      if (!element.isDeleted && isInvisiblySmallElement(element)) continue;
      known.set(element.id, element.version);
      post(EVERYONE, [element.id]);
    }
  }

  function post(reader, ids) {
    const waiting = outbox.get(reader) ?? new Set();
    for (const id of ids) waiting.add(id);
    outbox.set(reader, waiting);
    send();
  }

  const send = throttle(SIGNAL_MS, () => {
    for (const reader of outbox.keys()) if (reader && !room.others.includes(reader)) outbox.delete(reader);
    const [next] = outbox;
    if (!next || room.closed) return;
    const [reader, ids] = next;
    const batch = nextBatch(ids);
    // Not connected now: the same again in a moment.
    if (tell(reader, batch)) {
      for (const { id } of batch) ids.delete(id);
      if (ids.size === 0) outbox.delete(reader);
    }
    if (outbox.size > 0) send();
  });

  function tell(reader, batch) {
    // An empty canvas is an answer, too.
    if (reader) return room.signal('scene', batch, { to: [reader] });
    return batch.length === 0 || room.signal('elements', batch);
  }

  /** As many of these elements as fit into a signal, in their order; forgets what can never be told. */
  function nextBatch(ids) {
    const elements = api.getSceneElementsIncludingDeleted().filter(({ id }) => ids.has(id));
    ids.clear();
    const most = room.connection.limits.maxSignalBytes ?? DEFAULT_SIGNAL_BYTES;
    const batch = [];
    let bytes = '[]'.length;
    for (const element of elements.map(withRoundPoints)) {
      const size = encoder.encode(JSON.stringify(element)).length + 1;
      if (size + 2 > most) {
        complain(element.id);
        continue;
      }
      ids.add(element.id);
      if (bytes + size > most) continue;
      batch.push(element);
      bytes += size;
    }
    return batch;
  }

  function complain(id) {
    if (tooLarge.has(id)) return;
    tooLarge.add(id);
    api.setToast({ message: 'This is too large to be shared.', closable: true });
  }

  function take(payload) {
    if (!Array.isArray(payload)) return;
    const elements = restoreElements(payload.filter((element) => typeof element?.id === 'string'), null);
    for (const { id, version } of elements) known.set(id, version);
    api.updateScene({
      elements: reconcileElements(api.getSceneElementsIncludingDeleted(), elements, api.getAppState()),
      captureUpdate: CaptureUpdateAction.NEVER, // undo is for one's own strokes
    });
  }

  /** Asks one after the other, who is at the screen and has been here longest first, until one answers. */
  function ask() {
    clearTimeout(asking);
    const [next] = room.others
      .filter((member) => member.state.editor === 'excalidraw' && !asked.has(member))
      .sort((a, b) => (a.status === 'away') - (b.status === 'away') || a.joinedAt - b.joinedAt);
    if (answered || !next || room.closed) return;
    const sent = room.signal('scene-ask', undefined, { to: [next] });
    if (sent) asked.add(next);
    asking = setTimeout(ask, sent ? ANSWER_MS : SIGNAL_MS);
  }

  function receive({ member, type, payload }) {
    if (!member) return;
    if (type === 'scene-ask') post(member, api.getSceneElementsIncludingDeleted().map(({ id }) => id));
    if (type === 'scene') answered = true;
    if (type === 'scene' || type === 'elements') take(payload);
  }

  // Signals are not stored: after a gap both sides have missed some.
  function catchUp() {
    answered = false;
    asked = new Set();
    known.clear();
    noteChanges();
    ask();
  }

  const stops = [
    api.onChange(noteChanges),
    room.on('signal', receive),
    room.on('join', ask),
    room.connection.on('state', (state) => {
      // The room takes its seat when all have heard of it.
      if (state === 'open') queueMicrotask(catchUp);
    }),
    send.cancel,
    () => clearTimeout(asking),
  ];
  noteChanges();
  ask();
  return () => stops.forEach((stop) => stop());
}

/** A stroke is mostly digits beyond what a screen shows: rounded, one three times as long fits into a signal. */
function withRoundPoints(element) {
  if (!element.points) return element;
  const round = (number) => Math.round(number * 100) / 100;
  return { ...element, points: element.points.map((point) => point.map(round)) };
}
