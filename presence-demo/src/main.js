import { connect } from '/presence-debug.js';
import { Probe } from '/presence-panel.js';
import { sharePointer } from '/presence-pointer.js';
import { boardId, socketUrl, token } from './app/address.js';
import { Badge } from './app/badge.js';
import { rememberBoard } from './app/boards.js';
import { commands } from './app/commands.js';
import { wireExport } from './app/export.js';
import { wireIdentity, wireInvitation, wireNodes, wirePanels, wireWelcome } from './app/page.js';
import { Refusals } from './app/refusals.js';
import { StatsPanel } from './app/stats-panel.js';
import { Toolbar } from './app/toolbar.js';
import { CursorChat } from './people/chat.js';
import { CursorLayer } from './people/cursors.js';
import { Following } from './people/follow.js';
import { Hints } from './people/hints.js';
import { identity } from './people/identity.js';
import { People } from './people/people.js';
import { Reactions } from './people/reactions.js';
import { statusNow, watchStatus } from './people/status.js';
import { Summons } from './people/summon.js';
import { tellVisibleArea } from './people/visible-area.js';
import { wireClipboard } from './whiteboard/clipboard.js';
import { Editing } from './whiteboard/editing.js';
import { Gestures } from './whiteboard/gestures.js';
import { History } from './whiteboard/history.js';
import { Minimap } from './whiteboard/minimap.js';
import { NoteEditor } from './whiteboard/notes.js';
import { Outlines, Selection } from './whiteboard/selection.js';
import { ShapeLayer } from './whiteboard/shape-layer.js';
import { ShapeSync } from './whiteboard/shape-sync.js';
import { Shapes } from './whiteboard/shapes.js';
import { Surface } from './whiteboard/surface.js';
import { Tools } from './whiteboard/tools.js';
import { Viewport } from './whiteboard/viewport.js';
import { $ } from './ui/dom.js';
import { nameInText } from './ui/names.js';
import { Shortcuts } from './ui/shortcuts.js';
import { recallTheme } from './ui/theme.js';
import { Toasts } from './ui/toast.js';

/** Often enough for a round-trip time that feels live. */
const HEARTBEAT_MS = 4000;

recallTheme();
rememberBoard(boardId, () => localStorage);
document.title = `${boardId} · Presence`;

// The board, which works alone.
const viewport = new Viewport($('board'));
// Before the first answer of the node, its clock is unknown: changes get the lowest numbers.
const shapes = new Shapes({ now: () => (connection.rtt === null ? 0 : Date.now() + connection.clockOffset) });
const selection = new Selection(shapes);
const surface = new Surface($('board'), viewport);
const layer = new ShapeLayer($('shapes'), shapes);
const editing = new Editing();
const outlines = new Outlines($('outlines'), shapes, selection, editing);
const history = new History(shapes, (id) => editing.isTaken(id));
const notes = new NoteEditor($('board'), viewport, shapes, layer, history, editing);
const toasts = new Toasts($('toasts'));
const full = () => toasts.notify('This board is full: delete something first');
const refusals = new Refusals((text, key) => toasts.notify(text, key));
const tools = new Tools(shapes, selection, viewport, {
  ink: () => identity.ink,
  marquee: (area) => surface.showMarquee(area),
  edit: (id) => notes.edit(id),
  full,
  editing,
});
editing.on('taken', (member) => toasts.notify(member ? `${nameInText(member)} edits this now` : 'This is being edited now', 'taken'));
const gestures = new Gestures($('board'), viewport, history, (point, event) =>
  tools.begin(point, event, () => gestures.pan(event)));
wireClipboard(document, { shapes, selection, editing, full, middle: () => surface.pointer, ink: () => identity.ink });
const minimap = new Minimap($('minimap'), viewport, shapes);

// The others.
const probe = new Probe();
const connection = probe.watch(connect(socketUrl(), { heartbeatMs: HEARTBEAT_MS, token, WebSocket: probe.WebSocket }));
const badge = new Badge($('badge'));
const cursors = new CursorLayer($('cursors'), viewport);
const hints = new Hints($('hints'), viewport);
const reactions = new Reactions($('reactions-layer'), viewport);
const chat = new CursorChat($('chat'), $('chat-field'));
const following = new Following(viewport, $('follow-frame'), $('follow-words'));
const summons = new Summons(toasts);
const statsPanel = new StatsPanel($('stats-panel'), probe);
const people = new People({ stack: $('avatars'), list: $('people'), count: $('count') }, follow);

/** @type {import('/presence-client.js').Room | undefined} */
let room;

const acts = commands({
  viewport, shapes, selection, tools, surface, reactions, chat, following, summons, statsPanel, minimap, history, notes, editing,
});
const toolbar = new Toolbar(tools, selection, history, acts);
new Shortcuts(acts.table(toolbar), $('keys'));
wirePanels(acts, viewport);
const showIdentity = wireIdentity(toolbar, (changes) => room?.update(changes));
wireInvitation(toasts);
wireNodes(toasts);
wireExport(shapes, layer, toolbar, toasts);
const welcome = wireWelcome(shapes, tools);

surface.on('pointer', (x, y) => chat.moveTo(x, y));
tools.on('change', (tool) => { $('board').dataset.tool = tool; });
connection.on('state', () => badge.show(connection));
connection.on('rtt', () => badge.show(connection));
// That nothing answers, the badge says.
connection.on('error', (error) => error.code !== 'unreachable' && refusals.tell(error));
following.on('change', () => room && people.show(room.members, following.leader));

try {
  const joining = connection.join(boardId, {
    name: identity.name,
    color: identity.color,
    userId: identity.userId,
    device: matchMedia('(pointer: coarse)').matches ? 'touch' : 'desktop',
    status: statusNow(),
    locks: true,
  });
  // From here on, so that a pointer that rests when the board is joined is seen.
  sharePointer(joining, document.documentElement, {
    toBoard: ({ clientX, clientY }) => viewport.toWorld(clientX, clientY),
  });
  room = await joining;
  enter();
} catch (error) {
  refusals.tell(error, 'join');
}

function enter() {
  identity.differFrom(room.others.map((member) => member.color));
  showIdentity();
  const { name, color } = identity;
  // The visitor may have edited them during the join.
  if (room.self.name !== name || room.self.color !== color) room.update({ name, color });
  const show = () => {
    people.show(room.members, following.leader);
    welcome.show(room.others.length);
  };
  room.on('members', show);
  room.on('error', (error) => refusals.tell(error));
  room.on('closed', (error) => error && refusals.tell(error, 'closed'));
  for (const part of [cursors, hints, reactions, chat, following, minimap, outlines, selection, editing]) {
    part.attach(room);
  }
  summons.attach(room, following);
  tellVisibleArea(room, viewport, following);
  new ShapeSync(room, shapes, { isHidden: () => document.hidden });
  // When the view moves, a resting pointer points to another place of the board.
  viewport.on('change', () => {
    const { cursor } = room.self;
    if (cursor && !cursor.hidden && !room.closed) room.cursor(...surface.pointer);
  });
  watchStatus((status) => room.closed || room.update({ status }));
  show();
}

function follow(member) {
  if (member.isSelf) return $('name').focus();
  if (following.leader === member) return following.stop();
  if (!following.start(member)) toasts.notify(`${nameInText(member)} follows you: only one can lead`);
}
