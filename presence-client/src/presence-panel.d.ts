/**
 * A panel that shows what a connection does: its state, its rooms with their members, frames and ages.
 *
 * ```js
 * import { Probe, showPanel } from 'presence-client/panel';
 *
 * const probe = new Probe();
 * const connection = probe.watch(connect(url, { WebSocket: probe.WebSocket }));
 * showPanel(probe);
 * ```
 *
 * @packageDocumentation
 */
import type { Probe } from './presence-debug.js';

export { Probe } from './presence-debug.js';

/** Adds a `presence-panel` to the page and returns it; remove it with `remove()`. */
export function showPanel(probe: Probe, parent?: ParentNode): PresencePanel;

/**
 * The element, which {@link showPanel} defines as `presence-panel`. It renews itself once a second while it is in a document, and
 * takes the colors `--presence-panel-background`, `-color`, `-muted` and `-border`.
 */
export class PresencePanel extends HTMLElement {
  probe: Probe | null;
  /** Renews it now. */
  refresh(): void;
}

/** What the panel shows, for a panel of your own. */
export class Figures {
  constructor(probe: Probe);

  /** Call it about once a second. */
  read(): {
    /** Whether the rates are new; they stay for readings closer than half a second. */
    renewed: boolean;
    /** Per second, since the reading before; empty at first. */
    rates: Partial<Record<'framesIn' | 'framesOut' | 'bytesIn' | 'bytesOut' | 'cursors', number>>;
    /** Of the positions of the last five seconds, in milliseconds; null without any, and so the next. */
    age50: number | null;
    age99: number | null;
    /** Milliseconds; null before the first heartbeat. */
    rtt: number | null;
  };
}

/** `12 ms`, or a dash for null. */
export function inMs(value: number | null): string;
/** With one digit behind the point below ten. */
export function perSecond(value?: number): string;
/** `12 B/s`, `1.5 KiB/s`. */
export function bytesPerSecond(value?: number): string;

export {};
