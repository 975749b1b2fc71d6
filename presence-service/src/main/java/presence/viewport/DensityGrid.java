package presence.viewport;

import org.jspecify.annotations.Nullable;
import presence.model.Density;

/** Counts positions by cell, on the finest grid of a power of two that covers them all. */
final class DensityGrid {
    private static final int LEAST_LEVEL = 4;

    private DensityGrid() {}

    /** Returns null without any position. */
    static @Nullable Density of(LatestPositions positions) {
        int left = Integer.MAX_VALUE;
        int right = Integer.MIN_VALUE;
        int top = Integer.MAX_VALUE;
        int bottom = Integer.MIN_VALUE;
        for (int slot = 0; slot < positions.end(); slot++) {
            if (positions.has(slot)) {
                left = Math.min(left, positions.x(slot));
                right = Math.max(right, positions.x(slot));
                top = Math.min(top, positions.y(slot));
                bottom = Math.max(bottom, positions.y(slot));
            }
        }
        if (left > right) {
            return null;
        }
        int level = LEAST_LEVEL;
        while ((right >> level) - (left >> level) >= Density.MOST_COLUMNS
                || (bottom >> level) - (top >> level) >= Density.MOST_ROWS) {
            level++;
        }
        int firstColumn = left >> level;
        int firstRow = top >> level;
        int columns = (right >> level) - firstColumn + 1;
        int[] counts = new int[columns * ((bottom >> level) - firstRow + 1)];
        for (int slot = 0; slot < positions.end(); slot++) {
            if (positions.has(slot)) {
                int row = (positions.y(slot) >> level) - firstRow;
                counts[row * columns + (positions.x(slot) >> level) - firstColumn]++;
            }
        }
        return new Density(firstColumn << level, firstRow << level, 1 << level, columns, counts);
    }
}
