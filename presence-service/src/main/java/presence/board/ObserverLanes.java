package presence.board;

import java.util.function.BooleanSupplier;
import presence.metrics.ServiceMetrics;

/**
 * The observers of a board in a few lanes, whose frames are due at different times of the interval: thousands of frames at
 * once would make the next tick late, and the last of them old. Boards with fewer than {@value #LANE_SIZE} observers have
 * one lane. Board loop only.
 */
final class ObserverLanes {
    static final int LANES = 3;
    /** So many observers are in the first lane before another is used. */
    static final int LANE_SIZE = 256;

    private final ObserverTicker[] lanes = new ObserverTicker[LANES];

    /** @param intervalMs see {@link ObserverTicker} */
    ObserverLanes(
            BoardLoop shared,
            SlotTable slotTable,
            Fanout fanout,
            PagedReaders paged,
            int boardRef,
            long intervalMs,
            ServiceMetrics metrics,
            BooleanSupplier byWindow) {
        for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] =
                    new ObserverTicker(shared, slotTable, fanout, paged, boardRef, lane, intervalMs, metrics, byWindow);
        }
    }

    /** Returns the first tick whose moves some observers may not have been sent. */
    long unsentSince() {
        long unsent = Long.MAX_VALUE;
        for (ObserverTicker lane : lanes) {
            unsent = Math.min(unsent, lane.unsentSince());
        }
        return unsent;
    }

    /** See {@link ObserverTicker#ticked}. */
    void ticked(long tick, long now, long boardIntervalMs) {
        for (ObserverTicker lane : lanes) {
            lane.ticked(tick, now, boardIntervalMs, lanes[0].dueAtMs());
        }
    }
}
