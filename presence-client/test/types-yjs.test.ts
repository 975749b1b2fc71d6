// Checked by tsc and never run.
import { Awareness, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import { Doc } from 'yjs';
import { connect, type Member, type PresenceError } from 'presence-client';
import {
  PresenceAwareness, type AwarenessChanges, type AwarenessDoc, type AwarenessOptions,
} from 'presence-client/yjs';

/** Compiles only if the type is exactly the expected one, which `any` is not. */
function is<Expected>() {
  return <Actual>(_: Actual, ..._same: Same<Expected, Actual> extends true ? [] : [never]) => {};
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

const room = await connect('wss://node').join('document-7');
const options: AwarenessOptions = {
  field: 'editor',
  accept: (state, member) => {
    is<Member>()(member);
    return state['user']?.name === member.name;
  },
};
const doc = new Doc();
const awareness = new PresenceAwareness(room, doc, options);
is<PresenceAwareness<Doc>>()(awareness);
is<Doc>()(awareness.doc);
new PresenceAwareness(room, { clientID: 1, on() {} } satisfies AwarenessDoc);

/** What bindings take. */
const taken: Awareness = awareness;
is<Uint8Array<ArrayBufferLike>>()(encodeAwarenessUpdate(awareness, [...awareness.getStates().keys()]));
removeAwarenessStates(taken, [awareness.clientID], 'test');

is<void>()(awareness.setLocalState({ cursor: null }));
is<void>()(awareness.setLocalState(null));
is<void>()(awareness.setLocalStateField('user', { name: 'Ada' }));
is<{ [field: string]: any } | null>()(awareness.getLocalState());
awareness.on('change', (changes, origin) => {
  is<AwarenessChanges>()(changes);
  is<number[]>()(changes.removed);
  origin === room;
});
awareness.on('error', (error) => is<PresenceError | Error>()(error));
is<void>()(awareness.destroy());

// @ts-expect-error a room comes first
new PresenceAwareness(doc, room);
// @ts-expect-error no document
new PresenceAwareness(room);
// @ts-expect-error client ids, not states
awareness.on('change', ({ added }) => added[0]?.cursor);
// @ts-expect-error a state is an object
awareness.setLocalState('here');
