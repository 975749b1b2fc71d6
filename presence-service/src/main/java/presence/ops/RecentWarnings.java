package presence.ops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.Printable;

/** Keeps the last different warnings and errors of the log in bounded memory. Thread-safe. */
public final class RecentWarnings {
    /** Longest text kept of a warning. */
    static final int MAX_CHARS = 500;

    /**
     * A warning and its repetitions.
     *
     * @param level warn or error
     * @param source the class that warned
     * @param text of the last repetition, on one line
     * @param count of repetitions, the first included
     * @param firstMs wall clock, milliseconds since 1970
     */
    public record Warning(String level, String source, String text, long count, long firstMs, long lastMs) {}

    private record Key(String level, String source, String pattern) {}

    private final int most;
    /** The longest not repeated first. */
    private final Map<Key, Warning> kept = new LinkedHashMap<>();

    private long total;

    /** @param most different warnings kept */
    public RecentWarnings(int most) {
        this.most = most;
    }

    /**
     * Adds a warning.
     *
     * @param pattern the text without its parameters: warnings with the same one are repetitions
     * @param nowMs wall clock, milliseconds since 1970
     */
    public synchronized void add(String level, String source, String pattern, String text, long nowMs) {
        total++;
        if (most == 0) {
            return;
        }
        Key key = new Key(level, source, cut(pattern));
        @Nullable Warning before = kept.remove(key);
        if (before == null && kept.size() >= most) {
            kept.remove(kept.keySet().iterator().next());
        }
        long firstMs = before == null ? nowMs : before.firstMs();
        long count = before == null ? 1 : before.count() + 1;
        kept.put(key, new Warning(level, source, cut(Printable.of(cut(text))), count, firstMs, nowMs));
    }

    private static String cut(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS - 1) + "…";
    }

    /** Returns the warnings, that with the last repetition first. */
    public synchronized List<Warning> latest() {
        List<Warning> latest = new ArrayList<>(kept.values());
        Collections.reverse(latest);
        return latest;
    }

    /** Returns how many warnings were added, repetitions included. */
    public synchronized long total() {
        return total;
    }
}
