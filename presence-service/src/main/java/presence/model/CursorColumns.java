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
