package presence.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What was measured: one line per fault. */
final class FaultTable {
    private static final class Row {
        final Duration bound;
        int rounds;
        int late;
        int violated;
        Duration longest = Duration.ZERO;
        boolean neverExact;

        Row(Duration bound) {
            this.bound = bound;
        }
    }

    private final String heading;
    private int resumed;
    private final Map<String, Row> rows = new LinkedHashMap<>();

    FaultTable(String heading) {
        this.heading = heading;
    }

    void add(String fault, Duration bound, Convergence measured) {
        Row row = rows.computeIfAbsent(fault, key -> new Row(bound));
        row.rounds++;
        if (!measured.isReached()) {
            row.neverExact = true;
        }
        if (!measured.isReached() || measured.after().compareTo(bound) > 0) {
            row.late++;
        }
        if (measured.after().compareTo(row.longest) > 0) {
            row.longest = measured.after();
        }
    }

    void addResumed(int sessions) {
        resumed += sessions;
    }

    /** An invariant did not hold, whatever the rosters. */
    void addViolated(String fault) {
        Row row = rows.get(fault);
        if (row != null) {
            row.violated++;
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(heading + "\n\n"
                + "| Fault | Bound (s) | Rounds | Exact after (s, max) | Late | Invariant violated |\n"
                + "|---|---|---|---|---|---|\n");
        rows.forEach((fault, row) -> text.append(String.format(
                Locale.ROOT,
                "| %s | %.2f | %d | %s%.2f | %d | %d |%n",
                fault,
                row.bound.toMillis() / 1000.0,
                row.rounds,
                row.neverExact ? "not in " : "",
                row.longest.toMillis() / 1000.0,
                row.late,
                row.violated)));
        return text.append("\nSessions resumed: ").append(resumed).append('\n').toString();
    }

    void writeTo(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
