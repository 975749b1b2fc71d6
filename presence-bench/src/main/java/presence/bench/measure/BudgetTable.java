package presence.bench.measure;

import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats the measured rows as Markdown or JSON. */
final class BudgetTable {
    /**
     * One figure of a row.
     *
     * @param budget null where there is none
     * @param median null if it was not measured
     * @param held null where there is no budget or no measurement
     * @param remark why it was not measured, or what makes it doubtful; empty if nothing
     */
    record Line(
            String row,
            String figure,
            @Nullable Limit budget,
            @Nullable Double median,
            List<Double> rounds,
            @Nullable Boolean held,
            String remark,
            String command) {}

    private final List<Line> lines = new ArrayList<>();

    void add(Row row, List<Reading> readings, String remark) {
        for (int i = 0; i < row.figures().size(); i++) {
            Figure figure = row.figures().get(i);
            int index = i;
            List<Double> rounds = readings.stream()
                    .map(reading -> reading.values().get(index))
                    .toList();
            Double median = rounds.isEmpty() ? null : Median.of(rounds);
            Limit limit = figure.limit();
            Boolean held = median == null || limit == null ? null : limit.holds(median);
            lines.add(new Line(row.name(), figure.name(), limit, median, rounds, held, remark, row.command()));
        }
    }

    boolean isHeld() {
        return lines.stream().noneMatch(line -> Boolean.FALSE.equals(line.held()));
    }

    String json() {
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(lines);
    }

    String markdown(int rounds) {
        List<String> text = new ArrayList<>();
        text.add("| row | budget | measured (median of " + rounds + ") | command |");
        text.add("|---|---|---|---|");
        for (Line line : lines) {
            text.add("| " + line.row() + ": " + line.figure()
                    + " | " + (line.budget() == null ? "" : line.budget())
                    + " | " + measured(line)
                    + " | `" + line.command() + "` |");
        }
        return String.join(System.lineSeparator(), text);
    }

    private static String measured(Line line) {
        if (line.median() == null) {
            return "NOT RUN: " + line.remark();
        }
        String text = Figure.plain(line.median(), Locale.ROOT);
        if (line.rounds().size() > 1) {
            List<String> each = line.rounds().stream()
                    .map(value -> Figure.plain(value, Locale.ROOT))
                    .toList();
            text += " (" + String.join(", ", each) + ")";
        }
        if (Boolean.FALSE.equals(line.held())) {
            text += " **missed**";
        }
        return line.remark().isEmpty() ? text : text + "; " + line.remark();
    }
}
