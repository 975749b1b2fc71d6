package presence.board;

import presence.model.CursorColumns;

/**
 * Decides whether the moves of a board may be read a little later: while several members move and ticks follow each other,
 * positions wait for the next tick anyway. One member that moves alone is never delayed. Board loop only.
 */
final class SharedMoves {
    private static final double SMOOTHING = 0.25;
    /** Share of recent ticks that were shared, above which a board is busy. */
    private static final double BUSY = 0.4;
    /** Ticks that are further apart, in intervals, do not follow each other. */
    private static final int CLOSE_INTERVALS = 2;
    /** Intervals without a tick after which a move leaves at once again. */
    private static final int WAIT_INTERVALS = 3;

    private double share;
    private int lastSlot = -1;

    /**
     * Records a tick.
     *
     * @param moved at least one position
     * @param sinceLastMs time since the tick before
     */
    void ticked(CursorColumns moved, long sinceLastMs, long intervalMs) {
        boolean several = moved.size() > 1 || moved.slot(0) != lastSlot;
        lastSlot = moved.slot(0);
        boolean sharedTick = several && sinceLastMs <= CLOSE_INTERVALS * intervalMs;
        share += SMOOTHING * ((sharedTick ? 1 : 0) - share);
    }

    /** Returns for how many milliseconds from now on reads may be late; 0 = not at all. */
    long mayWaitMs(long intervalMs) {
        return share > BUSY ? WAIT_INTERVALS * intervalMs : 0;
    }
}
