package presence.board;

/**
 * Determines how long boards wait between two cursor frames. A board ticks at the fastest rate while its loops have CPU
 * time to spare; when one of them is busy or late, boards that take a noticeable share of it tick slower, all by the
 * same factor, until it has time to spare again. Small boards are never slowed: they do not cause the load. Pure.
 *
 * <p>The factor rises fast (at once by as much as the loop is over its target) and falls slowly (a tenth per sample):
 * too slow for a second means a little more age, too fast means a queue.
 *
 * <p>Ticks fall on a grid that all boards share, so that boards of a loop share its wake-ups, and what they publish
 * leaves in one dispatch; the grid is finer than the interval, so that not all boards tick at once.
 */
final class TickPolicy {
    /** Above this share of a core a loop is busy. */
    static final double BUSY = 0.80;
    /** The share to which a busy loop is slowed down. */
    static final double TARGET = 0.70;
    /** Below this share there is time to tick faster again. */
    static final double SPARE = 0.60;
    /** A loop whose ticks are later than this part of the fastest interval is busy, whatever its share. */
    static final double LATE = 0.5;
    /** A board that would take less than this share of its loop at the fastest rate is not slowed. */
    static final double SMALL_SHARE = 0.02;

    private static final double MIN_RISE = 1.1;
    private static final double MAX_RISE = 2;
    private static final double FALL = 0.9;

    /** Approximate distance between two points of the grid. */
    private static final double GRID_MS = 11;

    private final long fastestMs;
    /** Number of points of the grid in an interval. */
    private final long parts;

    private final double slowest;

    /**
     * @param fastestMs shortest interval, milliseconds
     * @param slowestMs longest interval, at least the shortest
     */
    TickPolicy(long fastestMs, long slowestMs) {
        this.fastestMs = fastestMs;
        this.parts = Math.max(1, Math.round(fastestMs / GRID_MS));
        this.slowest = (double) slowestMs / fastestMs;
    }

    /**
     * Computes the next factor of a loop, 1 to slowest / fastest.
     *
     * @param now the present factor
     * @param utilisation share of a core the loop's thread used since the last sample, 0 to 1
     * @param lateness how late its ticks were, in fastest intervals
     */
    double slowdown(double now, double utilisation, double lateness) {
        double next = now;
        if (utilisation > BUSY || lateness > LATE) {
            next = now * Math.min(MAX_RISE, Math.max(MIN_RISE, utilisation / TARGET));
        } else if (utilisation < SPARE) {
            next = now * FALL;
        }
        return Math.min(slowest, Math.max(1, next));
    }

    /**
     * Computes the interval of a board in milliseconds.
     *
     * @param slowdown the greatest factor of its loops
     * @param share what part of its loop the board would take at the fastest rate, 0 to 1 and beyond
     */
    long intervalMs(double slowdown, double share) {
        return share < SMALL_SHARE ? fastestMs : Math.round(fastestMs * slowdown);
    }

    /**
     * Returns when the tick after one at {@code lastMs} is due: the point of the grid nearest to the end of the
     * interval.
     */
    long nextMs(long lastMs, long intervalMs) {
        long point = Math.round((lastMs + intervalMs) * parts / (double) fastestMs);
        return point * fastestMs / parts;
    }

    long fastestMs() {
        return fastestMs;
    }
}
