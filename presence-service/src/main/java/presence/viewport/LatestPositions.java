package presence.viewport;

import java.util.Arrays;
import presence.model.CursorColumns;

/** The last position of every member of a board, in arrays by slot: scans touch no objects. */
final class LatestPositions {
    /** The tick of a slot without a position. */
    static final long NONE = Long.MIN_VALUE;

    /** One above the highest slot that ever had a position. */
    private int end;

    private int[] x = new int[64];
    private int[] y = new int[64];
    private boolean[] hidden = new boolean[64];
    /** When the position reached its first node, on this node's clock. */
    private long[] arrivedMs = new long[64];

    private long[] tick = new long[64];

    void set(int slot, int atX, int atY, boolean isHidden, long arrived, long movedTick) {
        if (slot >= x.length) {
            grow(slot);
        }
        if (slot >= end) {
            Arrays.fill(tick, end, slot, NONE);
            end = slot + 1;
        }
        x[slot] = atX;
        y[slot] = atY;
        hidden[slot] = isHidden;
        arrivedMs[slot] = arrived;
        tick[slot] = movedTick;
    }

    void forget(int slot) {
        if (slot < end) {
            tick[slot] = NONE;
        }
    }

    int end() {
        return end;
    }

    boolean has(int slot) {
        return slot >= 0 && slot < end && tick[slot] != NONE;
    }

    int x(int slot) {
        return x[slot];
    }

    int y(int slot) {
        return y[slot];
    }

    /** Returns the tick in which the slot moved last; {@link #NONE} without a position. */
    long tick(int slot) {
        return slot >= 0 && slot < end ? tick[slot] : NONE;
    }

    boolean isIn(Window window, int slot) {
        return has(slot) && window.contains(x[slot], y[slot]);
    }

    boolean isIn(Area area, int slot) {
        return has(slot) && area.contains(x[slot], y[slot]);
    }

    /** Adds the slot's position, which it must have. */
    void addTo(CursorColumns columns, int slot, long nowMs) {
        int ageMs = (int) Math.min(Math.max(0, nowMs - arrivedMs[slot]), Integer.MAX_VALUE);
        columns.add(slot, x[slot], y[slot], hidden[slot], ageMs);
    }

    private void grow(int slot) {
        int capacity = Math.max(slot + 1, x.length * 2);
        x = Arrays.copyOf(x, capacity);
        y = Arrays.copyOf(y, capacity);
        hidden = Arrays.copyOf(hidden, capacity);
        arrivedMs = Arrays.copyOf(arrivedMs, capacity);
        tick = Arrays.copyOf(tick, capacity);
    }
}
