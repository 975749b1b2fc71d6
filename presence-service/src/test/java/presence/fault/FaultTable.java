package presence.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Collects the measurements, one line per fault. Thread-safe. */
final class FaultTable {
    private static final class Row {
        Duration least;
        Duration most;
        int rounds;
        int late;
        int violated;
        Duration longest = Duration.ZERO;
        boolean neverExact;

        Row(Duration bound) {
            least = bound;
            most = bound;
        }

        /** The bound, or the range of bounds where they differ. */
        String bound() {
            return least.equals(most) ? seconds(most) : seconds(least) + "–" + seconds(most);
        }
    }

    private final String heading;
    private int resumed;
    private int late;
    private final Map<String, Row> rows = new LinkedHashMap<>();

    FaultTable(String heading) {
        this.heading = heading;
    }

    synchronized void add(String fault, Duration bound, Convergence measured) {
        Row row = rows.computeIfAbsent(fault, key -> new Row(bound));
        row.rounds++;
        row.least = row.least.compareTo(bound) < 0 ? row.least : bound;
        row.most = row.most.compareTo(bound) > 0 ? row.most : bound;
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

    /** Adds the sessions resumed, and the users that returned too late to resume. */
    synchronized void addReturns(int sessions, int tooLate) {
        resumed += sessions;
        late += tooLate;
    }

    /** Records that an invariant did not hold, independent of rosters. */
    synchronized void addViolated(String fault) {
        Row row = rows.get(fault);
        if (row != null) {
            row.violated++;
        }
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder(heading + "\n\n"
                + "| Fault | Bound (s) | Rounds | Exact after (s, max) | Late | Invariant violated |\n"
                + "|---|---|---|---|---|---|\n");
        rows.forEach((fault, row) -> text.append(String.format(
                Locale.ROOT,
                "| %s | %s | %d | %s%s | %d | %d |%n",
                fault,
                row.bound(),
                row.rounds,
                row.neverExact ? "not in " : "",
                seconds(row.longest),
                row.late,
                row.violated)));
        return text + "\nSessions resumed: " + resumed + "; clients that came back after their grace: " + late + "\n";
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f", time.toMillis() / 1000.0);
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
