package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import presence.testing.process.NodeProcess;
import presence.testing.process.SlowLink;
import presence.testing.process.Tool;

/** A viewer on a slow link gets few cursor frames of a busy board, and none of them old. */
@Requires(Tool.NETWORK_NAMESPACES)
// Keeps bounds of half a second: it runs alone.
@Tag("fault")
class SlowLinkIT {
    private static final Pattern REPORT =
            Pattern.compile("positions=(\\d+) p50=(-?\\d+) p99=(-?\\d+) told50=(-?\\d+) closed=(\\w+)");

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
                String report = link.java(
                        Duration.ofSeconds(60),
                        AgeViewer.class,
                        "ws://" + link.serverAddress() + ":" + node.publicPort() + "/ws",
                        "slow",
                        "5",
                        "8");
                System.out.println("[slow link] " + rate + " " + report.strip());
                Matcher found = REPORT.matcher(report);
                assertThat(found.find()).as(report).isTrue();
                assertThat(Long.parseLong(found.group(1))).as("positions").isGreaterThan(1_000);
                assertThat(found.group(5)).as("closed").isEqualTo("false");
                long median = Long.parseLong(found.group(2));
                assertThat(Long.parseLong(found.group(3)))
                        .as("99th percentile of the true ages, ms")
                        .isBetween(0L, boundMs);
                // The node cannot know how long its last frame is in the link: 1.4 kB, 45 ms at 256 kbit/s.
                assertThat(Long.parseLong(found.group(4)))
                        .as("median of the reported ages; true median " + median)
                        .isBetween((median - 50) / 3, 2 * median + 50);
            } finally {
                pace.shutdownNow();
                movers.forEach(TestClient::close);
            }
        }
    }
}
