package presence.connection;

import java.util.function.LongSupplier;
import presence.model.RateLimit;
import presence.security.LimitKind;
import presence.wire.CloseReason;

/**
 * Bounds what one client may send: bytes and frames a second, the bytes of messages that are not complete, and what
 * comes after its connection was told to close. Asked by the inbound handler before it reads; knows therefore when the
 * client gave its last sign of life. The channel's event loop only.
 */
final class InboundBudget {
    /** Bytes that are still read after a close frame was sent: the client's answer is behind what was under way. */
    private static final int LAST_BYTES = 64 * 1024;

    /** The connection that the budget is for. */
    interface Owner {
        boolean isClosing();

        /** Stops reading when too much arrives after the close, so that TCP slows the sender. */
        void stopReading();

        /** A bound is exceeded: the connection ends. */
        void end(CloseReason reason, LimitKind limit, String message, long retryAfterMs);
    }

    private final Owner owner;
    private final BufferQuota quota;
    private final ClientRates rates;
    private final RateLimit frameRate;
    private final RateLimit byteRate;
    private final LongSupplier clock;
    private long arrivedMs;
    private long heardMs;
    private int lastBytes;

    /** @param clock monotonic milliseconds */
    InboundBudget(Owner owner, BufferQuota quota, ClientRates rates, LongSupplier clock) {
        this.owner = owner;
        this.quota = quota;
        this.rates = rates;
        this.frameRate = new RateLimit(rates.frames());
        this.byteRate = new RateLimit(rates.bytes());
        this.clock = clock;
        this.heardMs = clock.getAsLong();
    }

    /** Counts bytes that arrived; false if they are not to be read. */
    boolean arrived(int bytes) {
        arrivedMs = clock.getAsLong();
        if (!owner.isClosing()) {
            return take(LimitKind.BYTES, " bytes", byteRate.take(bytes, arrivedMs), rates.bytes());
        }
        lastBytes += bytes;
        if (lastBytes > LAST_BYTES) {
            owner.stopReading();
        }
        return lastBytes <= LAST_BYTES;
    }

    /** When the bytes arrived that are being read; monotonic milliseconds. */
    long arrivedMs() {
        return arrivedMs;
    }

    /** Counts a complete message, ping or pong, which is a sign of life; false if it is not to be handled. */
    boolean mayRead() {
        heardMs = arrivedMs;
        return !owner.isClosing() && take(LimitKind.FRAMES, " frames", frameRate.take(1, arrivedMs), rates.frames());
    }

    /** When the last sign of life arrived, or the connection was opened; monotonic milliseconds. */
    long heardMs() {
        return heardMs;
    }

    /** Counts the bytes kept of messages that are not complete; false if there is no room for them. */
    boolean mayKeep(int bytes) {
        boolean fits = quota.holdUnfinished(bytes);
        if (!fits) {
            String message = "this node has reached its limit of unfinished messages";
            owner.end(CloseReason.FULL, LimitKind.BUFFERS, message, ClientConnection.FULL_RETRY_MS);
        }
        return fits;
    }

    private boolean take(LimitKind limit, String what, long retryAfterMs, int perSecond) {
        if (retryAfterMs > 0) {
            owner.end(CloseReason.RATE_LIMITED, limit, "more than " + perSecond + what + " a second", retryAfterMs);
        }
        return retryAfterMs == 0;
    }
}
