package presence.board;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import presence.model.CursorColumns;
import presence.model.Position;

/**
 * Holds the latest position of one member in a single 64-bit word (26 bits x, 26 bits y, 1 bit hidden, 11 bits
 * arrival time in milliseconds), overwritten by every move. No queue, no allocation, no lock: any number of moves
 * between two ticks leaves one position.
 *
 * <p>One thread writes (the member's event loop), one drains (the board's).
 */
public final class CursorSlot {
    private static final int COORDINATE_BITS = 26;
    private static final int TIME_BITS = 11;
    private static final int TIME_MASK = (1 << TIME_BITS) - 1;

    /** Greatest time by which a move may arrive later than the clock reading of the tick that takes it. */
    private static final int AHEAD_MS = 256;

    /** Oldest accepted arrival: with the longest tick added, its age still fits the word. */
    static final int OLDEST_MS = 750;

    /** No position yet. x = -2^25 is never sent: the least coordinate is one above it. */
    static final long NONE = Long.MIN_VALUE;

    private static final VarHandle QUEUED;

    static {
        try {
            QUEUED = MethodHandles.lookup().findVarHandle(CursorSlot.class, "queued", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final DirtyCursors dirty;
    private volatile long value = NONE;
    private volatile boolean queued;

    /** Next dirty slot in the stack; written before this slot is published there. */
    @Nullable CursorSlot next;

    /** The entry that owns this cursor; null until the roster shows the member. Board loop only. */
    @Nullable SlotEntry entry;

    CursorSlot(DirtyCursors dirty) {
        this.dirty = dirty;
    }

    /**
     * Overwrites the position and makes sure that a tick takes it.
     *
     * @param x 1/16 board unit, within ±{@link Position#LIMIT}
     * @param y 1/16 board unit, within ±{@link Position#LIMIT}
     * @param arrivalMs monotonic clock
     */
    public void move(int x, int y, boolean hidden, long arrivalMs) {
        value = pack(x, y, hidden, arrivalMs);
        markDirty();
    }

    void markDirty() {
        // The volatile write before and this volatile read leave no gap: a drain that cleared the flag
        // before it also reads the value after.
        if (!queued && !(boolean) QUEUED.getAndSet(this, true)) {
            dirty.push(this);
        }
    }

    /** Takes the value for a tick; later moves queue the slot again. */
    long take() {
        queued = false;
        return value;
    }

    long value() {
        return value;
    }

    static long pack(int x, int y, boolean hidden, long arrivalMs) {
        return (long) x << COORDINATE_BITS + 1 + TIME_BITS
                | (y & (1L << COORDINATE_BITS) - 1) << 1 + TIME_BITS
                | (hidden ? 1L << TIME_BITS : 0)
                | arrivalMs & TIME_MASK;
    }

    static int x(long packed) {
        return (int) (packed >> COORDINATE_BITS + 1 + TIME_BITS);
    }

    static int y(long packed) {
        return (int) (packed << COORDINATE_BITS >> COORDINATE_BITS + 1 + TIME_BITS);
    }

    static boolean hidden(long packed) {
        return (packed & 1L << TIME_BITS) != 0;
    }

    static void addTo(CursorColumns columns, int slot, long packed, int ageMs) {
        columns.add(slot, x(packed), y(packed), hidden(packed), ageMs);
    }

    /** Milliseconds since arrival, exact up to 1,791; 0 for a position that arrives during the tick. */
    static int ageMs(long packed, long nowMs) {
        int age = (int) (nowMs - packed) & TIME_MASK;
        return age > TIME_MASK - AHEAD_MS ? 0 : age;
    }
}
