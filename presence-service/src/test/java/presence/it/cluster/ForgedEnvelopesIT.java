package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.proto.Delta;
import presence.proto.Envelope;
import presence.proto.Kick;
import presence.proto.MemberRecord;
import presence.proto.NodeBye;
import presence.proto.NodeDead;
import presence.proto.NodeHeartbeat;
import presence.proto.Profile;
import presence.proto.SignalRelay;
import presence.testing.client.Resp;
import presence.testing.client.TestClient;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** A Redis client that may only PUBLISH forges the envelopes of a node. */
@Tag("redis")
class ForgedEnvelopesIT {
    private static final String BOARD = "forged";
    private static final String STRANGER = UUID.randomUUID().toString();

    private final RedisServer redis = RedisServer.start();
    private RedisClient client;
    private StatefulRedisConnection<String, byte[]> publisher;
    private TestNode one;
    private TestNode two;
    private TestClient ada;
    private TestClient bob;

    @BeforeEach
    void start() throws Exception {
        Resp.require(redis.port(), "ACL", "SETUSER", "talker", "on", ">pw", "resetkeys", "&*", "-@all", "+publish");
        client = RedisClient.create(redis.operatorUrl().replace("//", "//talker:pw@"));
        publisher = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        one = node();
        two = node();
        ada = TestClient.join(one.ws(), BOARD, "Ada");
        bob = TestClient.join(two.ws(), BOARD, "Bob");
        ada.awaitNames("Ada", "Bob");
        bob.awaitNames("Ada", "Bob");
    }

    private TestNode node() {
        return TestNode.start(Map.of(
                "REDIS_URL", redis.url(),
                "PRESENCE_NODE_HEARTBEAT_MS", "500",
                "PRESENCE_NODE_LEASE_MS", "2000",
                "PRESENCE_GRACE_MS", "0"));
    }

    @AfterEach
    void stop() {
        ada.close();
        bob.close();
        one.close();
        two.close();
        publisher.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        redis.close();
    }

    private void say(String channel, String node, Envelope.Builder envelope) {
        publisher
                .sync()
                .publish(
                        "presence:" + channel,
                        envelope.setNode(node).setVersion(1).build().toByteArray());
    }

    private void sayGlobally(String node, Envelope.Builder envelope) {
        say("global", node, envelope);
    }

    private void awaitRefused(TestNode node, int least) {
        await().untilAsserted(() ->
                assertThat(node.metric("presence_envelopes_unbacked_total")).isGreaterThanOrEqualTo(least));
    }

    /** Messages between the two still arrive, and neither was ever shown as gone. */
    private void allIsWell() {
        ada.cursor(3, 4);
        bob.awaitCursor("Ada", 3, 4);
        bob.cursor(5, 6);
        ada.awaitCursor("Bob", 5, 6);
        ada.awaitNames("Ada", "Bob");
        bob.awaitNames("Ada", "Bob");
        assertThat(ada.leftSeen() + bob.leftSeen()).isZero();
        assertThat(ada.complaints()).isEmpty();
        assertThat(bob.complaints()).isEmpty();
    }

    @Test
    void nodesThatAreInventedAreNone() {
        for (int i = 0; i < 2_000; i++) {
            sayGlobally(
                    UUID.randomUUID().toString(),
                    Envelope.newBuilder()
                            .setHeartbeat(NodeHeartbeat.newBuilder().setConnections(1_000)));
        }
        awaitRefused(one, 2_000);
        assertThat(one.queries().nodes()).hasSize(2);
        // A new client is accepted.
        try (TestNode three = node();
                TestClient cleo = TestClient.join(three.ws(), BOARD, "Cleo")) {
            ada.awaitNames("Ada", "Bob", "Cleo");
            bob.awaitNames("Ada", "Bob", "Cleo");
            cleo.awaitNames("Ada", "Bob", "Cleo");
            await().until(() -> one.queries().nodes().size() == 3);
            cleo.closeNormally();
            ada.awaitNames("Ada", "Bob");
        }
    }

