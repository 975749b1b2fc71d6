package presence.board;

/** Computes the tick rate of one board from the cost of its ticks and the load of its loops. Board loop only. */
final class TickPace {
    private static final double SMOOTHING = 0.1;
    /** Clients are notified of a rate that differs by more than this part from the one they know. */
    private static final double NOTABLE = 0.2;

    private static final long TELL_MS = 1_000;

    private final TickPolicy policy;
    private double costNanos;
    private long intervalMs;
    private int toldHz;
    private long toldAtMs;

    TickPace(TickPolicy policy) {
        this.policy = policy;
        this.intervalMs = policy.fastestMs();
        this.toldHz = hz();
    }

    long intervalMs() {
        return intervalMs;
    }

    /** Returns when the tick after one at {@code lastMs} is due, on the same clock. */
    long nextMs(long lastMs) {
        return policy.nextMs(lastMs, intervalMs);
    }

    /** Returns the present rate: cursors sent faster are of no use. */
    int hz() {
        return (int) Math.max(1, Math.round(1_000.0 / intervalMs));
    }

    boolean isSlowed() {
        return intervalMs > policy.fastestMs();
    }

    /**
     * Records a tick and its cost on the board's loop.
     *
     * @param slowdown the greatest factor of the loops it was sent on
     */
    void ticked(long nanos, double slowdown) {
        costNanos += SMOOTHING * (nanos - costNanos);
        intervalMs = policy.intervalMs(slowdown, costNanos / (policy.fastestMs() * 1_000_000.0));
    }

    /** Returns whether clients are to be notified of {@link #hz()}; the caller notifies them when it returns true. */
    boolean isNews(long nowMs) {
        int hz = hz();
        boolean notable = Math.abs(hz - toldHz) > NOTABLE * toldHz || !isSlowed() && hz != toldHz;
        if (!notable || nowMs - toldAtMs < TELL_MS) {
            return false;
        }
        toldHz = hz;
        toldAtMs = nowMs;
        return true;
    }
}
