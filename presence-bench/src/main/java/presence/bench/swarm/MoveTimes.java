package presence.bench.swarm;

/**
 * When the moves of one event loop are due, in nanoseconds since the start. Moves are numbered from 0; the movers take
 * turns.
 */
record MoveTimes(Spacing spacing, int movers, double hz) {
    static final MoveTimes NONE = new MoveTimes(Spacing.EVEN, 1, 1);
    private static final double SECOND = 1e9;
    private static final long MILLISECOND = 1_000_000;

    long dueAtNanos(long move) {
        long nanos = (long) (move * SECOND / (movers * hz));
        return spacing == Spacing.EVEN ? nanos : nanos / MILLISECOND * MILLISECOND;
    }

    /** Returns the number of moves due after that many nanoseconds. */
    long dueBy(long nanos) {
        if (nanos < 0) {
            return 0;
        }
        long move = (long) (nanos * movers * hz / SECOND);
        // Corrects what floating point and rounding to milliseconds leave.
        while (dueAtNanos(move) <= nanos) {
            move++;
        }
        while (move > 0 && dueAtNanos(move - 1) > nanos) {
            move--;
        }
        return move;
    }
}
