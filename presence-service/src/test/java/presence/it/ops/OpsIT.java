package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import presence.testing.WithRedis;
import presence.testing.client.Metrics;
import presence.testing.client.TestClient;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** The operators' port reports the state of a node and its cluster. */
@WithRedis
class OpsIT {
    /** The longest backoff of a connection, and three of them. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestRedis redis;

    OpsIT(TestRedis redis) {
        this.redis = redis;
    }

    private static JsonObject json(TestNode node, String path) {
        return JsonParser.parseString(
                        Metrics.get("http://127.0.0.1:" + node.opsPort() + path).body())
                .getAsJsonObject();
    }

    private static int status(TestNode node, String path) {
        return Metrics.get("http://127.0.0.1:" + node.opsPort() + path).statusCode();
    }

    @Test
    void statsCountThisNodeAndTheCluster() {
        Map<String, String> settings = Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                "stats" + UUID.randomUUID(),
                "PRESENCE_NODE_HEARTBEAT_MS",
                "200",
                "SERVER_ID",
                "blue");
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), "b1", "Ada");
                TestClient bob = TestClient.join(one.ws(), "b2", "Bob");
                TestClient cem = TestClient.join(two.ws(), "b1", "Cem")) {
            await("all is reported").untilAsserted(() -> {
                JsonObject stats = json(one, "/stats");
                assertThat(stats.get("total_instances").getAsInt()).isEqualTo(2);
                assertThat(stats.get("total_connections").getAsInt()).isEqualTo(3);
                assertThat(stats.get("total_members").getAsInt()).isEqualTo(3);
                assertThat(stats.get("total_users").getAsInt()).isEqualTo(3);
            });
            JsonObject stats = json(one, "/stats");
            assertThat(stats.get("node").getAsString()).isEqualTo(one.id());
            assertThat(stats.get("label").getAsString()).isEqualTo("blue");
            assertThat(stats.get("state").getAsString()).isEqualTo("ready");
            assertThat(stats.get("local_connections").getAsInt()).isEqualTo(2);
            assertThat(stats.get("local_users").getAsInt()).isEqualTo(2);
            assertThat(stats.get("local_members").getAsInt()).isEqualTo(2);
            assertThat(stats.get("boards").getAsInt()).isEqualTo(2);
            assertThat(stats.get("redis_enabled").getAsBoolean()).isTrue();
            assertThat(stats.get("redis").getAsString()).isEqualTo("up");
            ada.cursor(1, 1);
            await("rates")
                    .until(() -> json(one, "/stats")
                                    .getAsJsonObject("rates")
                                    .get("frames_in")
                                    .getAsDouble()
                            > 0);
            assertThat(bob.complaints()).isEmpty();
            assertThat(cem.complaints()).isEmpty();
        }
    }

    @Test
    void aNodeAloneCountsItself() {
        try (TestNode node = TestNode.alone();
                TestClient ada = TestClient.join(node.ws(), "b1", "Ada")) {
            await().until(() -> json(node, "/stats").get("total_users").getAsInt() == 1);
            JsonObject stats = json(node, "/stats");
            assertThat(stats.get("redis_enabled").getAsBoolean()).isFalse();
            assertThat(stats.get("redis").getAsString()).isEqualTo("off");
            assertThat(stats.get("total_instances").getAsInt()).isEqualTo(1);
            assertThat(stats.get("total_connections").getAsInt()).isEqualTo(1);
            JsonObject ready = json(node, "/health/ready");
            assertThat(ready.get("state").getAsString()).isEqualTo("ready");
            assertThat(ready.get("reason").getAsString()).isEmpty();
            assertThat(ready.getAsJsonObject("redis").get("enabled").getAsBoolean())
                    .isFalse();
            assertThat(ada.complaints()).isEmpty();
        }
    }

    @Test
    void problemsWithRedisAreReportedAndStatsStillAnswer() throws IOException {
        try (RedisServer server = RedisServer.start();
                TestNode lenient = TestNode.on(server.url(), "ops");
                TestNode strict = TestNode.start(Map.of(
                        "REDIS_URL",
                        server.url(),
                        "PRESENCE_PREFIX",
                        "ops",
                        "PRESENCE_READY_WITHOUT_REDIS",
                        "false"))) {
            assertThat(status(lenient, "/health/ready")).isEqualTo(200);
            assertThat(status(strict, "/health/ready")).isEqualTo(200);

            server.kill();

            await().untilAsserted(() -> {
                JsonObject ready = json(lenient, "/health/ready");
                assertThat(ready.get("state").getAsString()).isEqualTo("degraded");
                assertThat(ready.get("ready").getAsBoolean()).isTrue();
                assertThat(ready.get("reason").getAsString()).isEqualTo("redis cannot be reached");
                assertThat(ready.getAsJsonObject("redis").get("commands").getAsBoolean())
                        .isFalse();
            });
            assertThat(status(lenient, "/health/ready")).isEqualTo(200);
            await().until(() -> status(strict, "/health/ready") == 503);
            JsonObject stats = json(lenient, "/stats");
            assertThat(stats.get("redis").getAsString()).isEqualTo("down");
            assertThat(stats.get("total_users").isJsonNull()).isTrue();

            server.startAgain();

            await().atMost(SOON).until(() -> status(strict, "/health/ready") == 200);
            assertThat(json(strict, "/health/ready")
                            .getAsJsonObject("redis")
                            .get("up")
                            .getAsBoolean())
                    .isTrue();
        }
    }

    @Test
    void otherPathsAndMethodsAreRefused() {
        try (TestNode node = TestNode.alone()) {
            assertThat(status(node, "/nothing")).isEqualTo(404);
            assertThat(status(node, "/audit")).isEqualTo(405);
            assertThat(status(node, "/health/live")).isEqualTo(200);
            assertThat(status(node, "/stats?pretty")).isEqualTo(200);
        }
    }
}
