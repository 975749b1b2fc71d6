/**
 * One client connection: frames in, events to boards, frames out; heartbeat, deadlines, the slow
 * reader's bound.
 *
 * <pre>
 *   WebSocket frame ─▶ ClientInboundHandler ─▶ ClientEvent ─▶ ClientConnection ─▶ Seat (board)
 *                                                               ▲
 *   ConnectionSweep (one per event loop) ── deadlines, pings ───┘
 * </pre>
 *
 * <p>Threads: everything of a connection runs on its channel's event loop.
 */
@NullMarked
package presence.connection;

import org.jspecify.annotations.NullMarked;
