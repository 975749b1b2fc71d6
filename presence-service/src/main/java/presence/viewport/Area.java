package presence.viewport;

/**
 * What a client shows, enlarged on each side by a sixteenth of its longer side: the area whose positions a client may rely
 * on. A {@link Window} covers it with its margin. Lengths in 1/16 board unit; {@code right} and {@code bottom} are
 * exclusive.
 */
record Area(int left, int top, int right, int bottom) {
    private static final int PART = 16;

    /** @param width 0 = nothing is shown, as for the height */
    static Area around(int x, int y, int width, int height) {
        if (width <= 0 || height <= 0) {
            return new Area(0, 0, 0, 0);
        }
        int more = Math.max(width, height) / PART;
        return new Area(x - more, y - more, x + width + more, y + height + more);
    }

    boolean contains(int x, int y) {
        return x >= left && x < right && y >= top && y < bottom;
    }
}
