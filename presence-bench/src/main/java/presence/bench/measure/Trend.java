package presence.bench.measure;

import java.util.List;
import presence.bench.process.CannotMeasureException;

/**
 * Whether a quantity grows over a run: the median of the first third of the samples against that of the last.
 *
 * @param first median of the first third
 * @param last median of the last third
 * @param slack growth that is noise, in the quantity's unit
 */
record Trend(double first, double last, double slack) {
    /** Growth that counts as none, as a share. */
    private static final double TOLERANCE = 0.1;

    /** Needs at least three values. */
    static Trend of(List<Double> values, double slack) {
        int third = values.size() / 3;
        if (third == 0) {
            throw new CannotMeasureException("a trend takes three samples, these are " + values.size());
        }
        return new Trend(
                Median.of(values.subList(0, third)),
                Median.of(values.subList(values.size() - third, values.size())),
                slack);
    }

    boolean isFlat() {
        return last <= first * (1 + TOLERANCE) + slack;
    }
}
