package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.proto.Envelope;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** Cursors of a board that one node alone follows are published once a second at most, and in full as soon as not. */
@WithRedis
class UnheardCursorsIT {
    private static final String BOARD = "board-42";
    private static final int MOVES = 40;

    private final TestRedis redis;
    private final String prefix = "t-" + UUID.randomUUID();
    private final List<TestNode> nodes = new ArrayList<>();

    UnheardCursorsIT(TestRedis redis) {
        this.redis = redis;
    }

    @AfterEach
    void stop() {
        nodes.forEach(TestNode::close);
    }

    @Test
    void aLoneNodePublishesOnceASecondAtMost() {
        TestNode node = node(Map.of());
        try (TestClient ada = TestClient.join(node.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(node.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            long start = System.nanoTime();
            // The answers of the first second are ignored.
            moveUntilUnheard(node, bob, ada);
            double before = published(node);
            IntStream.rangeClosed(1, MOVES).forEach(x -> moveSeenBy(bob, ada, x));
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            assertThat(unheard(node)).isGreaterThanOrEqualTo(MOVES);
            assertThat(published(node) - before).isLessThanOrEqualTo(seconds + 1);
        }
    }

    @Test
    void publishesEachTickWhereTheSettingIsOff() {
        TestNode node = node(Map.of("PRESENCE_SKIP_UNHEARD_CURSORS", "off"));
        try (TestClient ada = TestClient.join(node.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(node.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            IntStream.rangeClosed(1, MOVES).forEach(x -> moveSeenBy(bob, ada, x));
            await().untilAsserted(() -> assertThat(published(node)).isGreaterThanOrEqualTo(MOVES));
            assertThat(unheard(node)).isZero();
        }
    }

    @Test
    void anotherNodeMissesNothingOnceItsRosterIsComplete() {
        TestNode one = node(Map.of());
        TestNode two = node(Map.of());
        try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(one.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            int x = moveUntilUnheard(one, bob, ada);
            try (TestClient cleo = TestClient.join(two.ws(), BOARD, "Cleo")) {
                cleo.awaitNames("Ada", "Bob", "Cleo");
                double withheld = unheard(one);
                List<Integer> seen = recordPositions(cleo, "Bob");
                IntStream.rangeClosed(x + 1, x + MOVES).forEach(to -> moveSeenBy(bob, ada, to));
                cleo.awaitCursor("Bob", x + MOVES, 0);
                // The tick of its node may merge some of them; the probe of a second would merge nearly all.
                assertThat(seen).hasSizeGreaterThan(MOVES / 2);
                // The first one may be ahead of the hello; it is published when the hello is read.
                assertThat(unheard(one) - withheld).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aSubscriberByPatternSeesWhereEverybodyIs() {
        TestNode node = node(Map.of());
        try (TestClient ada = TestClient.join(node.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(node.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            moveUntilUnheard(node, bob, ada);
            try (RedisClient client = RedisClient.create(redis.operatorUrl());
                    StatefulRedisPubSubConnection<String, byte[]> connection =
                            client.connectPubSub(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))) {
                List<byte[]> messages = new CopyOnWriteArrayList<>();
                connection.addListener(new RedisPubSubAdapter<>() {
                    @Override
                    public void message(String pattern, String channel, byte[] message) {
                        messages.add(message);
                    }
                });
                connection.sync().psubscribe(prefix + ":board:*");
                // The last move of a board that is quiet afterwards.
                moveSeenBy(bob, ada, 7_777);
                await().until(() -> messages.stream().anyMatch(message -> shows(message, 7_777)));
                int before = messages.size();
                IntStream.rangeClosed(1, MOVES).forEach(x -> moveSeenBy(bob, ada, x));
                await().until(() -> messages.size() - before >= MOVES);
            }
        }
    }

    private TestNode node(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("REDIS_URL", redis.url());
        settings.put("PRESENCE_PREFIX", prefix);
        TestNode node = TestNode.start(settings);
        nodes.add(node);
        return node;
    }

    /** Moves until cursors are withheld, and returns the last position. */
    private static int moveUntilUnheard(TestNode node, TestClient mover, TestClient viewer) {
        int[] x = {0};
        await().until(() -> {
            moveSeenBy(mover, viewer, ++x[0]);
            return unheard(node) > 0;
        });
        return x[0];
    }

    private static void moveSeenBy(TestClient mover, TestClient viewer, int x) {
        mover.cursor(x, 0);
        viewer.awaitCursor("Bob", x, 0);
    }

    private static double unheard(TestNode node) {
        return node.metric("presence_cursors_unheard_total");
    }

    private static double published(TestNode node) {
        return node.metric("presence_envelopes_published_total{type=\"cursors\"}");
    }

    /** The x of each position that the viewer is sent from now on. */
    private static List<Integer> recordPositions(TestClient viewer, String name) {
        int slot = viewer.member(name).getSlot();
        List<Integer> positions = new CopyOnWriteArrayList<>();
        viewer.watchCursors(tick -> IntStream.range(0, tick.getSlotCount())
                .filter(i -> tick.getSlot(i) == slot)
                .forEach(i -> positions.add(tick.getX(i))));
        return positions;
    }

    private static boolean shows(byte[] message, int x) {
        try {
            return Envelope.parseFrom(message).getCursors().getXList().contains(x);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