    @Test
    void forgedEnvelopesEndNoLiveNode() {
        String witness = node("0");
        for (String sender : List.of(STRANGER, witness)) {
            sayGlobally(
                    sender, Envelope.newBuilder().setDead(NodeDead.newBuilder().setOrigin(two.id() + ":0")));
        }
        sayGlobally(two.id(), Envelope.newBuilder().setBye(NodeBye.getDefaultInstance()));
        awaitRefused(one, 3);
        assertThat(one.metric("presence_node_deaths_total")).isZero();
        assertThat(one.queries().nodes()).hasSize(2);
        allIsWell();
    }

    @Test
    void aNodeThatIsDeclaredDeadAgainAndAgainGoesOnUnderAnotherNameOnce() {
        String witness = node("0");
        for (int inc = 0; inc < 4; inc++) {
            int now = inc;
            sayGlobally(
                    witness, Envelope.newBuilder().setDead(NodeDead.newBuilder().setOrigin(two.id() + ":" + now)));
            await().until(() -> two.metric("presence_node_incarnations_total") >= Math.min(now + 1, 1));
            await("the lease is renewed").until(() -> lease(two).equals(List.of("1")));
        }
        sayGlobally(witness, Envelope.newBuilder().setDead(NodeDead.newBuilder().setOrigin(two.id() + ":1")));
        awaitRefused(two, 1);
        assertThat(two.metric("presence_node_incarnations_total")).isEqualTo(1);
        allIsWell();
    }

    private List<String> lease(TestNode node) throws Exception {
        return Resp.require(redis.port(), "GET", "presence:inst:{" + node.id() + "}");
    }

    /** A node that only has a lease. */
    private String node(String inc) {
        String id = UUID.randomUUID().toString();
        try {
            Resp.require(redis.port(), "SET", "presence:inst:{" + id + "}", inc, "PX", "60000");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return id;
    }

    @Test
    void forgedKicksSignalsAndTakeoversHaveNoEffect() {
        ByteString bobsId = ada.member("Bob").getMemberId();
        sayGlobally(
                STRANGER,
                Envelope.newBuilder()
                        .setKick(Kick.newBuilder()
                                .setBoard(BOARD)
                                .setUserId("user-Bob")
                                .setReason("forged")));
        say(
                "board:" + BOARD,
                STRANGER,
                Envelope.newBuilder().setSignal(SignalRelay.newBuilder().setType("orders")));
        say(
                "board:" + BOARD,
                STRANGER,
                Envelope.newBuilder()
                        .setDelta(Delta.newBuilder()
                                .setSeq(1)
                                .addUpserted(MemberRecord.newBuilder()
                                        .setMemberId(bobsId)
                                        .setSlot(1)
                                        .setVersion(1_000)
                                        .setProfile(Profile.newBuilder()
                                                .setUserId("mallory")
                                                .setName("Mallory")))));
        awaitRefused(one, 3);
        awaitRefused(two, 3);
        allIsWell();
        assertThat(bob.closeCode()).isLessThan(1_000);
        assertThat(ada.signals()).isEmpty();
        assertThat(bob.signals()).isEmpty();
    }

    @Test
    void anIncarnationWhoseLeaseComesAMomentLaterIsHeardOutFromItsFirstWord() throws Exception {
        String late = node("0");
        for (int i = 0; i < 3; i++) {
            say(
                    "board:" + BOARD,
                    late,
                    Envelope.newBuilder()
                            .setInc(1)
                            .setSignal(SignalRelay.newBuilder().setType("word-" + i)));
        }
        assertThat(ada.signals()).isEmpty();
        Resp.require(redis.port(), "SET", "presence:inst:{" + late + "}", "1", "PX", "60000");
        for (TestClient each : List.of(ada, bob)) {
            each.await("all words", () -> each.signals().size() == 3);
            assertThat(each.signals())
                    .extracting(signal -> signal.getType())
                    .containsExactly("word-0", "word-1", "word-2");
        }
    }
}
