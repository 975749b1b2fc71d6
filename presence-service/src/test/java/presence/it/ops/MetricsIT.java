package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import presence.proto.Heartbeat;
import presence.proto.SignalSend;
import presence.testing.WithRedis;
import presence.testing.client.Metrics;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** The metrics of two working nodes. */
@WithRedis
class MetricsIT {
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private final TestRedis redis;

    MetricsIT(TestRedis redis) {
        this.redis = redis;
    }

    private static String scrape(TestNode node) {
        return Metrics.get("http://127.0.0.1:" + node.opsPort() + "/metrics").body();
    }

    @Test
    void eventsAreCountedByKindAndTimed() {
        Map<String, String> settings = Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                "metrics" + UUID.randomUUID(),
                "PRESENCE_NODE_HEARTBEAT_MS",
                "200");
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), "secret-board", "Ada-the-user");
                TestClient bob = TestClient.join(two.ws(), "secret-board", "Bob-the-user")) {
            ada.awaitNames("Ada-the-user", "Bob-the-user");
            bob.awaitNames("Ada-the-user", "Bob-the-user");
            ada.cursor(1, 2);
            bob.awaitCursor("Ada-the-user", 1, 2);
            ada.send(frame -> frame.setSignal(SignalSend.newBuilder().setType("wave")));
            bob.await("the signal", () -> !bob.signals().isEmpty());
            ada.send(frame -> frame.setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(1)));

            for (String sent : List.of("join", "cursor", "signal", "heartbeat")) {
                String name = "presence_frames_in_total{type=\"" + sent + "\"}";
                await(name).until(() -> one.metric(name) == 1);
            }
            assertThat(one.metric("presence_frames_out_total{type=\"change\"}"))
                    .as("Ada's node receives Bob's envelopes")
                    .isPositive();
            for (String got : List.of("roster", "cursors", "signal")) {
                assertThat(two.metric("presence_frames_out_total{type=\"" + got + "\"}"))
                        .as(got)
                        .isPositive();
            }
            assertThat(one.metric("presence_in_bytes_total")).isPositive();
            assertThat(two.metric("presence_out_bytes_total")).isPositive();
            for (String kind : List.of("cursors", "signal", "heartbeat")) {
                await(kind).until(() -> one.metric("presence_envelopes_published_total{type=\"" + kind + "\"}") > 0);
                await(kind).until(() -> two.metric("presence_envelopes_received_total{type=\"" + kind + "\"}") > 0);
            }
            await().untilAsserted(() -> {
                assertThat(two.metric("presence_cursor_age_seconds_count"))
                        .isEqualTo(two.metric("presence_positions_ticked_total"))
                        .isPositive();
                assertThat(two.metric("presence_cursor_age_seconds_bucket{le=\"+Inf\"}"))
                        .isEqualTo(two.metric("presence_cursor_age_seconds_count"));
            });
            for (String timed : List.of(
                    "presence_tick_lateness_seconds_count",
                    "presence_fanout_count",
                    "presence_publish_seconds_count",
                    "presence_heartbeat_echo_seconds_count",
                    "presence_eventloop_lag_seconds_count")) {
                await(timed).until(() -> one.metric(timed) > 0);
            }
            assertThat(one.metric("presence_redis_up")).isEqualTo(1);
            assertThat(one.metric("netty_allocator_memory_used")).isPositive();
            assertThat(one.metric("jvm_memory_used_bytes")).isPositive();
            assertThat(scrape(one)).doesNotContain("secret-board", "Ada-the-user");
        }
    }

    @Test
    void everySeriesIsThereFromTheStartAndThereAreNotMany() {
        try (TestNode node = TestNode.alone()) {
            List<String> before = scrape(node)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(MetricsIT::series)
                    .toList();
            try (TestClient ada = TestClient.join(node.ws(), "b", "Ada")) {
                ada.cursor(1, 1);
                await().until(() -> node.metric("presence_frames_in_total{type=\"cursor\"}") == 1);
                List<String> after = scrape(node)
                        .lines()
                        .filter(line -> line.startsWith("presence_"))
                        .map(MetricsIT::series)
                        .toList();
                assertThat(before).containsAll(after);
                assertThat(after).hasSizeLessThan(400);
            }
        }
    }

    private static String series(String line) {
        Matcher label = LABEL.matcher(line);
        return label.find() ? line.substring(0, line.lastIndexOf(' ')) : line.split(" ", 2)[0];
    }
}
