package presence.bench.measure;

import java.util.Locale;

/** The bound of a figure. */
record Limit(double value, boolean isMost) {
    static Limit atMost(double value) {
        return new Limit(value, true);
    }

    static Limit atLeast(double value) {
        return new Limit(value, false);
    }

    boolean holds(double measured) {
        return isMost ? measured <= value : measured >= value;
    }

    @Override
    public String toString() {
        return (isMost ? "≤ " : "≥ ") + Figure.plain(value, Locale.ROOT);
    }
}
