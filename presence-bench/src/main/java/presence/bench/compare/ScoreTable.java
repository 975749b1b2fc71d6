package presence.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import presence.bench.measure.Median;

/** The scores of all peers under one load, as a Markdown table of medians. */
final class ScoreTable {
    /** Above this share of a core a server or the swarm may be what limits the other. */
    private static final double FULL = 0.9;

    private final Map<Peer, List<Score>> scores = new LinkedHashMap<>();
    private final Map<Peer, String> missing = new LinkedHashMap<>();

    void add(Peer peer, Score score) {
        scores.computeIfAbsent(peer, key -> new ArrayList<>()).add(score);
    }

    void cannot(Peer peer, String why) {
        missing.putIfAbsent(peer, why);
    }

    boolean isMissing(Peer peer) {
        return missing.containsKey(peer);
    }

    /** @param own the peer that the ratios are to */
    String markdown(Peer own) {
        double base = median(scores.getOrDefault(own, List.of()), Score::perDelivered);
        List<String> lines = new ArrayList<>();
        lines.add("| server | µs per delivered position | ours costs | µs per offered | age p50 / p99, ms | bytes |"
                + " CPU of a core | remark |");
        lines.add("|---|---|---|---|---|---|---|---|");
        scores.forEach((peer, rounds) -> lines.add(line(peer, rounds, base)));
        missing.forEach((peer, why) -> lines.add("| " + peer.title() + " | | | | | | | NOT RUN: "
                + why.lines().findFirst().orElse("") + " |"));
        return String.join(System.lineSeparator(), lines);
    }

    private static String line(Peer peer, List<Score> rounds, double base) {
        double cost = median(rounds, Score::perDelivered);
        String each = rounds.stream().map(score -> plain(score.perDelivered())).collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "| %s | **%s**%s | %.2f × | %s | %.1f / %.1f | %.1f | %.0f %% | %s |",
                peer.title(),
                plain(cost),
                rounds.size() > 1 ? " (" + each + ")" : "",
                base / cost,
                plain(median(rounds, Score::perOffered)),
                median(rounds, Score::ageP50Ms),
                median(rounds, Score::ageP99Ms),
                median(rounds, Score::bytes),
                median(rounds, Score::cpu) * 100,
                remarks(rounds));
    }

    private static String remarks(List<Score> rounds) {
        List<String> remarks = new ArrayList<>(rounds.stream()
                .map(Score::flaws)
                .filter(flaws -> !flaws.isEmpty())
                .distinct()
                .toList());
        if (median(rounds, Score::cpu) > FULL) {
            remarks.add("its core is full");
        }
        if (median(rounds, Score::swarmCpu) > FULL) {
            remarks.add("the swarm's core is full");
        }
        return String.join("; ", remarks);
    }

    private static double median(List<Score> rounds, ToDoubleFunction<Score> value) {
        return Median.of(rounds.stream().map(value::applyAsDouble).toList());
    }

    private static String plain(double micros) {
        return String.format(Locale.ROOT, micros >= 10 ? "%.1f" : micros >= 1 ? "%.2f" : "%.3f", micros);
    }
}
