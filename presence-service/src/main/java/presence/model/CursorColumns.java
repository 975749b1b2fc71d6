package presence.model;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Positions of the members that moved, as equal-length columns; grows and is reused from tick to tick. Confined to its
 * owner's thread.
 */
public final class CursorColumns {
    private int size;
    private int[] slot = new int[8];
    private int[] x = new int[8];
    private int[] y = new int[8];
    private int[] ageMs = new int[8];
    private boolean[] hidden = new boolean[8];
    private int hiddenCount;

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public void clear() {
        size = 0;
        hiddenCount = 0;
    }

    /**
     * @param atX 1/16 board unit
     * @param atY 1/16 board unit
     * @param age milliseconds since the position reached its first node
     */
    public void add(int ofSlot, int atX, int atY, boolean isHidden, int age) {
        if (size == slot.length) {
            grow();
        }
        slot[size] = ofSlot;
        x[size] = atX;
        y[size] = atY;
        ageMs[size] = age;
        hidden[size] = isHidden;
        if (isHidden) {
            hiddenCount++;
        }
        size++;
    }

    /**
     * Adds rows of columns that are indexed by slot.
     *
     * @param slots of the rows to add, the first {@code count}
     * @param arrivedMs when each position reached its first node, on the clock of {@code nowMs}
     */
    public void addAll(int[] slots, int count, int[] xs, int[] ys, boolean[] hiddens, long[] arrivedMs, long nowMs) {
        while (size + count > slot.length) {
            grow();
        }
        int from = size;
        System.arraycopy(slots, 0, slot, from, count);
        int[] toX = x;
        int[] toY = y;
        int[] toAge = ageMs;
        boolean[] toHidden = hidden;
        for (int i = 0; i < count; i++) {
            toX[from + i] = xs[slots[i]];
        }
        for (int i = 0; i < count; i++) {
            toY[from + i] = ys[slots[i]];
        }
        for (int i = 0; i < count; i++) {
            toAge[from + i] = (int) Math.min(Math.max(0, nowMs - arrivedMs[slots[i]]), Integer.MAX_VALUE);
        }
        for (int i = 0; i < count; i++) {
            boolean isHidden = hiddens[slots[i]];
            toHidden[from + i] = isHidden;
            hiddenCount += isHidden ? 1 : 0;
        }
        size += count;
    }

    public int slot(int row) {
        return slot[row];
    }

    public int x(int row) {
        return x[row];
    }

    public int y(int row) {
        return y[row];
    }

    public int ageMs(int row) {
        return ageMs[row];
    }

    public boolean hidden(int row) {
        return hidden[row];
    }

    public int hiddenCount() {
        return hiddenCount;
    }

    /** Removes the rows of slots that match; returns whether there were any. */
    public boolean removeIf(IntPredicate matches) {
        int before = size;
        clear();
        for (int row = 0; row < before; row++) {
            if (!matches.test(slot[row])) {
                add(slot[row], x[row], y[row], hidden[row], ageMs[row]);
            }
        }
        return size < before;
    }

    /** Returns a copy of the present rows. */
    public CursorColumns copy() {
        CursorColumns copy = new CursorColumns();
        for (int row = 0; row < size; row++) {
            copy.add(slot[row], x[row], y[row], hidden[row], ageMs[row]);
        }
        return copy;
    }

    private void grow() {
        int capacity = slot.length * 2;
        slot = Arrays.copyOf(slot, capacity);
        x = Arrays.copyOf(x, capacity);
        y = Arrays.copyOf(y, capacity);
        ageMs = Arrays.copyOf(ageMs, capacity);
        hidden = Arrays.copyOf(hidden, capacity);
    }
}
