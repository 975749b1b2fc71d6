package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import presence.proto.Counts;
import presence.proto.Join;
import presence.proto.ServerFrame;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** The number of a board's observers outlives faults of nodes and of Redis. */
@WithRedis
class ObserverCountsIT {
    private static final String BOARD = "stage";

    private final String operatorUrl;
    private final String prefix = "t-" + UUID.randomUUID();
    private final Map<String, String> settings;

    ObserverCountsIT(TestRedis redis) {
        operatorUrl = redis.operatorUrl();
        settings = Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                prefix,
                "PRESENCE_NODE_HEARTBEAT_MS",
                "500",
                "PRESENCE_NODE_LEASE_MS",
                "3000");
    }

    private static TestClient observe(URI node) {
        TestClient client = TestClient.connect(node);
        client.send(frame -> frame.setJoin(
                Join.newBuilder().setBoard(BOARD).setObserver(true).setCounts(true)));
        return client;
    }

    private static void awaitObservers(TestClient client, int observers) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(client.frames().stream()
                                .filter(ServerFrame::hasCounts)
                                .map(ServerFrame::getCounts)
                                .reduce((before, last) -> last)
                                .map(Counts::getObservers))
                        .hasValue(observers));
    }

    @Test
    void theObserversOfAKilledNodeAreNotCounted() {
        try (TestNode survivor = TestNode.start(settings);
                NodeProcess victim = NodeProcess.start(settings);
                TestClient here = observe(survivor.ws());
                TestClient there = observe(victim.ws());
                TestClient also = observe(victim.ws())) {
            awaitObservers(here, 3);
            awaitObservers(also, 3);
            victim.close();
            awaitObservers(here, 1);
            there.close();
        }
    }

    @Test
    void afterAllKeysAreLostTheNumbersAreStoredAgain() {
        RedisClient client = RedisClient.create(operatorUrl);
        try (var operator = client.connect();
                TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient here = observe(one.ws());
                TestClient there = observe(two.ws())) {
            awaitObservers(here, 2);
            awaitObservers(there, 2);
            String key = prefix + ":obs:{" + prefix + ":board:" + BOARD + "}";
            await().untilAsserted(() -> assertThat(operator.sync().hgetall(key)).hasSize(2));
            operator.sync().keys(prefix + ":*").forEach(lost -> operator.sync().del(lost));
            // The next heartbeat notices the loss; what a node renews anyway comes after half a minute.
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() ->
                            assertThat(operator.sync().hgetall(key).values()).containsExactly("1", "1"));
            awaitObservers(here, 2);
        } finally {
            client.shutdown();
        }
    }
}
