package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.client.Metrics;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.Ports;
import presence.testing.process.RedisServer;
import presence.testing.process.TcpProxy;
import presence.testing.process.TestNode;

/** Redis becomes unavailable and returns; boards keep working. */
@Tag("redis")
class RedisFaultsIT {
    private static final String BOARD = "fault";
    private static final Duration HEALED = Duration.ofSeconds(15);

    private RedisServer redis;

    @BeforeEach
    void startRedis() {
        redis = RedisServer.start();
    }

    @AfterEach
    void stopRedis() {
        redis.close();
    }

    @Test
    void afterRedisWasKilledAndRestartedEmptyEverythingIsBack() {
        try (TestNode one = TestNode.on(redis.url(), "presence");
                TestNode two = TestNode.on(redis.url(), "presence");
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            redis.kill();
            await().untilAsserted(() -> assertThat(ready(one)).contains("degraded"));

            // Local members keep working, and members who join meanwhile are shown when Redis is back.
            try (TestClient cleo = TestClient.join(one.ws(), BOARD, "Cleo")) {
                ada.awaitNames("Ada", "Bob", "Cleo");
                cleo.cursor(7, 8);
                ada.awaitCursor("Cleo", 7, 8);
                ada.cursor(11, 12);

                redis.startAgain();
                await().atMost(HEALED).untilAsserted(() -> {
                    assertThat(ready(one)).contains("\"state\":\"ready\"");
                    assertThat(bob.names()).containsExactly("Ada", "Bob", "Cleo");
                });
                // Without another move: positions dropped meanwhile are sent again.
                bob.awaitCursor("Ada", 11, 12);
                bob.awaitCursor("Cleo", 7, 8);
                bob.cursor(3, 4);
                ada.awaitCursor("Bob", 3, 4);
                assertThat(ada.leftSeen()).isZero();
                assertThat(bob.leftSeen()).isZero();
                assertThat(ada.complaints()).isEmpty();
            }
        }
    }

    @Test
    void afterTheSubscriptionWasKilledJoinsAreSeenAgain() {
        subscriptionsOrCommandsKilled(KillArgs.Builder.typePubsub());
    }

    @Test
    void afterTheCommandConnectionsWereKilledJoinsAreSeenAgain() {
        subscriptionsOrCommandsKilled(KillArgs.Builder.typeNormal().skipme());
    }

    private void subscriptionsOrCommandsKilled(KillArgs victims) {
        RedisClient client = RedisClient.create(redis.operatorUrl());
        try (var operator = client.connect();
                TestNode one = TestNode.on(redis.url(), "presence");
                TestNode two = TestNode.on(redis.url(), "presence");
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            for (int round = 0; round < 3; round++) {
                assertThat(operator.sync().clientKill(victims)).isPositive();
                ada.cursor(round, round);
                String name = "Cleo-" + round;
                try (TestClient cleo = TestClient.join(two.ws(), BOARD, name)) {
                    ada.awaitNames("Ada", "Bob", name);
                    cleo.awaitNames("Ada", "Bob", name);
                    cleo.closeNormally();
                }
                ada.awaitNames("Ada", "Bob");
                bob.awaitCursor("Ada", round, round);
            }
            assertThat(ada.complaints()).isEmpty();
            assertThat(bob.complaints()).isEmpty();
        } finally {
            client.shutdown();
        }
    }

    @Test
    void withoutRedisAtStartTheNodeExitsAndSaysWhy() throws IOException {
        String url = "redis://127.0.0.1:" + Ports.free();
        try (NodeProcess node = NodeProcess.launch(Map.of("REDIS_URL", url))) {
            assertThat(node.waitFor(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(node.log())
                    .contains("cannot connect to Redis at 127.0.0.1:")
                    .contains("refused");
        }
    }

    @Test
    void aRedisThatIsLateToAnswerAtStartIsAskedAgain() {
        try (TcpProxy proxy = TcpProxy.to(redis.port())) {
            proxy.blackHole(TcpProxy.Direction.TO_CLIENT);
            Map<String, String> settings =
                    Map.of("REDIS_URL", redis.url(proxy.port()), "PRESENCE_REDIS_TIMEOUT_MS", "300");
            CompletableFuture<TestNode> starting = CompletableFuture.supplyAsync(() -> TestNode.start(settings));
            await("an attempt").until(() -> !proxy.serverSidePorts().isEmpty());
            Set<Integer> first = proxy.serverSidePorts();
            await("another").until(() -> !first.containsAll(proxy.serverSidePorts()) || starting.isDone());
            proxy.pass();
            try (TestNode node = starting.join()) {
                await().untilAsserted(() -> assertThat(ready(node)).contains("\"state\":\"ready\""));
            }
        }
    }

    @Test
    void aRedisThatDoesNotAnswerForTheTimeOfTheStartEndsIt() {
        try (TcpProxy proxy = TcpProxy.to(redis.port())) {
            proxy.blackHole(TcpProxy.Direction.TO_CLIENT);
            Map<String, String> settings = Map.of(
                    "REDIS_URL",
                    redis.url(proxy.port()),
                    "PRESENCE_REDIS_TIMEOUT_MS",
                    "300",
                    "PRESENCE_REDIS_START_MS",
                    // On a busy machine the first try alone takes a second.
                    "4000");
            try (NodeProcess node = NodeProcess.launch(settings)) {
                // The default limit alone is longer.
                assertThat(node.waitFor(Duration.ofSeconds(15))).isEqualTo(1);
                assertThat(node.log()).contains("redis did not answer in time, retrying", "no answer in time");
            }
        }
    }

    @Test
    void aNodeThatDoesNotRequireRedisStartsAloneAndFindsItLater() {
        redis.kill();
        Map<String, String> settings = Map.of("REDIS_URL", redis.url(), "PRESENCE_REDIS_REQUIRED", "false");
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            assertThat(ready(one)).contains("degraded");
            redis.startAgain();
            await().atMost(HEALED).untilAsserted(() -> {
                assertThat(ada.names()).containsExactly("Ada", "Bob");
                assertThat(bob.names()).containsExactly("Ada", "Bob");
                assertThat(ready(one)).contains("\"state\":\"ready\"");
            });
        }
    }

    @Test
    void anOutageIsOneWarningAndNotOnePerMessage() {
        try (NodeProcess node = NodeProcess.start(Map.of("REDIS_URL", redis.url()));
                TestClient ada = TestClient.join(node.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(node.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            redis.kill();
            await().until(() -> node.log().contains("redis connection lost;"));
            for (int i = 0; i < 100; i++) {
                ada.send(frame ->
                        frame.setSignal(presence.proto.SignalSend.newBuilder().setType("wave")));
                ada.cursor(i, i);
            }
            bob.await("all signals", () -> bob.signals().size() == 100);
            bob.awaitCursor("Ada", 99, 99);
            await().until(() -> node.metric("presence_publish_failures_total") >= 100);
            // Whichever failed first: the line counts all failures.
            assertThat(node.log().lines().filter(line -> line.contains(" alsoSince=")))
                    .hasSize(1);
            assertThat(node.log().lines().filter(line -> line.contains("redis connection lost;")))
                    .hasSize(1);
            assertThat(node.log()).doesNotContain("\tat ").doesNotContain("lost its data");
        }
    }

    private static String ready(TestNode node) {
        return Metrics.get("http://127.0.0.1:" + node.opsPort() + "/health/ready")
                .body();
    }
}
