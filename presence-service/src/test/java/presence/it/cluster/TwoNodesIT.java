package presence.it.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.proto.Envelope;
import presence.proto.Leave;
import presence.proto.Profile;
import presence.proto.SignalSend;
import presence.proto.StatePatch;
import presence.proto.Status;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** The checklist: two nodes, one Redis, real sockets. */
@WithRedis
class TwoNodesIT {
    private static final String BOARD = "board-42";

    private final String url;
    private final String operatorUrl;
    private final String prefix = "t-" + UUID.randomUUID();
    private final TestNode one;
    private final TestNode two;

    TwoNodesIT(TestRedis redis) {
        url = redis.url();
        operatorUrl = redis.operatorUrl();
        one = node();
        two = node();
    }

    private TestNode node() {
        return TestNode.start(Map.of(
                "REDIS_URL", url, "PRESENCE_PREFIX", prefix, "PRESENCE_LINGER_SECONDS", "0", "PRESENCE_GRACE_MS", "0"));
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    @Test
    void joinsAndLeavesAreSeenOnBothNodes() {
        try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            try (TestClient cleo = TestClient.join(two.ws(), BOARD, "Cleo")) {
                ada.awaitNames("Ada", "Bob", "Cleo");
                cleo.awaitNames("Ada", "Bob", "Cleo");
                cleo.send(frame -> frame.setLeave(Leave.getDefaultInstance()));
                ada.awaitNames("Ada", "Bob");
                bob.awaitNames("Ada", "Bob");
            }
            bob.closeNormally();
            ada.awaitNames("Ada");
            assertThat(ada.complaints()).isEmpty();
            assertThat(bob.complaints()).isEmpty();
        }
    }

