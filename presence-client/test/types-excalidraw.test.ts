// Checked by tsc and never run.
import { connect } from 'presence-client';
import { watchActivity, type WatchActivityOptions } from 'presence-client/activity';
import { attachPresence, type AttachedPresence, type AttachOptions, type ExcalidrawApi } from 'presence-client/excalidraw';

const room = await connect('wss://node').join('board-42');
const typed = await connect<{ State: { tool: 'pen' } }>('wss://node').join('board-42');

const options: WatchActivityOptions = { idleMs: 1000 };
const stopped: void = watchActivity(room, options)();
watchActivity(typed);

declare const api: ExcalidrawApi;
const how: AttachOptions = { activity: false };
const presence: AttachedPresence = attachPresence(api, room, how);
attachPresence(api, typed);
presence.onPointerUpdate({ pointer: { x: 1, y: 2, tool: 'laser' }, button: 'down', pointersMap: new Map() });
presence.onPointerLeave();
presence.stop();

// @ts-expect-error a room, not a board
attachPresence(api, 'board-42');
// @ts-expect-error not what Excalidraw hands over
attachPresence({}, room);
// @ts-expect-error milliseconds
watchActivity(room, { idleMs: '1s' });
