package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import presence.proto.StatePatch;
import presence.proto.Status;
import presence.testing.client.ApiClient;
import presence.testing.client.Metrics;
import presence.testing.client.Resp;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.RedisServer;
import presence.testing.process.RefusedWrites;
import presence.testing.process.TestNode;

/**
 * Redis delivers messages and refuses writes: health reports it, rosters stay live, and are exact after writes work
 * again.
 */
@Tag("redis")
class RefusedWritesIT {
    private static final String BOARD = "refused";
    private static final String API_TOKEN = "a token of the test";
    private static final Pattern NAME = Pattern.compile("\"name\":\\s*\"(\\w+)\"");
    private static final Duration SEEN = Duration.ofSeconds(10);
    private static final Duration HEALED = Duration.ofSeconds(10);

    private final RedisServer redis = RedisServer.start();

    @AfterEach
    void stopRedis() {
        redis.close();
    }

    private Map<String, String> settings() {
        return new HashMap<>(Map.of(
                "REDIS_URL", redis.url(),
                "PRESENCE_NODE_HEARTBEAT_MS", "500",
                "PRESENCE_NODE_LEASE_MS", "2000",
                "PRESENCE_GRACE_MS", "0",
                "PRESENCE_LINGER_SECONDS", "0",
                "PRESENCE_API_TOKEN", API_TOKEN));
    }

