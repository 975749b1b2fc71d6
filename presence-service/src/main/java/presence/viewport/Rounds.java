package presence.viewport;

import java.util.Arrays;
import presence.model.CursorColumns;

/**
 * Sends everybody on the board to all clients with a window, by turns: the positions that changed since a member's last
 * turn. The same for all windows, so that a client that changes its window misses no turn.
 */
final class Rounds {
    private int next;
    /** By slot: the first tick whose moves were not sent in a turn. */
    private long[] sentBefore = new long[64];
    /** All clients have all positions of earlier ticks. */
    private long floor;

    /** Starts at a tick before which all clients were sent everything. */
    void start(long tick) {
        floor = tick;
    }

    /**
     * Adds the next positions, at most {@link View#MOST}.
     *
     * @param part 1 looks at all members, 2 at half of them
     * @param nextTick the first tick that is not over
     * @return the oldest tick of what was added; {@link Long#MAX_VALUE} for nothing
     */
    long next(LatestPositions positions, int part, long nextTick, long nowMs, CursorColumns into) {
        int end = positions.end();
        if (sentBefore.length < end) {
            sentBefore = Arrays.copyOf(sentBefore, Math.max(end, sentBefore.length * 2));
        }
        long oldest = Long.MAX_VALUE;
        for (int seen = 0; seen < (end + part - 1) / part && into.size() < View.MOST; seen++) {
            next = next >= end ? 0 : next;
            int slot = next++;
            long tick = positions.tick(slot);
            if (positions.has(slot) && tick >= Math.max(floor, sentBefore[slot])) {
                positions.addTo(into, slot, nowMs);
                oldest = Math.min(oldest, tick);
                sentBefore[slot] = nextTick;
            }
        }
        return oldest;
    }
}
