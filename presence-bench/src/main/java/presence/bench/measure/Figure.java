package presence.bench.measure;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One number that a row measures.
 *
 * @param limit null where the number is only reported
 */
record Figure(String name, @Nullable Limit limit) {
    static Figure reported(String name) {
        return new Figure(name, null);
    }

    /** Formats three significant digits, and all digits of a large number. */
    static String plain(double value, Locale locale) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(locale, format, value);
    }
}