    @ParameterizedTest
    @EnumSource
    void rostersGoOnByMessagesAndAreExactWhenWritesAreTakenAgain(RefusedWrites kind) {
        try (TestNode one = TestNode.start(settings());
                TestNode two = TestNode.start(settings());
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            TestNode leaver = TestNode.start(settings());
            TestClient.join(leaver.ws(), BOARD, "Dora");
            ada.awaitNames("Ada", "Bob", "Dora");
            bob.awaitNames("Ada", "Bob", "Dora");
            kind.begin(redis);
            await().atMost(SEEN).untilAsserted(() -> {
                assertThat(ready(one)).contains("\"state\":\"degraded\"", "\"writes_refused\":\"" + kind + "\"");
                assertThat(ready(two)).contains("\"state\":\"degraded\"", kind.name());
            });
            assertThat(Metrics.get("http://127.0.0.1:" + one.opsPort() + "/stats")
                            .body())
                    .contains("\"redis_error\":\"" + kind + "\"");
            assertThat(one.metric("presence_redis_writes_refused")).isEqualTo(1);
            assertThat(one.metric("presence_redis_refusals_total")).isPositive();
            listsAreUnknown(one);

            TestClient cleo = TestClient.join(one.ws(), BOARD, "Cleo");
            bob.awaitNames("Ada", "Bob", "Cleo", "Dora");
            cleo.awaitNames("Ada", "Bob", "Cleo", "Dora");
            cleo.send(frame -> frame.setState(StatePatch.newBuilder().setStatus(Status.STATUS_BUSY)));
            bob.await("her status", () -> bob.sees("Cleo", Status.STATUS_BUSY));
            cleo.closeNormally();
            bob.awaitNames("Ada", "Bob", "Dora");
            aBoardOfTheTime(one, two);

            // A leave leaves no ghost, although nothing can be removed from Redis.
            leaver.close();
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");

            // For longer than a lease.
            await("the lease has run out")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> kind.takesLeases()
                            || Resp.require(redis.port(), "EXISTS", "presence:inst:{" + one.id() + "}")
                                    .equals(List.of("0")));
            TestClient.join(two.ws(), BOARD, "Emil");
            ada.awaitNames("Ada", "Bob", "Emil");
            int leftBefore = ada.leftSeen();

            kind.end(redis);
            await().atMost(HEALED).untilAsserted(() -> {
                assertThat(ready(one)).contains("\"state\":\"ready\"");
                assertThat(ready(two)).contains("\"state\":\"ready\"");
                assertThat(namesInRedis()).containsExactlyInAnyOrder("Ada", "Bob", "Emil");
                assertThat(online(one))
                        .as("%s", usersInRedis())
                        .isEqualTo("200 {\"online\":[\"user-Ada\",\"user-Bob\",\"user-Emil\"]}");
            });
            assertThat(ada.leftSeen()).as("no member left and returned").isEqualTo(leftBefore);
            try (TestNode three = TestNode.start(settings());
                    TestClient finn = TestClient.join(three.ws(), BOARD, "Finn")) {
                finn.awaitNames("Ada", "Bob", "Emil", "Finn");
                ada.awaitNames("Ada", "Bob", "Emil", "Finn");
                bob.awaitNames("Ada", "Bob", "Emil", "Finn");
            }
            assertThat(ada.complaints()).isEmpty();
            assertThat(bob.complaints()).isEmpty();
        }
    }

    /**
     * A node that began to follow a board while writes are refused stores its segment under a later incarnation only:
     * the other node knows the first one from messages alone. Scripts are refused longer than the lease, so that nothing
     * is stored under the first one.
     */
    @Test
    void anIncarnationThatCouldStoreNothingLeavesNoGhost() {
        Map<String, String> settings = settings();
        settings.put("PRESENCE_AUDIT_SECONDS", "0");
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(two.ws(), BOARD, "Ada")) {
            RefusedWrites.MISCONF.begin(redis);
            try (TestClient bob = TestClient.join(one.ws(), BOARD, "Bob")) {
                bob.awaitNames("Ada", "Bob");
                ada.awaitNames("Ada", "Bob");
                String lease = "presence:inst:{" + one.id() + "}";
                await("the lease has run out")
                        .until(() -> Resp.require(redis.port(), "EXISTS", lease).equals(List.of("0")));
                RefusedWrites.NOPERM.begin(redis);
                RefusedWrites.MISCONF.end(redis);
                await("the next incarnation has a lease")
                        .until(() -> Resp.require(redis.port(), "GET", lease).equals(List.of("1")));
                RefusedWrites.NOPERM.end(redis);
                await("all are stored")
                        .untilAsserted(() -> assertThat(namesInRedis()).containsExactlyInAnyOrder("Ada", "Bob"));
                bob.closeNormally();
            }
            ada.awaitNames("Ada");
            assertThat(ada.returned()).isEmpty();
            assertThat(ada.complaints()).isEmpty();
        }
    }

    /** A board that is opened, joined on both nodes and left while Redis refuses writes. */
    private static void aBoardOfTheTime(TestNode one, TestNode two) {
        try (TestClient gus = TestClient.join(one.ws(), "new", "Gus");
                TestClient hana = TestClient.join(two.ws(), "new", "Hana")) {
            gus.awaitNames("Gus", "Hana");
            hana.awaitNames("Gus", "Hana");
            gus.closeNormally();
            hana.awaitNames("Hana");
            hana.closeNormally();
        }
    }

    private void listsAreUnknown(TestNode node) {
        ApiClient api = new ApiClient(node.opsPort(), API_TOKEN);
        assertThat(online(node)).contains("503", "writes_refused");
        assertThat(api.get("/boards").statusCode()).isEqualTo(503);
        assertThat(api.get("/boards/elsewhere/members").statusCode()).isEqualTo(503);
        assertThat(api.get("/users/Ada/sessions").body()).contains("writes_refused");
    }

    private static String online(TestNode node) {
        var answer = new ApiClient(node.opsPort(), API_TOKEN)
                .post("/users/online", "{\"users\":[\"user-Ada\",\"user-Bob\",\"user-Dora\",\"user-Emil\"]}");
        return answer.statusCode() + " " + answer.body();
    }

    /** The members in all segments of all boards, with duplicates. */
    private List<String> namesInRedis() throws IOException {
        List<String> names = new ArrayList<>();
        for (String key : Resp.require(redis.port(), "KEYS", "presence:seg:*")) {
            Matcher name = NAME.matcher(String.join(" ", Resp.require(redis.port(), "HVALS", key)));
            while (name.find()) {
                names.add(name.group(1));
            }
        }
        return names;
    }

    private List<String> usersInRedis() throws IOException {
        List<String> users = new ArrayList<>();
        for (String key : Resp.require(redis.port(), "KEYS", "presence:users:*")) {
            users.add(key + " " + Resp.require(redis.port(), "HKEYS", key));
        }
        return users;
    }

    private static String ready(TestNode node) {
        return Metrics.get("http://127.0.0.1:" + node.opsPort() + "/health/ready")
                .body();
    }

    @Test
    void whereNothingCanBeReadRostersGoOnByMessagesToo() throws IOException {
        try (TestNode one = TestNode.start(settings());
                TestNode two = TestNode.start(settings());
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            Resp.require(redis.port(), "ACL", "SETUSER", "presence", "-smembers", "-hgetall");
            try (TestClient gus = TestClient.join(one.ws(), "new", "Gus")) {
                await().atMost(SEEN)
                        .untilAsserted(() -> assertThat(ready(one))
                                .contains("\"state\":\"degraded\"", "\"writes_refused\":\"NOPERM\""));
                listsAreUnknown(one);
                // Gus is shown when his node answers, Hana when she joins.
                TestClient hana = TestClient.join(two.ws(), "new", "Hana");
                hana.awaitNames("Gus", "Hana");
                gus.awaitNames("Gus", "Hana");
                hana.send(frame -> frame.setState(StatePatch.newBuilder().setStatus(Status.STATUS_BUSY)));
                gus.await("her status", () -> gus.sees("Hana", Status.STATUS_BUSY));
                hana.closeNormally();
                gus.awaitNames("Gus");
                Resp.require(redis.port(), "ACL", "SETUSER", "presence", "+smembers", "+hgetall");
                await().atMost(HEALED).untilAsserted(() -> {
                    assertThat(ready(one)).contains("\"state\":\"ready\"");
                    assertThat(ready(two)).contains("\"state\":\"ready\"");
                    assertThat(namesInRedis()).containsExactlyInAnyOrder("Ada", "Bob", "Gus");
                });
                try (TestClient finn = TestClient.join(two.ws(), "new", "Finn")) {
                    finn.awaitNames("Finn", "Gus");
                    gus.awaitNames("Finn", "Gus");
                }
            }
            assertThat(ada.leftSeen()).isZero();
            assertThat(bob.leftSeen()).isZero();
        }
    }

    // ---- at start ----

    @Test
    void aReplicaInTheUrlIsRefusedAtStart() throws IOException {
        RefusedWrites.READONLY.begin(redis);
        try (NodeProcess node = NodeProcess.launch(settings())) {
            assertThat(node.waitFor(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(node.log()).contains("it refuses writes: READONLY");
        }
    }

    @Test
    void aRedisThatRunsNoScriptsIsRefusedAtStart() throws IOException {
        RefusedWrites.ERR.begin(redis);
        try (NodeProcess node = NodeProcess.launch(settings())) {
            assertThat(node.waitFor(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(node.log()).contains("it refuses writes: ERR unknown command");
        }
    }

    @Test
    void whereRedisIsNotRequiredANodeStartsDegradedOnAReplicaAndIsReadyWhenItIsAMaster() {
        RefusedWrites.READONLY.begin(redis);
        Map<String, String> settings = settings();
        settings.put("PRESENCE_REDIS_REQUIRED", "false");
        try (TestNode node = TestNode.start(settings)) {
            assertThat(ready(node)).contains("\"state\":\"degraded\"", "READONLY");
            RefusedWrites.READONLY.end(redis);
            await().atMost(HEALED).untilAsserted(() -> assertThat(ready(node)).contains("\"state\":\"ready\""));
        }
    }
}
