package presence.viewport;

import java.util.Arrays;
import presence.model.CursorColumns;

/** The last position of every member of a board, in arrays by slot: scans touch no objects. */
final class LatestPositions {
    /** The tick of a slot without a position. */
    static final long NONE = Long.MIN_VALUE;

    /** Within no area. */
    private static final int NOWHERE = Integer.MIN_VALUE;

    /** One above the highest slot that ever had a position. */
    private int end;

    /** {@link #NOWHERE} without a position. */
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
            Arrays.fill(x, end, slot, NOWHERE);
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
            x[slot] = NOWHERE;
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

    /** Returns the first slot from {@code from} on with a position in the area; -1 if there is none. */
    int nextIn(Area area, int from) {
        int[] xs = x;
        int[] ys = y;
        int left = area.left();
        int top = area.top();
        int right = area.right();
        int bottom = area.bottom();
        for (int slot = from; slot < end; slot++) {
            // Without branches between them: whether one holds says little about the next slot.
            if (xs[slot] >= left & xs[slot] < right & ys[slot] >= top & ys[slot] < bottom) {
                return slot;
            }
        }
        return -1;
    }

    /** Adds the slot's position, which it must have. */
    void addTo(CursorColumns columns, int slot, long nowMs) {
        int ageMs = (int) Math.min(Math.max(0, nowMs - arrivedMs[slot]), Integer.MAX_VALUE);
        columns.add(slot, x[slot], y[slot], hidden[slot], ageMs);
    }

    /** Adds the positions of these slots, which have one. */
    void addTo(CursorColumns columns, int[] slots, int count, long nowMs) {
        columns.addAll(slots, count, x, y, hidden, arrivedMs, nowMs);
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
