package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import presence.proto.Leave;
import presence.proto.SignalSend;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.Ports;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** {@code presence-service tail}, as an operator runs it. */
@WithRedis
class TailIT {
    private static final String BOARD = "board-42";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String url;
    /** A node's Redis user may not subscribe to patterns. */
    private final String operatorUrl;

    private final String prefix = "t-" + UUID.randomUUID();

    TailIT(TestRedis redis) {
        url = redis.url();
        operatorUrl = redis.operatorUrl();
    }

    private Map<String, String> settings() {
        return Map.of("REDIS_URL", operatorUrl, "PRESENCE_PREFIX", prefix);
    }

    private TestNode node(String format) {
        return TestNode.start(Map.of(
                "REDIS_URL",
                url,
                "PRESENCE_PREFIX",
                prefix,
                "PRESENCE_ENVELOPE_FORMAT",
                format,
                "PRESENCE_GRACE_MS",
                "0"));
    }

    private static NodeProcess listening(NodeProcess tail) {
        awaitLine(tail, "listening to ");
        return tail;
    }

    private static void awaitLine(NodeProcess tail, String pattern) {
        await(pattern)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(tail.log()).containsPattern("(?m)" + pattern));
    }

    @Test
    void theEventLogIsPrintedFromTheBeginning() {
        Map<String, String> recording = new HashMap<>(settings());
        recording.put("PRESENCE_EVENTS", "on");
        try (TestNode node = TestNode.start(recording);
                TestClient ada = TestClient.join(node.ws(), BOARD, "Ada");
                NodeProcess text =
                        NodeProcess.launch(settings(), "tail", "--events", "--after", "0-0", "--count", "3");
                NodeProcess json = NodeProcess.launch(settings(), "tail", "--events", "--after", "0-0", "--json")) {
            String id = HexFormat.of().formatHex(ada.self().getMemberId().toByteArray());
            awaitLine(text, "\\.\\d{3} board\\.opened +" + BOARD + "$");
            awaitLine(
                    text,
                    " member\\.joined +" + BOARD + " " + id + " user-Ada \\{\"name\":\"Ada\",\"status\":\"active\"}$");
            awaitLine(json, "\"kind\":\"user.online\".*\"user_id\":\"user-Ada\"");
            assertThat(text.waitFor(PATIENCE)).isZero();
            ada.leave();
            awaitLine(json, "\"kind\":\"member.left\".*\"reason\":\"left\"");
        }
    }

    @Test
    void envelopesOfBothNodesAreReadInEitherFormat() {
        try (TestNode one = node("protobuf");
                TestNode two = node("json");
                NodeProcess text = listening(NodeProcess.launch(settings(), "tail"));
                NodeProcess json = listening(NodeProcess.launch(settings(), "tail", prefix + ":board:*", "--json"))) {
            live(one, "Ada");
            live(two, "Bob");
            for (TestNode node : new TestNode[] {one, two}) {
                String name = node == one ? "Ada" : "Bob";
                String head = "^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} board:" + BOARD + " +"
                        + node.id().substring(0, 8) + " ";
                // Bob has slot 2 where he comes before his node knows that Ada has left.
                awaitLine(
                        text,
                        head + "delta +seq \\d+ .*\\+" + name + "\\(user-" + name + "\\) \\w{8} slot [12] active$");
                awaitLine(text, head + "cursors +tick \\d+ 1 position [12]@10.5,-20$");
                awaitLine(text, head + "signal +wave 3 bytes from \\w{8}$");
                awaitLine(text, head + "delta +seq \\d+ -\\w{8} left$");
                awaitLine(text, " global +" + node.id().substring(0, 8) + " heartbeat ");
                awaitLine(text, " users +- +user +user-" + name + " online by ");
                awaitLine(json, "\"node\":\"" + node.id() + "\",\"kind\":\"signal\",\"event\":\\{.*\"type\":\"wave\"");
            }
            assertThat(json.log().lines().filter(line -> line.startsWith("{")))
                    .allSatisfy(line -> assertThat(JsonParser.parseString(line)
                                    .getAsJsonObject()
                                    .get("channel")
                                    .getAsString())
                            .isEqualTo("board:" + BOARD));
            text.terminate();
            assertThat(text.waitFor(PATIENCE)).isZero();
        }
    }

    private static void live(TestNode node, String name) {
        try (TestClient client = TestClient.join(node.ws(), BOARD, name)) {
            client.cursor(168, -320);
            client.send(frame -> frame.setSignal(SignalSend.newBuilder()
                    .setType("wave")
                    .setPayload(com.google.protobuf.ByteString.copyFromUtf8("abc"))));
            client.send(frame -> frame.setLeave(Leave.getDefaultInstance()));
            client.closeNormally();
        }
    }

    @Test
    void aUserThatMayOnlyListenIsEnoughAndALostRedisIsFoundAgain() {
        String[] acl = "--user tail on >pw resetchannels &presence:* -@all +psubscribe +subscribe +ping".split(" ");
        try (RedisServer redis = RedisServer.start(acl);
                NodeProcess tail = listening(NodeProcess.launch(
                        Map.of("REDIS_URL", redis.operatorUrl().replace("//", "//tail:pw@")),
                        "tail",
                        "--count",
                        "2"))) {
            publish(redis, "{\"node\":\"1f6bf0f1\",\"hello\":{}}");
            awaitLine(tail, "board:b1 +1f6bf0f1 hello ");
            redis.kill();
            awaitLine(tail, "redis connection lost");
            redis.startAgain(acl);
            awaitLine(tail, "redis connection restored");
            publish(redis, "garbage");
            assertThat(tail.waitFor(PATIENCE)).isZero();
            assertThat(tail.log()).contains("undecodable, 7 bytes").doesNotContain("pw@");
        }
    }

    @Test
    void aPatternThatIsNotTheUsersIsRefusedWithTheRuleToAdd() {
        try (RedisServer redis = RedisServer.start(
                        "--user",
                        "tail",
                        "on",
                        ">pw",
                        "resetchannels",
                        "&presence:*",
                        "-@all",
                        "+psubscribe",
                        "+ping");
                NodeProcess tail = NodeProcess.launch(
                        Map.of("REDIS_URL", redis.operatorUrl().replace("//", "//tail:pw@")),
                        "tail",
                        "presence:board:*")) {
            assertThat(tail.waitFor(PATIENCE)).isEqualTo(1);
            assertThat(tail.log()).contains("needs +psubscribe and exactly &presence:board:*");
        }
    }

    @Test
    void withoutRedisItSaysSoAndEnds() throws Exception {
        try (NodeProcess unset = NodeProcess.launch(Map.of("REDIS_URL", ""), "tail");
                NodeProcess away =
                        NodeProcess.launch(Map.of(), "tail", "--redis-url", "redis://127.0.0.1:" + Ports.free())) {
            assertThat(unset.waitFor(PATIENCE)).isEqualTo(1);
            assertThat(unset.log())
                    .isEqualTo("presence-service: REDIS_URL is not set: there are no channels to subscribe to\n");
            assertThat(away.waitFor(PATIENCE)).isEqualTo(1);
            assertThat(away.log()).contains("presence-service: cannot connect to Redis at 127.0.0.1:");
            assertThat(away.log().lines()).hasSize(1);
        }
    }

    private static void publish(RedisServer redis, String message) {
        RedisClient client = RedisClient.create(redis.operatorUrl());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            connection.sync().publish("presence:board:b1", message);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }
}
