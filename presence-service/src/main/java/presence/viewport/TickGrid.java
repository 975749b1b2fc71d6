package presence.viewport;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The movers of one tick, sorted into cells once per zoom level in use. A window reads the cells that it covers, row by
 * row. A mover is found where it is and where it was, so that a window is also told of what left it. Filled anew every
 * tick; its arrays are kept, and nothing is allocated per position.
 */
final class TickGrid {
    /** Below this many entries per row of cells a plain scan is cheaper than searching each row. */
    private static final int SCAN_FACTOR = 8;

    private static final int LEVELS = 32;
    private static final int ENTRY_BITS = 19;
    private static final int CELL_BITS = 22;
    private static final int LAST_CELL = (1 << CELL_BITS) - 1;
    private static final long ENTRY_MASK = (1L << ENTRY_BITS) - 1;
    /** Makes coordinates positive, so that cells sort by their bits. */
    private static final int BIAS = 1 << 25;

    private int size;
    private int[] slot = new int[64];
    private int[] x = new int[64];
    private int[] y = new int[64];
    private int[] oldX = new int[64];
    private int[] oldY = new int[64];

    /** By level: cell row, cell column, mover, and whether it is the mover's old cell, in the bits of a long. */
    private final long[] @Nullable [] sorted = new long[LEVELS][];

    private final int[] sortedSize = new int[LEVELS];
    private final long[] sortedFor = new long[LEVELS];
    private long generation;

    private int found;
    private int[] foundSlot = new int[64];

    void clear() {
        size = 0;
        generation++;
    }

    int size() {
        return size;
    }

    /** Adds a mover; one without an old position gives the new one twice. */
    void add(int ofSlot, int atX, int atY, int fromX, int fromY) {
        if (size == slot.length) {
            int capacity = size * 2;
            slot = Arrays.copyOf(slot, capacity);
            x = Arrays.copyOf(x, capacity);
            y = Arrays.copyOf(y, capacity);
            oldX = Arrays.copyOf(oldX, capacity);
            oldY = Arrays.copyOf(oldY, capacity);
        }
        slot[size] = ofSlot;
        x[size] = atX;
        y[size] = atY;
        oldX[size] = fromX;
        oldY[size] = fromY;
        size++;
    }

    /** Finds the movers that are or were in the window; returns how many. {@link #found} names them. */
    int find(Window window) {
        found = 0;
        if (size == 0 || window.isNothing()) {
            return 0;
        }
        int level = window.level;
        int lastRow = Math.min(LAST_CELL, window.bottom - 1 + BIAS >> level);
        int firstRow = window.top + BIAS >> level;
        if (size < SCAN_FACTOR * (lastRow - firstRow + 1)) {
            for (int mover = 0; mover < size; mover++) {
                if (concerns(window, mover)) {
                    take(mover);
                }
            }
            return found;
        }
        long[] keys = sortedAt(level);
        int end = sortedSize[level];
        int firstColumn = Math.max(0, window.left + BIAS >> level);
        int lastColumn = Math.min(LAST_CELL, window.right - 1 + BIAS >> level);
        int at = 0;
        for (int row = Math.max(0, firstRow); row <= lastRow && lastColumn >= 0; row++) {
            at = lowerBound(keys, at, end, key(row, firstColumn, 0));
            long last = key(row, lastColumn, ENTRY_MASK);
            for (; at < end && keys[at] <= last; at++) {
                int entry = (int) (keys[at] & ENTRY_MASK);
                int mover = entry >> 1;
                boolean isOld = (entry & 1) != 0;
                if (concerns(window, mover)
                        && !(isOld && isCellIn(mover, level, firstRow, lastRow, firstColumn, lastColumn))) {
                    take(mover);
                }
            }
        }
        return found;
    }

    /** Returns the slot of a mover that was found, 0 to the number found - 1. */
    int found(int index) {
        return foundSlot[index];
    }

    /** Returns the slots that were found, from index 0 on; valid until the next {@link #find}. */
    int[] foundSlots() {
        return foundSlot;
    }

    private boolean concerns(Window window, int mover) {
        return window.contains(x[mover], y[mover]) || window.contains(oldX[mover], oldY[mover]);
    }

    /** Whether the mover's new cell is among those read, which then brings the mover by itself. */
    private boolean isCellIn(int mover, int level, int firstRow, int lastRow, int firstColumn, int lastColumn) {
        int row = y[mover] + BIAS >> level;
        int column = x[mover] + BIAS >> level;
        return row >= firstRow && row <= lastRow && column >= firstColumn && column <= lastColumn;
    }

    private void take(int mover) {
        if (found == foundSlot.length) {
            foundSlot = Arrays.copyOf(foundSlot, found * 2);
        }
        foundSlot[found++] = slot[mover];
    }

    private long[] sortedAt(int level) {
        long[] keys = sorted[level];
        if (keys != null && sortedFor[level] == generation) {
            return keys;
        }
        if (keys == null || keys.length < 2 * size) {
            keys = new long[2 * slot.length];
            sorted[level] = keys;
        }
        int entries = 0;
        for (int mover = 0; mover < size; mover++) {
            int row = y[mover] + BIAS >> level;
            int column = x[mover] + BIAS >> level;
            keys[entries++] = key(row, column, 2L * mover);
            int oldRow = oldY[mover] + BIAS >> level;
            int oldColumn = oldX[mover] + BIAS >> level;
            if (oldRow != row || oldColumn != column) {
                keys[entries++] = key(oldRow, oldColumn, 2L * mover + 1);
            }
        }
        Arrays.sort(keys, 0, entries);
        sortedSize[level] = entries;
        sortedFor[level] = generation;
        return keys;
    }

    private static long key(int row, int column, long entry) {
        return (long) row << CELL_BITS + ENTRY_BITS | (long) column << ENTRY_BITS | entry;
    }

    private static int lowerBound(long[] keys, int from, int to, long key) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = low + high >>> 1;
            if (keys[middle] < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
