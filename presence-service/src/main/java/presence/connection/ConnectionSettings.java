package presence.connection;

import presence.wire.Welcome;

/**
 * What every session needs to know. Times in milliseconds.
 *
 * @param heartbeatMs silence after which a client is pinged; 2.5 of it end the connection
 * @param firstFrameMs time from the handshake to the first frame
 * @param closeWaitMs how long a closing connection may take to answer
 * @param reliableLaneBytes bytes that may wait for a slow reader
 * @param slowReaderMs how long what was flushed to a reader may wait
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

    /** Short of two and a half heartbeats by what it takes to notice it and to tell the others. */
    public long silenceMs() {
        return heartbeatMs * 5 / 2 - 2 * sweepMs();
    }

    /** Often enough for the shortest deadline, seldom enough to cost nothing. */
    public long sweepMs() {
        return Math.max(20, Math.min(1_000, heartbeatMs / 8));
    }
}
