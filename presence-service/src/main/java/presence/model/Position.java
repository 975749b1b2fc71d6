package presence.model;

/**
 * A pointer on a board.
 *
 * @param x 1/16 board unit, within ±{@link #LIMIT}
 * @param y 1/16 board unit, within ±{@link #LIMIT}
 * @param hidden the pointer is not over the board
 */
public record Position(int x, int y, boolean hidden) {
    /** 26 signed bits: a coordinate pair, its flag and its age fit one 64-bit word. */
    public static final int LIMIT = (1 << 25) - 1;

    public static int clamp(int coordinate) {
        return Math.max(-LIMIT, Math.min(LIMIT, coordinate));
    }
}
