package presence.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests an outage of Redis of ten minutes, with production constants and traffic on two nodes: the live heap does not
 * grow, and rosters are exact after it. The live heap is measured after a full collection each time.
 * {@code -Dpresence.fault.outage=N} is the outage in seconds.
 */
@Tag("long")
class LongOutageIT {
    private static final int NODES = 2;
    private static final int PEOPLE = 40;
    private static final int BOARDS = 6;
    private static final int MEASUREMENTS = 10;
    private static final Duration BEFORE = Duration.ofSeconds(30);
    private static final Duration BACK = Duration.ofSeconds(10);
    /** Tolerated growth: classes loaded late, buffers of the collector. */
    private static final double GROWTH = 1.10;

    private final Duration outage = Duration.ofSeconds(Integer.getInteger("presence.fault.outage", 600));
    private final long seed = Long.getLong("presence.fault.seed", System.nanoTime() & 0xFFFFFF);
    private final List<String> rows = new ArrayList<>();

    @Test
    void theHeapIsFlatOverALongOutageWithTraffic() throws IOException {
        Scale scale = new Scale(1);
        try (FaultFixture fixture =
                FaultFixture.on(Cluster.start(NODES, scale), PEOPLE, BOARDS, scale, new Random(seed))) {
            fixture.users().fill();
            fixture.users().churnFor(BEFORE);
            measure(fixture, "with Redis");
            fixture.cluster().redis().kill();
            List<Long> early = List.of();
            List<Long> late = List.of();
            for (int i = 1; i <= MEASUREMENTS; i++) {
                fixture.users().churnFor(outage.dividedBy(MEASUREMENTS));
                late = measure(
                        fixture,
                        "away for "
                                + outage.multipliedBy(i).dividedBy(MEASUREMENTS).toSeconds() + " s");
                early = early.isEmpty() ? late : early;
            }
            fixture.cluster().redis().startAgain();
            Convergence back = Convergence.await(() -> fixture.users().differences(Visibility.CLEAR), BACK);
            assertThat(back.remaining()).isEmpty();
            measure(fixture, "back, exact after " + back.after().toMillis() + " ms");
            for (int node = 0; node < NODES; node++) {
                assertThat((double) late.get(node))
                        .as("live bytes of node " + (node + 1) + " at the end of the outage")
                        .isLessThan(GROWTH * early.get(node));
            }
        } finally {
            report();
        }
    }

    /** Measures the live bytes on each node's heap. */
    private List<Long> measure(FaultFixture fixture, String when) {
        List<Long> live = fixture.cluster().places().stream()
                .map(place -> place.node().liveHeapBytes())
                .toList();
        String row = live.stream()
                .map(bytes -> String.format(Locale.ROOT, "%.2f", bytes / 1048576.0))
                .collect(Collectors.joining(" | ", "| " + when + " | ", " |"));
        System.out.println("[outage] " + row);
        rows.add(row);
        return live;
    }

    private void report() throws IOException {
        Path table = Path.of(System.getProperty("presence.artifacts")).resolve("outage-heap.md");
        Files.createDirectories(table.getParent());
        List<String> lines = new ArrayList<>(List.of(
                "seed " + seed + ", " + PEOPLE + " people on " + BOARDS + " boards, live heap after a full collection",
                "",
                "| Redis | node-1 (MiB) | node-2 (MiB) |",
                "|---|---|---|"));
        lines.addAll(rows);
        Files.write(table, lines);
    }
}
