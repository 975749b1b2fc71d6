package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.Gson;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.model.AuditReport;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** An audit finds and repairs wrong records in Redis, and records that were read wrongly. */
@WithRedis
class GhostAuditIT {
    private static final String BOARD = "haunted";

    private final String prefix = "t-" + UUID.randomUUID();
    private final Map<String, String> settings = new HashMap<>();
    private final RedisClient client;
    private final RedisCommands<String, String> operator;

    GhostAuditIT(TestRedis redis) {
        settings.put("REDIS_URL", redis.url());
        settings.put("PRESENCE_PREFIX", prefix);
        settings.put("PRESENCE_AUDIT_SECONDS", "0");
        client = RedisClient.create(redis.operatorUrl());
        operator = client.connect().sync();
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    /** Runs audits until one finds something: an audit omits records whose write Redis has not confirmed. */
    private static AuditReport findings(TestNode node) {
        return await().until(
                        () -> audit(node),
                        report -> report.ghosts() + report.missing() > 0
                                || !report.repaired().isEmpty());
    }

    private static AuditReport audit(TestNode node) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.opsPort() + "/audit"))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new Gson().fromJson(answer.body(), AuditReport.class);
    }

    private String segment(String origin) {
        return prefix + ":seg:{" + prefix + ":board:" + BOARD + "}:" + origin;
    }

    private static String origin(TestNode node) {
        return node.id() + ":0";
    }

    private Map<String, String> awaitWritten(TestNode node, int members) {
        String key = segment(origin(node));
        await().until(() -> operator.hlen(key) == members + 1);
        return operator.hgetall(key);
    }

    @Test
    void anUnreadableEntryHidesNoOtherMember() {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            awaitWritten(one, 1);
            operator.hset(segment(origin(one)), "spoiled", "{");
            try (TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
                bob.awaitNames("Ada", "Bob");
                ada.awaitNames("Ada", "Bob");
                assertThat(two.metric("presence_records_malformed_total")).isPositive();
            }
        }
    }

    @Test
    void aReapWithoutAChangeInRedisRemovesNoMember() {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            awaitWritten(one, 1);
            double readsBefore = two.metric("presence_resyncs_total");
            UUID sender = UUID.randomUUID();
            operator.psetex(prefix + ":inst:{" + sender + "}", 10_000, "0");
            operator.publish(
                    prefix + ":board:" + BOARD,
                    "{\"node\":\"" + sender + "\",\"version\":1,\"reap\":{\"origin\":\"" + origin(one) + "\"}}");
            await().until(() -> two.metric("presence_resyncs_total") > readsBefore);
            ada.cursor(3, 4);
            bob.awaitCursor("Ada", 3, 4);
            assertThat(bob.names()).containsExactly("Ada", "Bob");
            assertThat(bob.returned()).isEmpty();
        }
    }

    @Test
    void theViewOfAnEarlierIncarnationIsRemoved() {
        try (TestNode node = TestNode.start(settings);
                TestClient ada = TestClient.join(node.ws(), BOARD, "Ada")) {
            ada.awaitNames("Ada");
            UUID sender = UUID.randomUUID();
            String lease = prefix + ":inst:{" + sender + "}";
            operator.psetex(lease, 60_000, "0");
            operator.publish(
                    prefix + ":board:" + BOARD,
                    "{\"node\":\"" + sender + "\",\"version\":1,\"delta\":{\"seq\":1,\"whole\":true,\"upserted\":["
                            + "{\"memberId\":\"AAAAAAAAAAAAAAAAAAAAAQ==\",\"profile\":{\"name\":\"Bob\"},\"version\":1}]}}");
            ada.awaitNames("Ada", "Bob");
            operator.hset(segment(sender + ":1"), "#", "2");
            operator.sadd(prefix + ":orgs:{" + prefix + ":board:" + BOARD + "}", sender + ":1");
            operator.psetex(lease, 60_000, "1");
            assertThat(findings(node).repaired()).anyMatch(line -> line.contains("view of an earlier incarnation"));
            ada.awaitNames("Ada");
        }
    }

    @Test
    void whereAllIsWellNothingIsRepaired() throws Exception {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            assertThat(audit(one)).isEqualTo(new AuditReport(1, 0, 0, java.util.List.of()));
            assertThat(one.metric("presence_audits_total")).isEqualTo(1);
        }
    }

    @Test
    void theOwnSegmentIsWrittenAgainWhereItDiffers() throws Exception {
        try (TestNode one = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            Map<String, String> written = awaitWritten(one, 1);
            String id = written.keySet().stream()
                    .filter(key -> !key.equals("#"))
                    .findFirst()
                    .orElseThrow();
            operator.hdel(segment(origin(one)), id);
            operator.hset(
                    segment(origin(one)),
                    "00000000000000000000000000000001",
                    "{\"memberId\":\"AAAAAAAAAAAAAAAAAAAAAQ==\",\"slot\":9,\"version\":\"1\"}");
            AuditReport report = findings(one);
            assertThat(report.ghosts()).isEqualTo(1);
            assertThat(report.missing()).isEqualTo(1);
            assertThat(report.repaired()).singleElement().asString().startsWith("own segment in Redis");
            await().untilAsserted(() -> {
                Map<String, String> again = operator.hgetall(segment(origin(one)));
                again.remove("#");
                written.remove("#");
                assertThat(again).isEqualTo(written);
            });
            assertThat(ada.complaints()).isEmpty();
            assertThat(one.metric("presence_audit_repaired_total")).isEqualTo(1);
        }
    }

    @Test
    void changesWithoutTheirEnvelopeAreReadAgain() throws Exception {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            awaitWritten(two, 1);
            // As if a delta of the other node had come without its envelope.
            operator.hset(
                    segment(origin(two)),
                    "00000000000000000000000000000001",
                    "{\"memberId\":\"AAAAAAAAAAAAAAAAAAAAAQ==\",\"slot\":9,\"version\":\"1\",\"profile\":{\"name\":\"Cleo\"}}");
            assertThat(findings(one).missing()).isEqualTo(1);
            ada.awaitNames("Ada", "Bob", "Cleo");
            assertThat(findings(two).ghosts()).isEqualTo(1);
            ada.awaitNames("Ada", "Bob");
            assertThat(bob.names()).containsExactly("Ada", "Bob");
        }
    }

    @Test
    void segmentsAndUsersOfDeadNodesAreRemoved() throws Exception {
        try (TestNode one = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            awaitWritten(one, 1);
            String deadNode = UUID.randomUUID() + ":3";
            operator.hset(segment(deadNode), "#", "7");
            operator.sadd(prefix + ":orgs:{" + prefix + ":board:" + BOARD + "}", deadNode);
            String users = prefix + ":users:{" + prefix + ":users}:" + deadNode;
            operator.hset(users, "ghost", "{}");
            operator.sadd(prefix + ":orgs:{" + prefix + ":users}", deadNode);
            operator.sadd(prefix + ":online:{" + prefix + ":users}", "ghost");
            assertThat(findings(one).repaired())
                    .hasSize(2)
                    .anyMatch(flaw -> flaw.startsWith("segment of a dead node"))
                    .anyMatch(flaw -> flaw.startsWith("users of a dead node"));
            await().untilAsserted(() -> {
                assertThat(operator.exists(segment(deadNode), users)).isZero();
                assertThat(operator.smembers(prefix + ":online:{" + prefix + ":users}"))
                        .containsExactly("user-Ada");
            });
            assertThat(ada.names()).containsExactly("Ada");
        }
    }

    @Test
    void usersThatFellOutOfRedisAreWrittenAgain() throws Exception {
        try (TestNode one = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            String online = prefix + ":online:{" + prefix + ":users}";
            await().until(() -> operator.sismember(online, "user-Ada"));
            operator.srem(online, "user-Ada");
            operator.hset(prefix + ":users:{" + prefix + ":users}:" + origin(one), "ghost", "{}");
            AuditReport report = findings(one);
            assertThat(report.ghosts() + report.missing()).isEqualTo(2);
            await().untilAsserted(() -> assertThat(operator.smembers(online)).containsExactly("user-Ada"));
            assertThat(ada.complaints()).isEmpty();
        }
    }

    @Test
    void anAuditRunsByItself() {
        settings.put("PRESENCE_AUDIT_SECONDS", "1");
        try (TestNode one = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            awaitWritten(one, 1);
            operator.del(segment(origin(one)));
            await().untilAsserted(() ->
                    assertThat(operator.exists(segment(origin(one)))).isEqualTo(1));
            assertThat(ada.complaints()).isEmpty();
        }
    }
}
