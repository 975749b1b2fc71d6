package presence.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import presence.bench.swarm.Load;

/**
 * The few rows that most changes move, for two builds in turns: five minutes in all, and ratios instead of budgets. Moves
 * come one by one, as from independent people.
 */
final class ShortBudgets {
    private static final int ROUNDS = 2;

    private record Short(String name, Trial trial) {}

    private static final List<Short> ROWS = List.of(
            new Short("one node, 20 × 10", Trial.of(1, even(20, 10))),
            new Short("one node, 10 × 50", Trial.of(1, even(10, 50))),
            new Short("two nodes, 20 × 10", Trial.of(2, even(20, 10))));

    private final TestBed testBed;
    private final @Nullable Path before;

    /** @param before the build to compare with; null: the present one is measured alone */
    ShortBudgets(TestBed testBed, @Nullable Path before) {
        this.testBed = testBed;
        this.before = before;
    }

    private static Load even(int boards, int users) {
        return Load.of(boards, users, 20).with("--spacing", "even");
    }

    /** Measures and returns a Markdown table. */
    String run() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        lines.add("| CPU per position, µs | before | now | now / before |");
        lines.add("|---|---|---|---|");
        for (Short row : ROWS) {
            List<Double> old = new ArrayList<>();
            List<Double> now = new ArrayList<>();
            for (int round = 1; round <= ROUNDS; round++) {
                // The order changes: a machine that gets slower would else show in the ratio.
                if (round % 2 == 1) {
                    measure(row, before, round, old);
                    measure(row, testBed.jar(), round, now);
                } else {
                    measure(row, testBed.jar(), round, now);
                    measure(row, before, round, old);
                }
            }
            lines.add("| " + row.name() + " | " + text(old) + " | " + text(now) + " | " + ratio(now, old) + " |");
        }
        return String.join(System.lineSeparator(), lines);
    }

    private void measure(Short row, @Nullable Path jar, int round, List<Double> costs)
            throws IOException, InterruptedException {
        if (jar == null) {
            return;
        }
        TestBed.say("%s, %s, round %d of %d", row.name(), jar.getFileName(), round, ROUNDS);
        double cost = row.trial().run(testBed.with(jar)).swarm().costMicros();
        TestBed.say("  %.3f us", cost);
        costs.add(cost);
    }

    private static String text(List<Double> costs) {
        return costs.isEmpty()
                ? ""
                : Figure.plain(Median.of(costs), Locale.ROOT) + " ("
                        + String.join(
                                ", ",
                                costs.stream()
                                        .map(cost -> Figure.plain(cost, Locale.ROOT))
                                        .toList())
                        + ")";
    }

    static String ratio(List<Double> now, List<Double> before) {
        return before.isEmpty() || now.isEmpty()
                ? ""
                : String.format(Locale.ROOT, "**%.2f**", Median.of(now) / Median.of(before));
    }
}
