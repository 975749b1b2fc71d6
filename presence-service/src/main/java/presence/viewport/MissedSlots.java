package presence.viewport;

import org.jspecify.annotations.Nullable;

/**
 * The slots in the frames that were sent to a client which is known to skip some. With them a client on a slow link is
 * brought up to date without the positions of everybody else on the board. Kept in two parts, of which the older one is
 * dropped when the client turns out to have received it.
 */
final class MissedSlots {
    private SlotSet older = new SlotSet();
    private SlotSet newer = new SlotSet();
    /** {@link #older} and {@link #newer} together hold every frame that is not older than this tick. */
    private long completeFrom;

    /** {@link #newer} holds every frame that is not older than this tick. */
    private long newerFrom;

    private long askedMs;

    /** @param nextTick the first tick whose frames are noted */
    MissedSlots(long nextTick, long nowMs) {
        completeFrom = nextTick;
        newerFrom = nextTick;
        askedMs = nowMs;
    }

    void sent(int slot) {
        newer.add(slot);
    }

    /**
     * Returns the slots of all frames since a tick, and maybe more; null if that is too long ago to be known.
     *
     * @param nextTick the first tick whose frames were not made yet
     */
    @Nullable SlotSet since(long tick, long nextTick, long nowMs) {
        askedMs = nowMs;
        boolean known = tick >= completeFrom;
        if (tick >= newerFrom) {
            older = newer;
            completeFrom = newerFrom;
        } else {
            older.addAll(newer);
        }
        newer = new SlotSet();
        newerFrom = nextTick;
        return known ? older : null;
    }

    long askedMs() {
        return askedMs;
    }
}