    @Test
    void aConnectionThatBreaksLeavesOnBothNodes() {
        try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.abort();
            ada.awaitNames("Ada");
        }
    }

    @Test
    void cursorsAreSynchronisedAcrossNodes() {
        try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            for (int i = 1; i <= 50; i++) {
                ada.cursor(i * 16, -i * 16);
                bob.cursor(-i, i);
            }
            bob.awaitCursor("Ada", 800, -800);
            ada.awaitCursor("Bob", -50, 50);
            assertThat(ada.complaints()).isEmpty();
        }
    }

    @Test
    void aLaterMemberSeesStateAndPositionsOfTheOtherNode() {
        try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            ada.cursor(320, 480);
            ada.send(frame -> frame.setState(StatePatch.newBuilder()
                    .putSet("tool", ByteString.copyFromUtf8("pen"))
                    .setStatus(Status.STATUS_BUSY)
                    .setProfile(Profile.newBuilder().setName("Ada L.").setColor("#e91e63"))));
            ada.awaitNames("Ada L.");
            try (TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
                bob.awaitNames("Ada L.", "Bob");
                bob.awaitCursor("Ada L.", 320, 480);
                assertThat(bob.member("Ada L.").getStateMap()).containsKey("tool");
                assertThat(bob.member("Ada L.").getStatus()).isEqualTo(Status.STATUS_BUSY);
                assertThat(bob.member("Ada L.").getProfile().getColor()).isEqualTo("#e91e63");
                ada.send(frame -> frame.setState(StatePatch.newBuilder().addUnset("tool")));
                bob.await("unset", () -> bob.member("Ada L.").getStateMap().isEmpty());
            }
        }
    }

    @Test
    void signalsCrossNodesToAllOrToSome() {
        try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob");
                TestClient cleo = TestClient.join(two.ws(), BOARD, "Cleo")) {
            ada.awaitNames("Ada", "Bob", "Cleo");
            bob.awaitNames("Ada", "Bob", "Cleo");
            cleo.awaitNames("Ada", "Bob", "Cleo");
            ada.send(frame -> frame.setSignal(SignalSend.newBuilder()
                    .setType("only-bob")
                    .addTo(ada.member("Bob").getSlot())));
            ada.send(frame -> frame.setSignal(SignalSend.newBuilder().setType("all")));
            bob.await("both signals", () -> bob.signals().size() == 2);
            cleo.await("one signal", () -> !cleo.signals().isEmpty());
            assertThat(cleo.signals()).extracting(signal -> signal.getType()).containsExactly("all");
            assertThat(bob.signals())
                    .allMatch(signal -> signal.getFrom() == bob.member("Ada").getSlot());
            assertThat(ada.signals()).isEmpty();
        }
    }

    @Test
    void observersWatchAcrossNodesAndAreNotListed() {
        try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient watcher = TestClient.connect(two.ws())) {
            watcher.send(frame -> frame.setJoin(
                    presence.proto.Join.newBuilder().setBoard(BOARD).setObserver(true)));
            watcher.awaitNames("Ada");
            assertThat(watcher.roster().getYou()).isZero();
            ada.cursor(5, 6);
            watcher.awaitCursor("Ada", 5, 6);
            assertThat(ada.names()).containsExactly("Ada");
        }
    }

    @Test
    void envelopesCarryTheUuidOfTheirNodeAndOwnEchoesAreDropped() {
        List<Envelope> seen = new CopyOnWriteArrayList<>();
        List<String> channels = new CopyOnWriteArrayList<>();
        RedisClient client = RedisClient.create(operatorUrl);
        try (StatefulRedisPubSubConnection<String, byte[]> tap =
                client.connectPubSub(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))) {
            tap.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String pattern, String channel, byte[] message) {
                    try {
                        seen.add(channel.endsWith(":users") ? json(message) : Envelope.parseFrom(message));
                        channels.add(channel);
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            tap.sync().psubscribe(prefix + ":*");
            try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                    TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
                ada.awaitNames("Ada", "Bob");
                ada.cursor(1, 2);
                bob.awaitCursor("Ada", 1, 2);
                await().untilAsserted(() -> {
                    assertThat(seen)
                            .anyMatch(envelope ->
                                    envelope.hasDelta() && envelope.getNode().equals(one.id()));
                    assertThat(seen)
                            .anyMatch(envelope ->
                                    envelope.hasDelta() && envelope.getNode().equals(two.id()));
                    assertThat(seen)
                            .anyMatch(envelope ->
                                    envelope.hasCursors() && envelope.getNode().equals(one.id()));
                    assertThat(seen).anyMatch(Envelope::hasUser);
                });
                assertThat(channels).contains(prefix + ":board:" + BOARD);
                await().untilAsserted(() ->
                        assertThat(one.metric("presence_echoes_dropped_total")).isPositive());
                // No echoes: each saw the other join, and not itself.
                assertThat(ada.joinedSeen()).isEqualTo(1);
                assertThat(ada.complaints()).isEmpty();
            }
        } finally {
            client.shutdown();
        }
    }

    /** A script in Redis says who is online: it writes JSON. */
    private static Envelope json(byte[] message) throws InvalidProtocolBufferException {
        Envelope.Builder envelope = Envelope.newBuilder();
        JsonFormat.parser().merge(new String(message, UTF_8), envelope);
        return envelope.build();
    }

    @Test
    void anEmptyBoardHasNoSubscriptionAndLeavesNoKey() {
        RedisClient client = RedisClient.create(operatorUrl);
        try (var connection = client.connect()) {
            RedisCommands<String, String> redis = connection.sync();
            String channel = prefix + ":board:" + BOARD;
            try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                    TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
                ada.awaitNames("Ada", "Bob");
                assertThat(redis.pubsubNumsub(channel)).containsEntry(channel, 2L);
                bob.closeNormally();
                ada.awaitNames("Ada");
                await().untilAsserted(
                                () -> assertThat(redis.pubsubNumsub(channel)).containsEntry(channel, 1L));
                ada.closeNormally();
            }
            await().untilAsserted(() -> {
                assertThat(redis.pubsubNumsub(channel)).containsEntry(channel, 0L);
                assertThat(redis.keys(prefix + ":*{" + channel + "}*")).isEmpty();
            });
            await().until(() -> one.metric("presence_boards") == 0);
        } finally {
            client.shutdown();
        }
    }

    @Test
    void everyKeyExpires() {
        RedisClient client = RedisClient.create(operatorUrl);
        try (var connection = client.connect();
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            List<String> keys = connection.sync().keys(prefix + ":*");
            assertThat(keys).isNotEmpty();
            assertThat(keys).allMatch(key -> connection.sync().ttl(key) > 0);
        } finally {
            client.shutdown();
        }
    }
}
