package presence.bench.swarm;

/** A window enlarged on each side. In 1/16 board unit; {@code right} and {@code bottom} are exclusive. */
record ShownArea(int left, int top, int right, int bottom) {
    /** Contains nothing. */
    static final ShownArea NONE = new ShownArea(0, 0, 0, 0);

    /** @param part of the longer side by which it is enlarged: one in so many; 0 = not at all */
    static ShownArea of(WindowWalk window, int part) {
        int more = part == 0 ? 0 : Math.max(window.width(), window.height()) / part;
        return new ShownArea(
                window.x() - more,
                window.y() - more,
                window.x() + window.width() + more,
                window.y() + window.height() + more);
    }

    boolean contains(int x, int y) {
        return x >= left && x < right && y >= top && y < bottom;
    }
}
