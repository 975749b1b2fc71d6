package presence.bench.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The effect of an attack on good users.
 *
 * @param lost of them, disconnected or refused
 * @param rosterErrors at the end of the attack
 * @param counters of the service that changed, and by how much
 */
record AttackRow(
        String attack,
        AttackReport made,
        GoodUsers.Window before,
        GoodUsers.Window during,
        GoodUsers.Window after,
        int lost,
        String reasons,
        long rosterErrors,
        boolean noticed,
        Map<String, Double> counters) {
    static final String HEADER = "| attack | connections | frames | p99 age, ms: before / during / after "
            + "| RSS, MiB: before / during / after | server CPU, %: before / during | good users lost | rosters "
            + "| answers |\n|---|---|---|---|---|---|---|---|---|";

    private static final List<String> ANSWERS = List.of(
            "presence_closed_total",
            "presence_limited_total",
            "presence_ops_limited_total",
            "presence_rejected_total",
            "presence_refused_total");
    private static final String HANDSHAKE_TIMEOUTS = "presence_handshake_timeouts_total";

    boolean isHarmless() {
        return lost == 0 && rosterErrors == 0 && noticed && !isSilent();
    }

    /** Returns whether nothing was delivered: a service that hangs disconnects no client. */
    private boolean isSilent() {
        return during.delivered() == 0 || after.delivered() == 0;
    }

    /** Returns the differences between two scrapes. */
    static Map<String, Double> moved(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> moved = new TreeMap<>();
        after.forEach((name, value) -> {
            double more = value - before.getOrDefault(name, 0.0);
            if (more != 0) {
                moved.put(name, more);
            }
        });
        return moved;
    }

    private String answers() {
        List<String> answers = new ArrayList<>();
        double timeouts = counters.getOrDefault(HANDSHAKE_TIMEOUTS, 0.0);
        if (timeouts > 0) {
            answers.add(String.format(Locale.ROOT, "handshake timeouts %,.0f", timeouts));
        }
        for (String metric : ANSWERS) {
            String what = metric.substring("presence_".length(), metric.lastIndexOf("_total"));
            counters.forEach((name, more) -> {
                if (name.startsWith(metric + "{")) {
                    String label = name.substring(name.indexOf('"') + 1, name.lastIndexOf('"'));
                    answers.add(String.format(Locale.ROOT, "%s %s %,.0f", what, label, more));
                }
            });
        }
        made.ends().forEach((how, times) -> {
            if (how.startsWith("HTTP")) {
                answers.add(String.format(Locale.ROOT, "%s %,d", how, times));
            }
        });
        if (!noticed) {
            answers.add("NOT NOTICED");
        }
        if (isSilent()) {
            answers.add("**NOTHING WAS DELIVERED**");
        }
        return answers.isEmpty() ? "–" : String.join(", ", answers);
    }

    private String each(String format, ToDoubleFunction<GoodUsers.Window> value, GoodUsers.Window... windows) {
        return List.of(windows).stream()
                .map(window -> String.format(Locale.ROOT, format, value.applyAsDouble(window)))
                .collect(Collectors.joining(" / "));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "| %s | %,d%s | %,d | %s | %s | %s | %s | %s | %s |",
                attack,
                made.connections(),
                made.refused() == 0 ? "" : String.format(Locale.ROOT, " (%,d not made)", made.refused()),
                made.frames(),
                each("%.0f", GoodUsers.Window::p99Ms, before, during, after),
                each("%.0f", window -> window.rssKib() / 1024.0, before, during, after),
                each("%.0f", window -> window.cpu() * 100, before, during),
                lost == 0 ? "0" : "**" + lost + "** " + reasons,
                rosterErrors == 0 ? "exact" : "**" + rosterErrors + " errors**",
                answers());
    }
}
