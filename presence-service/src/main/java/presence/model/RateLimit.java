package presence.model;

/**
 * Allows a number of events per second on average, with a burst of two seconds' worth: the generic cell rate algorithm
 * (GCRA, ITU-T I.371), which keeps one number. Not thread-safe.
 */
public final class RateLimit {
    private static final long BURST_NANOS = 2_000_000_000L;
    private static final long NANOS_PER_MS = 1_000_000;

    private final long nanosEach;
    /** The time at which everything taken so far would have been earned at the rate. */
    private long paidUntilNanos = Long.MIN_VALUE;

    /** @param perSecond 0 = no limit */
    public RateLimit(int perSecond) {
        this.nanosEach = perSecond == 0 ? 0 : 1_000_000_000L / perSecond;
    }

    /**
     * Takes {@code n} at once, or nothing.
     *
     * @param nowMs monotonic milliseconds
     * @return 0, or after how many milliseconds {@code n} will be available
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

    /** Whether all that was taken is earned back: the limit then is as good as a new one. */
    public boolean isEarned(long nowMs) {
        return paidUntilNanos <= nowMs * NANOS_PER_MS;
    }
}
