package presence.viewport;

import org.jspecify.annotations.Nullable;
import presence.model.Position;

/**
 * The positions that a client is sent: the {@link Area} it relies on, and a margin up to the next line between half
 * cells. A cell is a power of two, some eight of which cover the longer side of what the client shows. Windows with the
 * same edges are equal and share what is encoded for them. Immutable; all lengths in 1/16 board unit.
 */
public final class Window {
    /** The greatest width and height: the whole board. */
    public static final int MAX_SIZE = 2 * Position.LIMIT + 2;

    /** Shows nothing. */
    public static final Window NOTHING = new Window(Window.LEAST_LEVEL, 0, 0, 0, 0);

    /** The smallest cell is a board unit. */
    private static final int LEAST_LEVEL = 4;

    /** A window has 6 to 12 cells along its longer side. */
    private static final int LEAST_CELLS = 6;

    /** Up to this size a window is sent every tick: 8,192 board units. */
    private static final int FULL_RATE_SIZE_LOG2 = 17;

    /** The longest time between two frames of a zoomed-out window. */
    static final int SLOWEST_MS = 200;

    final int level;
    final int left;
    final int top;
    /** Exclusive, as {@link #bottom}. */
    final int right;

    final int bottom;

    private Window(int level, int left, int top, int right, int bottom) {
        this.level = level;
        this.left = left;
        this.top = top;
        this.right = right;
        this.bottom = bottom;
    }

    /**
     * Snaps what a client shows.
     *
     * @param x left edge, within ±{@link Position#LIMIT}
     * @param y top edge, within ±{@link Position#LIMIT}
     * @param width 0 to {@link #MAX_SIZE}; 0 = nothing is shown, as for the height
     */
    public static Window of(int x, int y, int width, int height) {
        if (width <= 0 || height <= 0) {
            return NOTHING;
        }
        int level = Math.max(LEAST_LEVEL, log2(Math.max(width, height) / LEAST_CELLS));
        int slack = slack(level);
        int half = level - 1;
        Area area = Area.around(x, y, width, height);
        return new Window(
                level,
                area.left() - slack >> half << half,
                area.top() - slack >> half << half,
                snapUp(area.right() + slack, half),
                snapUp(area.bottom() + slack, half));
    }

    /** By how much more than needed a new window covers at least: edges that move to and fro by less change nothing. */
    private static int slack(int level) {
        return (1 << level) / 8;
    }

    /**
     * Snaps what a client shows now, unless the window it had still fits: a window that moves to and fro over the line
     * between two cells stays the same.
     */
    public static Window after(@Nullable Window before, int x, int y, int width, int height) {
        Window now = of(x, y, width, height);
        return before != null && !now.isNothing() && before.stillFits(x, y, width, height) ? before : now;
    }

    /** Whether the window covers what its client relies on, and not much more. */
    private boolean stillFits(int x, int y, int width, int height) {
        if (isNothing()) {
            return false;
        }
        Area area = Area.around(x, y, width, height);
        int tooMuch = (1 << level) / 2 + 2 * slack(level);
        return edgeFits(area.left() - left, tooMuch)
                && edgeFits(area.top() - top, tooMuch)
                && edgeFits(right - area.right(), tooMuch)
                && edgeFits(bottom - area.bottom(), tooMuch);
    }

    /** @param inside how far the edge of the area lies within that of the window; negative = outside */
    private static boolean edgeFits(int inside, int tooMuch) {
        return inside >= 0 && inside < tooMuch;
    }

    private static int snapUp(int coordinate, int bits) {
        return coordinate + (1 << bits) - 1 >> bits << bits;
    }

    /** Rounds down; 0 for values below 2. */
    private static int log2(int value) {
        return 31 - Integer.numberOfLeadingZeros(value | 1);
    }

    public boolean isNothing() {
        return right == left;
    }

    boolean contains(int x, int y) {
        return x >= left && x < right && y >= top && y < bottom;
    }

    /**
     * Returns the time between two frames, in milliseconds: the tick while a client shows up to 8,192 board units, twice as
     * much with each doubling, 200 at most.
     */
    int intervalMs(int tickMs) {
        int doublings = isNothing() ? 0 : log2(shownSize()) - FULL_RATE_SIZE_LOG2;
        return doublings <= 0 ? tickMs : Math.max(tickMs, Math.min(SLOWEST_MS, tickMs << Math.min(doublings, 8)));
    }

    /** Returns about how long the longer side is of what is shown: without the margin, of which the last half cell varies. */
    private int shownSize() {
        int margin = 2 * slack(level) + (1 << level) / 2;
        return (int) ((Math.max(right - left, bottom - top) - margin) * 8L / 9);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Window that
                && left == that.left
                && top == that.top
                && right == that.right
                && bottom == that.bottom
                && level == that.level;
    }

    @Override
    public int hashCode() {
        return ((left * 31 + top) * 31 + right) * 31 + bottom;
    }

    @Override
    public String toString() {
        return "[" + left + "," + top + " to " + right + "," + bottom + "]";
    }
}
