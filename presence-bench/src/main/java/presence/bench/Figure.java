package presence.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One number that a row measures.
 *
 * @param limit null where the number is only told
 */
record Figure(String name, @Nullable Limit limit) {
    static Figure told(String name) {
        return new Figure(name, null);
    }

    /** With as many digits as mean something: three, and all of a large one. */
    static String plain(double value, Locale locale) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(locale, format, value);
    }
}
