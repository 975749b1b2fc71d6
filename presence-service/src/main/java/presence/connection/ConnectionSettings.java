package presence.connection;

import presence.wire.Welcome;

/**
 * The settings of every connection. Times in milliseconds.
 *
 * @param heartbeatMs silence after which a client is pinged; after 2.5 times as long the connection is closed
 * @param firstFrameMs time from the handshake to the first frame
 * @param closeWaitMs how long a closing connection may take to answer
 * @param reliableLaneBytes bytes that may wait for a slow reader
 * @param slowReaderMs how long bytes flushed to a reader may wait
 * @param maxConnections of this node
 */
public record ConnectionSettings(
        long heartbeatMs,
        long firstFrameMs,
        long closeWaitMs,
        int reliableLaneBytes,
        long slowReaderMs,
        int maxConnections,
        ClientRates rates,
        Welcome welcome) {

    /** The silence that closes a connection: 2.5 heartbeats, less the time to detect it and to notify the others. */
    public long silenceMs() {
        return heartbeatMs * 5 / 2 - 2 * sweepMs();
    }

    /** The interval of {@link ConnectionSweep}: short enough for the shortest deadline, long enough to cost little. */
    public long sweepMs() {
        return Math.max(20, Math.min(1_000, heartbeatMs / 8));
    }
}
