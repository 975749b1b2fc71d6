package presence.model;

/**
 * So many a second on average, and up to two seconds' worth at once: the generic cell rate algorithm (GCRA, ITU-T
 * I.371), which keeps one number. Not thread-safe.
 */
public final class RateLimit {
    private static final long BURST_NANOS = 2_000_000_000L;
    private static final long NANOS_PER_MS = 1_000_000;

    private final long nanosEach;
    /** Until when all that was taken would have come at the rate. */
    private long paidUntilNanos = Long.MIN_VALUE;

    /** @param perSecond 0 = no limit */
    public RateLimit(int perSecond) {
        this.nanosEach = perSecond == 0 ? 0 : 1_000_000_000L / perSecond;
    }

    /**
     * Takes {@code n} at once, or nothing.
     *
     * @param nowMs monotonic milliseconds
     * @return 0, or in how many milliseconds there will be so many
     */
    public long take(int n, long nowMs) {
        long now = nowMs * NANOS_PER_MS;
        long paid = Math.max(paidUntilNanos, now) + n * nanosEach;
        long tooMuch = paid - now - BURST_NANOS;
        if (tooMuch > 0) {
            return (tooMuch + NANOS_PER_MS - 1) / NANOS_PER_MS;
        }
        paidUntilNanos = paid;
        return 0;
    }
}
