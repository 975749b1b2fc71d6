package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import presence.testing.Requires;
import presence.testing.client.AgeViewer;
import presence.testing.client.TestClient;
import presence.testing.process.JavaProgram;
import presence.testing.process.NodeProcess;
import presence.testing.process.SlowLink;
import presence.testing.process.Tool;

/** A viewer on a slow link gets few cursor frames of a busy board, and none of them old. */
@Requires(Tool.NETWORK_NAMESPACES)
// Keeps bounds of half a second.
@Tag("fault")
class SlowLinkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern REPORT =
            Pattern.compile("positions=(\\d+) p50=(-?\\d+) p99=(-?\\d+) told50=(-?\\d+) stalled=(\\d+) closed=(\\w+)");

    @ParameterizedTest
    @CsvSource({"100kbit, 100, 1000", "256kbit, 250, 500"})
    void showsThePresent(String rate, int people, long boundMs) {
        try (NodeProcess node = NodeProcess.start(Map.of("PRESENCE_BIND", "0.0.0.0"));
                SlowLink link = new SlowLink(rate)) {
            ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
            List<TestClient> movers = new ArrayList<>();
            try {
                for (int i = 0; i < people; i++) {
                    movers.add(TestClient.join(node.ws(), "slow", "m" + i));
                }
                pace.scheduleAtFixedRate(
                        () -> movers.forEach(mover -> mover.cursor(AgeViewer.now(), 0)), 0, 50, TimeUnit.MILLISECONDS);
                CompletableFuture<Ages> watchedHere = CompletableFuture.supplyAsync(
                        () -> Ages.read(JavaProgram.run(PATIENCE, AgeViewer.class, watching(node.ws()))));
                Ages slow = Ages.read(link.java(
                        PATIENCE,
                        AgeViewer.class,
                        watching(URI.create("ws://" + link.serverAddress() + ":" + node.publicPort() + "/ws"))));
                Ages fast = watchedHere.join();
                System.out.println("[slow link] " + rate + " " + slow + ", without the link " + fast);
                assertThat(slow.positions()).as("positions").isGreaterThan(1_000);
                assertThat(slow.closed()).as("closed").isFalse();
                // What clients and node wait for the CPU is no part of the bound. Both viewers see what movers and node
                // wait; what the viewer itself waits it tells.
                assertThat(slow.p99())
                        .as("99th percentile of the true ages, ms; %s, without the link %s", slow, fast)
                        .isBetween(0L, boundMs + fast.p99() + slow.stalled());
                // The node cannot know how long its last frame is in the link: 1.4 kB, 45 ms at 256 kbit/s.
                assertThat(slow.told())
                        .as("median of the reported ages; true medians " + slow.median() + " and " + fast.median())
                        .isBetween((slow.median() - fast.median() - 50) / 3, 2 * slow.median() + 50);
            } finally {
                pace.shutdownNow();
                movers.forEach(TestClient::close);
            }
        }
    }

    private static String[] watching(URI url) {
        return new String[] {url.toString(), "slow", "5", "8"};
    }

    /** What a viewer reports, in milliseconds. */
    private record Ages(long positions, long median, long p99, long told, long stalled, boolean closed) {
        static Ages read(String report) {
            Matcher found = REPORT.matcher(report);
            assertThat(found.find()).as(report).isTrue();
            return new Ages(
                    Long.parseLong(found.group(1)),
                    Long.parseLong(found.group(2)),
                    Long.parseLong(found.group(3)),
                    Long.parseLong(found.group(4)),
                    Long.parseLong(found.group(5)),
                    Boolean.parseBoolean(found.group(6)));
        }
    }
}
