/**
 * One client connection: frames in, events to boards, frames out; heartbeats, deadlines and the bound on slow readers.
 *
 * <pre>
 *   bytes ─▶ ClientInboundHandler (InboundBudget, WebSocketReader, WireDecoder) ─▶ ClientConnection
 *              ─▶ InboundQueue ─▶ ClientEventHandler ─▶ Seat (board)
 *   board ─▶ ClientConnection ─▶ OutboundQueue ─▶ bytes
 *   ConnectionSweep (one per event loop): deadlines, pings
 * </pre>
 *
 * <p>Slow readers: a reader is behind while the kernel has not taken all bytes flushed to it; bytes not yet flushed do
 * not count. While it is behind, boards merge its changes instead of writing them, cursor frames are skipped, and
 * signals are dropped beyond a quarter of PRESENCE_RELIABLE_LANE_BYTES. Its connection is closed with 4008 when flushed
 * bytes wait longer than PRESENCE_SLOW_READER_MS without progress, or when more than the bound waits for a second, or 16
 * times the bound at once; while the node's buffers are full (PRESENCE_MAX_BUFFERED_MB) a second without progress
 * suffices. On Linux, {@link presence.connection.LinkPacer} also delays cursor frames when a queue builds up on a slow
 * link. {@link presence.connection.OutboundQueue} implements this; {@link presence.connection.ConnectionSweep} triggers
 * its checks.
 *
 * <p>Threads: everything of a connection runs on its channel's event loop.
 */
@NullMarked
package presence.connection;

import org.jspecify.annotations.NullMarked;
