package presence.connection;

/**
 * Paces cursor frames to a reader on a slow link, so that they do not queue in the kernel and on the path: while
 * pacing, a frame is written only when few packets are unacknowledged. Starts when the kernel refused bytes for long or
 * often, or the round trip shows a queue, and ends when for {@value #CALM_MS} ms no frame was delayed. The window
 * follows the round trip, as in TCP Vegas (Brakmo and Peterson, 1995): it doubles while the round trip stays near the
 * shortest measured, and is reset when a queue shows. Pure except for reading the link; time is a parameter. Event loop
 * only.
 */
final class LinkPacer {
    /** The TCP connection to the client. */
    interface Link {
        /** Reads the kernel's values; false if they are unavailable. */
        boolean read();

        long unackedPackets();

        /** The smoothed round trip in microseconds. */
        long rttMicros();
    }

    /** A receiver acknowledges every second packet at once and a single one only after up to 200 ms. */
    private static final int MIN_WINDOW = 2;

    /** With so many packets in flight and no queue the link is not slow. */
    private static final int MAX_WINDOW = 256;

    private static final long LONG_MS = 100;
    private static final int OFTEN = 3;
    private static final long OFTEN_MS = 2_000;
    private static final long CALM_MS = 2_000;
    private static final long ADJUST_MS = 1_000;
    private static final long QUEUE_MICROS = 150_000;
    private static final long NO_QUEUE_MICROS = 20_000;
    /**
     * Interval of tries with a wider window: if the round trip does not grow, the path is long, and there is no queue.
     */
    private static final long PROBE_MS = 10_000;

    private static final long UNKNOWN = -1;
    private static final int MIN_WAIT_MS = 10;
    private static final int MAX_WAIT_MS = 100;

    private final Link link;
    private long leastRttMicros;
    private long rttMicros;
    private boolean pacing;
    private int window = MIN_WINDOW;
    private long adjustedMs;
    private long heldBackMs;
    private boolean heldBack;
    /** The round trip before a try with a wider window; {@link #UNKNOWN} if none is under way. */
    private long beforeProbeMicros = UNKNOWN;

    private long probedMs;
    private long firstRefusalMs;
    private int refusals;

    /** @param firstRttMicros the round trip while nothing queued; 0 = unknown */
    LinkPacer(Link link, long firstRttMicros) {
        this.link = link;
        this.leastRttMicros = firstRttMicros == 0 ? UNKNOWN : firstRttMicros;
        this.rttMicros = firstRttMicros;
    }

    /** Whether a round trip shows a queue. */
    static boolean isQueue(long unackedPackets, long rttMicros, long firstRttMicros) {
        return firstRttMicros > 0 && unackedPackets > MIN_WINDOW && rttMicros > firstRttMicros + QUEUE_MICROS;
    }

    /** Records that the kernel has taken bytes that it refused for {@code lastedMs}. */
    void refused(long nowMs, long lastedMs) {
        if (refusals == 0 || nowMs - firstRefusalMs > OFTEN_MS) {
            firstRefusalMs = nowMs;
            refusals = 0;
        }
        refusals++;
        if (!pacing && (lastedMs >= LONG_MS || refusals >= OFTEN)) {
            start(nowMs);
        }
    }

    /**
     * Starts pacing if the link has a queue before the kernel refuses bytes; call it at intervals while frames are
     * sent.
     */
    void check(long nowMs) {
        if (!pacing && readLink() && isQueue(link.unackedPackets(), rttMicros, leastRttMicros)) {
            start(nowMs);
        }
    }

    private void start(long nowMs) {
        pacing = true;
        window = MIN_WINDOW;
        adjustedMs = nowMs;
        heldBackMs = nowMs;
        heldBack = false;
        beforeProbeMicros = UNKNOWN;
        probedMs = nowMs;
    }

    private boolean readLink() {
        if (!link.read() || link.rttMicros() == 0) {
            return false;
        }
        rttMicros = link.rttMicros();
        leastRttMicros = leastRttMicros == UNKNOWN ? rttMicros : Math.min(leastRttMicros, rttMicros);
        return true;
    }

    boolean isPacing() {
        return pacing;
    }

    /** Whether a frame may be written now. */
    boolean mayWrite(long nowMs) {
        if (!pacing || !readLink()) {
            return true;
        }
        boolean may = link.unackedPackets() <= window;
        if (!may) {
            heldBack = true;
            heldBackMs = nowMs;
        }
        if (nowMs - adjustedMs >= ADJUST_MS) {
            adjust(nowMs);
        }
        return may;
    }

    private void adjust(long nowMs) {
        adjustedMs = nowMs;
        if (beforeProbeMicros != UNKNOWN) {
            if (heldBack && rttMicros <= beforeProbeMicros * 5 / 4) {
                // Twice as many packets in flight and no longer round trip: the path itself has become longer.
                leastRttMicros = rttMicros;
            } else {
                window = MIN_WINDOW;
            }
            beforeProbeMicros = UNKNOWN;
        } else if (heldBack && rttMicros <= leastRttMicros * 5 / 4 + NO_QUEUE_MICROS) {
            window *= 2;
        } else if (heldBack && window == MIN_WINDOW && nowMs - probedMs >= PROBE_MS) {
            probedMs = nowMs;
            beforeProbeMicros = rttMicros;
            window = 2 * MIN_WINDOW;
        } else if (rttMicros > leastRttMicros + QUEUE_MICROS) {
            window = MIN_WINDOW;
        }
        heldBack = false;
        if (window > MAX_WINDOW || nowMs - heldBackMs >= CALM_MS) {
            pacing = false;
        }
    }

    /** How long a frame written now waits behind the packets in flight, in milliseconds. */
    int waitMs() {
        return pacing && leastRttMicros != UNKNOWN ? (int) ((rttMicros - leastRttMicros) / 1_000) : 0;
    }

    /** The delay before the next {@link #mayWrite} after it returned false, in milliseconds. */
    int retryMs() {
        return (int) Math.max(MIN_WAIT_MS, Math.min(MAX_WAIT_MS, rttMicros / 4_000));
    }
}
