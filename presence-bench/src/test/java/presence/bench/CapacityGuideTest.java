package presence.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The inputs in docs/operations/capacity.md are those of RESULTS.md, and its worked table follows from them. */
class CapacityGuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "operations", "capacity.md");
    private static final Path RESULTS = Path.of("RESULTS.md");

    private static final double BOARD = 10;
    private static final double MOVING = 0.3;
    private static final double HZ = 20;
    private static final double TICK_HZ = 30;

    private static final double NODE_CORES = 4;
    private static final double MOST_BUSY = 0.5;
    private static final double MOST_CONNECTIONS = 10_000;

    private record Input(String symbol, double value, String figure, String source) {
        static Input of(List<String> cells) {
            double value = Double.parseDouble(cells.get(1).replace(",", ""));
            return new Input(cells.get(0), value, cells.get(1), cells.get(4));
        }
    }

    private final Map<String, Input> inputs =
            rows("inputs").map(Input::of).collect(Collectors.toMap(Input::symbol, input -> input));

    /** Cells of each row between two marks of the guide, without the two lines of the head. */
    private static Stream<List<String>> rows(String mark) {
        return between(mark)
                .lines()
                .skip(2)
                .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| ")));
    }

    private static String between(String mark) {
        String guide = read(GUIDE);
        String start = "<!-- " + mark + ": checked by CapacityGuideTest -->\n";
        return guide.substring(guide.indexOf(start) + start.length(), guide.indexOf("<!-- /" + mark + " -->"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private double in(String symbol) {
        return inputs.get(symbol).value;
    }

    @Test
    void takesEachMeasuredInputFromItsRowInTheResults() {
        List<String> results = read(RESULTS).lines().toList();
        for (Input input : inputs.values()) {
            if (input.source.startsWith("RESULTS: ")) {
                String row = input.source.substring("RESULTS: ".length());
                assertThat(results)
                        .as("RESULTS.md, %s of %s", input.figure, input.symbol)
                        .anySatisfy(line -> assertThat(line).contains(row, input.figure));
            }
        }
    }

    /** Ticks a second in which at least one of {@code users} has moved. */
    private static double ticks(double users, double moving, double hz, double tickHz) {
        return tickHz * (1 - Math.pow(1 - moving * Math.min(1, hz / tickHz), users));
    }

    /** Nodes a board is on when a balancer spreads its users at random. */
    private static double spread(double nodes, double users) {
        return nodes * (1 - Math.pow(1 - 1 / nodes, users));
    }

    private static double published(double boards, double users, double r, double moving, double hz, double tickHz) {
        return boards * r * ticks(users / r, moving, hz, tickHz);
    }

    /** With affinity r - 1 of the boards are on two nodes; the others publish once a second, which finds listeners. */
    private static double publishedByBoard(
            double boards, double users, double r, double moving, double hz, double tickHz) {
        return published(boards * (r - 1), users, 2, moving, hz, tickHz) + boards * (2 - r);
    }

    private double microsPerFrame() {
        return in("c1") * 10 * 9 * 20 / (10 * ticks(10, 1, 20, TICK_HZ));
    }

    private double microsPerEnvelope() {
        return (in("c2") - in("c1")) * 200 * 9 * 20 / in("p2");
    }

    private double bytesPerPosition() {
        return (29 * in("w30") - 9 * in("w10")) / 20;
    }

    private double frameBytes(double positions) {
        return 9 * in("w10") + (positions - 10) * bytesPerPosition() + in("k");
    }

    /** The load of that many nodes. */
    private record Load(
            double users, boolean affinity, int nodes, double r, double frames, double publishes, double cores) {}

    private Load load(double users, boolean affinity, int nodes) {
        double boards = users / BOARD;
        double r = affinity ? in("r1") : spread(nodes, BOARD);
        double publishes = affinity
                ? publishedByBoard(boards, BOARD, r, MOVING, HZ, TICK_HZ)
                : published(boards, BOARD, r, MOVING, HZ, TICK_HZ);
        double receivers = affinity ? 1 : r - 1;
        double frames = users * ticks(BOARD, MOVING, HZ, TICK_HZ);
        double cores = (frames * microsPerFrame() + publishes * receivers * microsPerEnvelope()) / 1e6
                + users / 10_000 * in("i") / 100;
        return new Load(users, affinity, nodes, r, frames, publishes, cores);
    }

    /** The fewest nodes of which one may fail. */
    private Load planned(double users, boolean affinity) {
        int nodes = 2;
        while (true) {
            Load load = load(users, affinity, nodes);
            double left = nodes - 1;
            if (load.cores / left <= NODE_CORES * MOST_BUSY && users / left <= MOST_CONNECTIONS) {
                return load;
            }
            nodes++;
        }
    }

    private String row(double users, boolean affinity) {
        Load load = planned(users, affinity);
        double left = load.nodes - 1;
        double boards = users / BOARD;
        double r = load.r;
        double positions = users * (BOARD - 1) * MOVING * HZ;
        double memory = in("m0") / 1024 + users * r / left * in("m") / 1024;
        double perFrame = BOARD * MOVING * HZ / ticks(BOARD, MOVING, HZ, TICK_HZ);
        double network = load.frames / left * frameBytes(perFrame) * 8 / 1e6;
        double standing = 3 * load.nodes + load.nodes / 30.0 + boards * r / 30 + boards * r * (1 + 2 * r) / 60;
        double least = load.publishes * in("q") / 1e6;
        double most = load.publishes * in("Q") / 1e6;
        String without = affinity ? "sharded" : "no";
        String oneRedis = most <= MOST_BUSY ? "yes" : least <= MOST_BUSY ? "measure" : without;
        return String.format(
                Locale.ROOT,
                "| %,.0f | %s | %,d | %.2f | %,.0f | %,.0f | %,.2f | %.2f | %,.0f | %,.0f | %.0f | %,.0f | %,.0f | %s – %s | %s |",
                users,
                !affinity ? "by chance" : users > 100_000 ? "by board (paper)" : "by board",
                load.nodes,
                r,
                positions,
                load.frames,
                load.cores,
                load.cores / left,
                users / left,
                memory,
                network,
                load.publishes,
                standing,
                brief(least),
                brief(most),
                oneRedis);
    }

    private static String brief(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.0f", value);
    }

    @Test
    void worksOutItsTableByItsFormula() {
        String expected = Stream.concat(
                        Stream.of(100, 1_000, 10_000, 100_000, 1_000_000).map(users -> row(users, false)),
                        Stream.of(1_000, 10_000, 100_000, 1_000_000, 10_000_000).map(users -> row(users, true)))
                .collect(Collectors.joining("\n"));
        assertThat(between("worked"))
                .as("docs/operations/capacity.md should hold:\n%s", expected)
                .endsWith("|\n" + expected + "\n");
    }

    @Test
    void tellsWhatFollowsFromTheInputs() {
        assertThat(read(GUIDE))
                .contains(String.format(Locale.ROOT, "| F | %.2f µs ", microsPerFrame()))
                .contains(String.format(Locale.ROOT, "| E | %.1f µs ", microsPerEnvelope()))
                .contains(String.format(
                        Locale.ROOT,
                        "| b, h | %.2f bytes per position in a frame, and %.1f per frame ",
                        bytesPerPosition(),
                        frameBytes(0) - in("k")));
    }

    @Test
    void publishesAsManyEnvelopesAsWereMeasured() {
        assertThat(published(20, 10, 2, 1, 20, TICK_HZ)).isCloseTo(in("p2"), within(0.03 * in("p2")));
        assertThat(published(10, 30, 2, 1, 20, TICK_HZ)).isCloseTo(in("p3"), within(0.03 * in("p3")));
        assertThat(published(100, 10, spread(3, 10), 1, 3, TICK_HZ)).isCloseTo(in("pC"), within(0.03 * in("pC")));
        assertThat(publishedByBoard(100, 10, 1.01, 1, 3, TICK_HZ)).isCloseTo(in("pA"), within(0.03 * in("pA")));
    }

    @Test
    void agreesWithTheClusterDesignOnPaper() {
        assertThat(published(1_000, 20, spread(3, 20), 0.3, 30, 20)).isCloseTo(54_000, within(500.0));

        double r = spread(200, 20);
        assertThat(r * published(500_000, 20, r, 0.3, 30, 20)).isCloseTo(1.1e9, within(0.05e9));
        assertThat(published(500_000 * 0.1, 20, 2, 0.3, 30, 20)).isCloseTo(1.9e6, within(0.05e6));
    }
}
