package presence.viewport;

import java.util.ArrayList;
import java.util.List;
import presence.model.CursorColumns;

/**
 * A distinct window that at least one client shows, and what was not sent to it yet. Clients with equal windows share
 * it, and each frame for it is encoded once.
 */
public final class View {
    /** The most positions in a frame. */
    static final int MOST = 256;

    /** What a frame keeps free, in either direction, for movers of the tick and for those that wait. */
    private static final int SHARE = MOST / 4;

    final Window window;
    /** Small and unique among the open views of a board; may be used again when the view is closed. */
    final int id;

    private final int intervalMs;
    private final int tickMs;

    /** How many clients show it. */
    int viewers;

    /** Slots whose last position is to be sent: of a skipped tick, or beyond the most of a frame. */
    private final SlotSet waiting = new SlotSet();

    /** Where the turns of waiting slots and of movers go on. */
    private int nextWaiting;

    private int nextMover;
    private long sentMs = Long.MIN_VALUE / 2;

    /** Clients with this window that miss frames, which remember what they missed. */
    final List<MissedSlots> behind = new ArrayList<>(0);

    /** Whether the last tick left nothing unsent. */
    private boolean complete = true;

    View(int id, Window window, int intervalMs, int tickMs) {
        this.id = id;
        this.window = window;
        this.intervalMs = intervalMs;
        this.tickMs = tickMs;
    }

    int intervalMs() {
        return intervalMs;
    }

    public int id() {
        return id;
    }

    /** Returns how many clients show this window. */
    public int viewers() {
        return viewers;
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    boolean isWaitingFor(int slot) {
        return waiting.contains(slot);
    }

    /** Returns the oldest tick whose moves wait; {@link Long#MAX_VALUE} if none does. */
    long oldestWaiting(LatestPositions positions) {
        long oldest = Long.MAX_VALUE;
        for (int slot = waiting.next(0); slot >= 0; slot = waiting.next(slot + 1)) {
            if (positions.has(slot)) {
                oldest = Math.min(oldest, positions.tick(slot));
            }
        }
        return oldest;
    }

    boolean isComplete() {
        return complete;
    }

    void forgetWaiting() {
        if (!waiting.isEmpty()) {
            waiting.clear();
        }
    }

    /**
     * Adds what is to be sent now to {@code into}, at most {@value #MOST} positions: those that moved in this tick first,
     * and of those that wait at least as many as give each its turn within a second.
     *
     * @param found how many of the grid's movers concern this window
     * @param tick the present one
     * @return the oldest tick of what was added; {@link Long#MAX_VALUE} for nothing
     */
    long select(TickGrid grid, int found, LatestPositions positions, long tick, long nowMs, CursorColumns into) {
        boolean due = nowMs - sentMs >= intervalMs - tickMs / 2;
        if (due && waiting.isEmpty() && found <= MOST) {
            complete = true;
            positions.addTo(into, grid.foundSlots(), found, nowMs);
            sentMs = found > 0 ? nowMs : sentMs;
            return found > 0 ? tick : Long.MAX_VALUE;
        }
        for (int i = 0; i < found; i++) {
            waiting.add(grid.found(i));
        }
        long oldest = Long.MAX_VALUE;
        if (!waiting.isEmpty() && (due || waiting.size() >= MOST)) {
            sentMs = nowMs;
            oldest = waiting.size() <= MOST
                    ? takeAll(positions, nowMs, into)
                    : takeTurns(found, positions, tick, nowMs, into);
        }
        complete = waiting.isEmpty();
        return oldest;
    }

    private long takeAll(LatestPositions positions, long nowMs, CursorColumns into) {
        long oldest = Long.MAX_VALUE;
        for (int slot = waiting.next(0); slot >= 0; slot = waiting.next(slot + 1)) {
            // Without a position the member has left meanwhile.
            if (positions.has(slot)) {
                positions.addTo(into, slot, nowMs);
                oldest = Math.min(oldest, positions.tick(slot));
            }
        }
        waiting.clear();
        return oldest;
    }

    private long takeTurns(int movers, LatestPositions positions, long tick, long nowMs, CursorColumns into) {
        int others = waiting.size() - movers;
        int perSecond = (int) Math.min(Integer.MAX_VALUE, (long) others * tickMs / 1_000 + 1);
        int mostOthers = Math.min(others, Math.max(MOST - movers, Math.max(SHARE, perSecond)));
        mostOthers = Math.min(mostOthers, MOST - Math.min(movers, SHARE));
        int mostMovers = MOST - mostOthers;
        long oldest = Long.MAX_VALUE;
        int rows = into.size();
        int slot = nextWaiting;
        for (int seen = waiting.size(); seen > 0 && into.size() - rows < mostOthers; seen--) {
            slot = nextAround(slot);
            if (!positions.has(slot)) {
                waiting.remove(slot);
            } else if (positions.tick(slot) != tick) {
                waiting.remove(slot);
                positions.addTo(into, slot, nowMs);
                oldest = Math.min(oldest, positions.tick(slot));
            }
            slot++;
        }
        nextWaiting = slot;
        rows = into.size();
        slot = nextMover;
        for (int seen = waiting.size(); seen > 0 && into.size() - rows < mostMovers; seen--) {
            slot = nextAround(slot);
            if (positions.tick(slot) == tick) {
                waiting.remove(slot);
                positions.addTo(into, slot, nowMs);
                oldest = Math.min(oldest, tick);
            }
            slot++;
        }
        nextMover = slot;
        return oldest;
    }

    /** Returns the next waiting slot from {@code from} on, or the first of all. */
    private int nextAround(int from) {
        int slot = waiting.next(from);
        return slot < 0 ? waiting.next(0) : slot;
    }
}
