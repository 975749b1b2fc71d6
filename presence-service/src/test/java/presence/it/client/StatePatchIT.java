package presence.it.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.proto.Envelope;
import presence.proto.Join;
import presence.proto.NodeHeartbeat;
import presence.proto.StatePatch;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/**
 * A change of a member's state is sent to other nodes as a change, not as the whole member, if all nodes can read it.
 */
@WithRedis
class StatePatchIT {
    private static final String BOARD = "b";
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final String prefix = "t-" + UUID.randomUUID();
    private final TestNode one;
    private final TestNode two;
    private final RedisClient redis;
    private final StatefulRedisPubSubConnection<String, byte[]> listener;
    private final List<byte[]> heard = new CopyOnWriteArrayList<>();
    private TestClient ada;
    private TestClient bob;

    @SuppressWarnings("NullAway.Init") // they join before each test
    StatePatchIT(TestRedis redis) {
        Map<String, String> settings = Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                prefix,
                "PRESENCE_GRACE_MS",
                "0",
                // A test that is fast enough would exceed a client's own limits, and its last state be refused.
                "PRESENCE_STATES_PER_SECOND",
                "0",
                "PRESENCE_EVENT_BYTES_PER_SECOND",
                "0",
                "PRESENCE_BOARD_WRITE_BYTES_PER_SECOND",
                "65536");
        one = TestNode.start(settings);
        two = TestNode.start(settings);
        this.redis = RedisClient.create(redis.operatorUrl());
        listener = this.redis.connectPubSub(CODEC);
        listener.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, byte[] message) {
                heard.add(message);
            }
        });
        listener.sync().subscribe(prefix + ":board:" + BOARD);
    }

    @BeforeEach
    void join() {
        ada = TestClient.connect(one.ws());
        joinLarge(ada);
        bob = TestClient.join(two.ws(), BOARD, "Bob");
        bob.await("Ada", () -> bob.members().size() == 2);
        // The nodes may hear of both joins before this test does.
        await("both joins")
                .until(() -> deltas().stream()
                                .mapToInt(envelope -> envelope.getDelta().getUpsertedCount())
                                .sum()
                        >= 2);
        heard.clear();
    }

    private void joinLarge(TestClient client) {
        client.send(frame -> frame.setJoin(
                Join.newBuilder().setBoard(BOARD).putState("large", ByteString.copyFrom(new byte[3_900]))));
        client.await("roster", client::isComplete);
    }

    @AfterEach
    void stop() {
        assertThat(bob.complaints()).isEmpty();
        assertThat(ada.errors()).as("refused").isEmpty();
        ada.close();
        bob.close();
        two.close();
        one.close();
        listener.close();
        redis.shutdown();
    }

    private void set(int bytes) {
        ada.send(frame -> frame.setState(StatePatch.newBuilder().putSet("k", ByteString.copyFrom(new byte[bytes]))));
        bob.await(
                "the state of Ada",
                () -> bob.members().stream()
                        .anyMatch(member -> member.getStateMap().containsKey("k")
                                && member.getStateMap().get("k").size() == bytes
                                && member.getStateMap().get("large").size() == 3_900));
    }

    private List<Envelope> deltas() {
        return heard.stream()
                .map(StatePatchIT::parse)
                .filter(Envelope::hasDelta)
                .toList();
    }

    private static Envelope parse(byte[] message) {
        try {
            return Envelope.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPatchOfAByteIsPublishedAsAPatch() {
        for (int bytes = 1; bytes <= 5; bytes++) {
            set(bytes);
        }
        assertThat(deltas()).hasSizeGreaterThanOrEqualTo(5).allSatisfy(envelope -> {
            assertThat(envelope.getDelta().getUpsertedList()).isEmpty();
            assertThat(envelope.getDelta().getPatchedList()).hasSize(1);
            assertThat(envelope.getSerializedSize()).isLessThan(200);
        });
        try (TestClient late = TestClient.join(two.ws(), BOARD, "Late")) {
            assertThat(late.members())
                    .filteredOn(member -> member.getStateMap().containsKey("k"))
                    .singleElement()
                    .matches(member -> member.getStateMap().get("k").size() == 5);
        }
    }

    @Test
    void besideANodeOfTheReleaseBeforeRecordsAreComplete() {
        String old = UUID.randomUUID().toString();
        byte[] heartbeat = Envelope.newBuilder()
                .setNode(old)
                .setVersion(1)
                .setHeartbeat(NodeHeartbeat.newBuilder().setSentMs(1))
                .build()
                .toByteArray();
        var commands = redis.connect(CODEC).sync();
        commands.psetex(prefix + ":inst:{" + old + "}", 60_000, "0".getBytes(UTF_8));
        await("a digest for missed changes").until(() -> {
            commands.publish(prefix + ":global", heartbeat);
            return heard.stream().map(StatePatchIT::parse).anyMatch(Envelope::hasDigest);
        });
        heard.clear();
        set(7);
        await().untilAsserted(() -> assertThat(deltas()).isNotEmpty());
        assertThat(deltas()).allSatisfy(envelope -> {
            assertThat(envelope.getDelta().getPatchedList()).isEmpty();
            assertThat(envelope.getDelta().getUpsertedList()).hasSize(1);
        });
    }

    @Test
    void aBoardWritesSoManyBytesPerSecondAndTheLastStateArrives() {
        for (int i = 1; i <= 100; i++) {
            int bytes = i;
            ada.send(
                    frame -> frame.setState(StatePatch.newBuilder().putSet("k", ByteString.copyFrom(new byte[bytes]))));
            if (i % 4 == 0) {
                bob.await(
                        "some state",
                        () -> bob.members().stream()
                                .anyMatch(member -> member.getStateMap().containsKey("k")));
            }
        }
        set(101);
        // Together more than a second's bytes at each turn, so that two turns a second are enough on a slow machine.
        List<TestClient> crowd = IntStream.range(0, 20)
                .mapToObj(i -> TestClient.connect(one.ws()))
                .toList();
        try {
            crowd.forEach(this::joinLarge);
            for (int i = 0; one.metric("presence_writes_deferred_total") == 0 && i < 100; i++) {
                ByteString value = ByteString.copyFrom(new byte[i]);
                crowd.forEach(one ->
                        one.send(frame -> frame.setState(StatePatch.newBuilder().putSet("k", value))));
                set(i);
            }
            assertThat(one.metric("presence_writes_deferred_total")).isPositive();
        } finally {
            crowd.forEach(TestClient::close);
        }
    }
}
