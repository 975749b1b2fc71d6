// Checked by tsc and never run.
import { connect } from 'presence-client';
import { attachPresence, type AttachOptions, type TldrawEditor } from 'presence-client/tldraw';

const room = await connect('wss://node').join('board-42');
const typed = await connect<{ State: { tool: 'pen' } }>('wss://node').join('board-42');

declare const editor: TldrawEditor;
const options: AttachOptions = { activity: false };
const stop: () => void = attachPresence(editor, room, options);
attachPresence(editor, typed);
stop();

// @ts-expect-error a room, not a board
attachPresence(editor, 'board-42');
// @ts-expect-error not what tldraw hands over
attachPresence({}, room);
