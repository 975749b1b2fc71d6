package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import presence.proto.Envelope;
import presence.proto.NodeDead;
import presence.proto.Reap;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** Nodes that die, and nodes that are wrongly treated as dead. */
@WithRedis
class NodeDeathIT {
    private static final String BOARD = "mortal";

    private final String url;
    private final String operatorUrl;
    private final String prefix = "t-" + UUID.randomUUID();
    private final Map<String, String> settings;

    NodeDeathIT(TestRedis redis) {
        url = redis.url();
        operatorUrl = redis.operatorUrl();
        settings = Map.of(
                "REDIS_URL",
                url,
                "PRESENCE_PREFIX",
                prefix,
                "PRESENCE_NODE_HEARTBEAT_MS",
                "500",
                "PRESENCE_NODE_LEASE_MS",
                "3000");
    }

    @Test
    void theMembersOfAKilledNodeLeaveAndItsKeysAreRemoved() {
        RedisClient client = RedisClient.create(operatorUrl);
        try (var operator = client.connect();
                TestNode survivor = TestNode.start(settings);
                NodeProcess victim = NodeProcess.start(settings);
                TestClient ada = TestClient.join(survivor.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(victim.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            String id = victim.id();
            victim.close();
            ada.awaitNames("Ada");
            assertThat(ada.complaints()).isEmpty();
            await().untilAsserted(() ->
                    assertThat(operator.sync().keys(prefix + ":*" + id + "*")).isEmpty());
            assertThat(survivor.metric("presence_node_deaths_total")).isEqualTo(1);
            bob.close();
        } finally {
            client.shutdown();
        }
    }

    @Test
    void aNodeDeclaredDeadByMistakeComesBackUnderAnotherIncarnation() throws Exception {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            bob.cursor(1, 2);
            ada.awaitCursor("Bob", 1, 2);
            publish(
                    ":global",
                    Envelope.newBuilder().setDead(NodeDead.newBuilder().setOrigin(two.id() + ":0")));
            await().untilAsserted(() ->
                    assertThat(two.metric("presence_node_incarnations_total")).isEqualTo(1));
            ada.awaitNames("Ada", "Bob");
            ada.awaitCursor("Bob", 1, 2);
            bob.cursor(5, 5);
            ada.awaitCursor("Bob", 5, 5);
            assertThat(bob.leftSeen()).isZero();
            assertThat(ada.complaints()).isEmpty();
        }
    }

    @Test
    void aSegmentRemovedByMistakeIsWrittenAgainWithAllMembers() throws Exception {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            publish(
                    ":board:" + BOARD,
                    Envelope.newBuilder().setReap(Reap.newBuilder().setOrigin(two.id() + ":0")));
            // The owner answers with its digest, and nodes that applied the removal read the segment again.
            await().untilAsserted(() ->
                    assertThat(one.metric("presence_resyncs_total")).isPositive());
            ada.awaitNames("Ada", "Bob");
            assertThat(bob.names()).containsExactly("Ada", "Bob");
            assertThat(bob.leftSeen()).isZero();
        }
    }

    @Test
    void losingAllKeysIsNoticedByTheNextHeartbeat() {
        RedisClient client = RedisClient.create(operatorUrl);
        try (var operator = client.connect();
                TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            operator.sync().keys(prefix + ":*").forEach(key -> operator.sync().del(key));
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(operator.sync().keys(prefix + ":seg:*")).hasSize(2));
            assertThat(ada.leftSeen()).isZero();
            assertThat(bob.leftSeen()).isZero();
        } finally {
            client.shutdown();
        }
    }

    private void publish(String channel, Envelope.Builder envelope) {
        RedisClient client = RedisClient.create(operatorUrl);
        try (var operator = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))) {
            // Other nodes accept envelopes only from nodes with a lease.
            String node = UUID.randomUUID().toString();
            operator.sync().psetex(prefix + ":inst:{" + node + "}", 10_000, "0".getBytes(StandardCharsets.UTF_8));
            operator.sync()
                    .publish(
                            prefix + channel,
                            envelope.setNode(node).setVersion(1).build().toByteArray());
        } finally {
            client.shutdown();
        }
    }
}
