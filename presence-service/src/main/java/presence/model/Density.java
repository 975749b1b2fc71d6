package presence.model;

import java.util.Arrays;

/**
 * Where the members of a board are: how many have their last position in each cell of a grid.
 *
 * @param x left edge of the grid, 1/16 board unit
 * @param y top edge of the grid, 1/16 board unit
 * @param cell width and height of a cell, a power of two, 1/16 board unit
 * @param columns cells in a row
 * @param counts members by cell, row by row from the top; a multiple of {@code columns} long
 */
public record Density(int x, int y, int cell, int columns, int[] counts) {
    /** Of a board that is not large any more. */
    public static final Density NONE = new Density(0, 0, 0, 0, new int[0]);

    /** The most columns. */
    public static final int MOST_COLUMNS = 32;

    /** The most rows. */
    public static final int MOST_ROWS = 18;

    @Override
    public boolean equals(Object other) {
        return other instanceof Density that
                && x == that.x
                && y == that.y
                && cell == that.cell
                && columns == that.columns
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * x + y) + Arrays.hashCode(counts);
    }
}
