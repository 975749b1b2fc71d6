// Checked by tsc, never run.
import { connect, describeFrame } from '../src/presence-debug.js';
import { Figures, Probe, showPanel } from '../src/presence-panel.js';

const probe = new Probe({ hear: (event) => event });
const connection = probe.watch(connect('wss://node', { WebSocket: probe.WebSocket, debug: 'all' }));
connect('wss://node', { debug: (line) => line.length });
connect('wss://node', { debug: true });
const panel = showPanel(probe, document.body);
panel.refresh();
panel.remove();
const { rates, age99 } = new Figures(probe).read();
const facts: (number | null | undefined)[] = [rates.cursors, age99, ...probe.ages()];
const rooms: number = [...probe.rooms].map((room) => room.members.map((member) => probe.movedAgo(member))).length;
describeFrame({ heartbeat: {} });
interface Drawing { State: { tool: 'pen' | 'brush' } }
const drawing = probe.watch(connect<Drawing>('wss://node'));
// @ts-expect-error no such tool
drawing.join('b').then((room) => room.set({ tool: 'knife' }));
// @ts-expect-error no number
connect('wss://node', { debug: 1 });
// @ts-expect-error read only
probe.framesIn = 1;
export { connection, facts, rooms };
