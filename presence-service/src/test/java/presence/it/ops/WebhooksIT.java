package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.testing.WithRedis;
import presence.testing.client.ApiClient;
import presence.testing.client.EventLog;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;
import presence.testing.process.WebhookReceiver;
import presence.webhook.DeadLetter;
import presence.webhook.Target;

/**
 * Webhooks deliver each event of the log at least once, by any node, and are verified by an independent library. {@code
 * -Dpresence.webhook.outage=N} has the receiver fail for N seconds, with members that come and go, before and after the
 * node that delivers is killed.
 */
@WithRedis
class WebhooksIT {
    private static final Logger log = LoggerFactory.getLogger(WebhooksIT.class);
    private static final int OUTAGE_SECONDS = Integer.getInteger("presence.webhook.outage", 0);
    private static final String TOKEN = "a token of the test";
    private static final String OLD = "whsec_" + "b2xkIHNlY3JldCBvbGQgc2VjcmV0IG9sZCBzZWNyZXQ=";
    private static final String NEW = "whsec_" + "bmV3IHNlY3JldCBuZXcgc2VjcmV0IG5ldyBzZWNyZXQ=";
    private static final Duration HANDED_OVER = Duration.ofSeconds(60 + 2L * OUTAGE_SECONDS);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();
    private final RedisCommands<String, String> redis;
    private final WebhookReceiver receiver = kept(new WebhookReceiver(OLD));

    WebhooksIT(TestRedis server) {
        RedisClient client = RedisClient.create(server.operatorUrl());
        open.add(() -> client.shutdown(Duration.ZERO, Duration.ofSeconds(1)));
        redis = client.connect().sync();
        settings.put("REDIS_URL", server.url());
        settings.put("PRESENCE_PREFIX", "w-" + UUID.randomUUID());
        settings.put("PRESENCE_API_TOKEN", TOKEN);
        settings.put("PRESENCE_EVENTS", "on");
        settings.put("PRESENCE_WEBHOOK_URL", receiver.url());
        settings.put("PRESENCE_WEBHOOK_SECRET", NEW + "," + OLD);
        settings.put("PRESENCE_WEBHOOK_ADDRESSES", "any");
        settings.put("PRESENCE_WEBHOOK_GATHER_MS", "0");
        settings.put("PRESENCE_WEBHOOK_TIMEOUT_MS", "1000");
        settings.put("PRESENCE_NODE_HEARTBEAT_MS", "500");
        settings.put("PRESENCE_NODE_LEASE_MS", "3000");
    }

    private <T extends AutoCloseable> T kept(T thing) {
        open.add(0, thing);
        return thing;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable thing : open) {
            thing.close();
        }
    }

    private static List<String> logged(int opsPort) {
        return new EventLog(opsPort, TOKEN)
                .all("", 1_000).stream()
                        .map((JsonObject event) -> event.get("id").getAsString())
                        .toList();
    }

    private String key(String kind) {
        String prefix = settings.get("PRESENCE_PREFIX");
        return prefix + ":" + kind + ":{" + prefix + ":users}";
    }

    private void awaitEverythingTaken(int opsPort) {
        await("every event")
                .atMost(HANDED_OVER)
                .untilAsserted(
                        () -> assertThat(new HashSet<>(receiver.eventIds())).isEqualTo(new HashSet<>(logged(opsPort))));
        assertThat(receiver.forged()).isZero();
    }

    private void assertDelivers() {
        TestNode node = kept(TestNode.start(settings));
        // Events before the first look at the log are not sent.
        await().until(() -> node.metric("presence_webhook_delivering") == 1);
        try (TestClient ada = TestClient.join(node.ws(), "b1", "Ada")) {
            ada.awaitNames("Ada");
            await().until(() -> !receiver.taken().isEmpty());
            receiver.answerWith(503);
            ada.leave();
            await().until(() -> receiver.refused() >= 2);
            receiver.answerWith(200);
        }
        await().until(() -> logged(node.opsPort()).size() >= 6);
        awaitEverythingTaken(node.opsPort());
        assertThat(receiver.eventIds()).doesNotHaveDuplicates();
        assertThat(node.metric("presence_webhook_failures_total")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void deliverOnceTheReceiverIsBack() {
        assertDelivers();
    }

    @Test
    void deliverWithoutRedis() {
        settings.remove("REDIS_URL");
        assertDelivers();
    }

    @Test
    void waitAsLongAsTheReceiverAsks() {
        TestNode node = kept(TestNode.start(settings));
        await().until(() -> node.metric("presence_webhook_delivering") == 1);
        receiver.answerWith(503, "60");
        long before = System.currentTimeMillis();
        kept(TestClient.join(node.ws(), "b1", "Ada"));
        String progress =
                key("webhook") + ":" + Target.of(URI.create(receiver.url())).name();
        await().until(() -> "1".equals(redis.hget(progress, "attempts")));
        assertThat(Long.parseLong(redis.hget(progress, "next")))
                .isBetween(before + 60_000, System.currentTimeMillis() + 60_000);
    }

    @Test
    void endForAUrlThatIsGoneUntilAnotherNodeDelivers() {
        // A lease that outlasts a pause of this process: it is given up where the first node closes.
        settings.put("PRESENCE_WEBHOOK_TIMEOUT_MS", "10000");
        TestNode second;
        double dead;
        try (TestNode first = TestNode.start(settings)) {
            await().until(() -> first.metric("presence_webhook_delivering") == 1);
            second = kept(TestNode.start(settings));
            receiver.answerWith(410);
            try (TestClient ada = TestClient.join(first.ws(), "b1", "Ada")) {
                ada.awaitNames("Ada");
                await().until(() -> first.metric("presence_webhook_gone") == 1);
                receiver.answerWith(200);
                ada.leave();
                await().until(() -> logged(second.opsPort()).size() >= 6);
            }
            assertThat(first.metric("presence_webhook_delivering")).isZero();
            assertThat(second.metric("presence_webhook_delivering")).isZero();
            dead = first.metric("presence_webhook_dead_total");
        }
        await().untilAsserted(() -> assertThat(second.metric("presence_webhook_delivered_total"))
                .isEqualTo(logged(second.opsPort()).size() - dead));
        assertThat(receiver.eventIds())
                .doesNotHaveDuplicates()
                .hasSize(logged(second.opsPort()).size() - (int) dead);
        assertThat(receiver.refused()).isEqualTo(1);
        assertThat(new ApiClient(second.opsPort(), TOKEN).get("/webhooks/dead").body())
                .contains("HTTP 410")
                .contains("\"total\":1");
    }

    @Test
    void areHandedOverWhenTheNodeThatDeliversIsKilled() {
        List<NodeProcess> nodes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            nodes.add(kept(NodeProcess.start(settings)));
        }
        await().until(() -> nodes.stream()
                        .mapToDouble(node -> node.metric("presence_webhook_delivering"))
                        .sum()
                == 1);
        try (TestClient ada = TestClient.join(nodes.get(0).ws(), "b1", "Ada")) {
            ada.awaitNames("Ada");
            await().until(() -> !receiver.taken().isEmpty());
            receiver.answerWith(500);
            ada.leave();
        }
        await().until(() -> receiver.refused() >= 1);
        comeAndGo(nodes);
        NodeProcess delivering = nodes.stream()
                .filter(node -> node.metric("presence_webhook_failures_total") > 0)
                .findFirst()
                .orElseThrow();
        NodeProcess other = nodes.get(1 - nodes.indexOf(delivering));
        delivering.close();
        comeAndGo(List.of(other));
        receiver.answerWith(200);
        await().until(() -> logged(other.opsPort()).size() >= 6);
        awaitEverythingTaken(other.opsPort());
        List<String> ids = receiver.eventIds();
        log.info(
                "webhooks outageSeconds={} events={} requests={} refused={} doubles={}",
                OUTAGE_SECONDS,
                new HashSet<>(ids).size(),
                receiver.taken().size(),
                receiver.refused(),
                ids.size() - new HashSet<>(ids).size());
    }

    /** Lets members join and leave for half of the outage. */
    private static void comeAndGo(List<NodeProcess> nodes) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(OUTAGE_SECONDS) / 2;
        for (int i = 0; System.nanoTime() < end; i++) {
            try (TestClient client = TestClient.join(nodes.get(i % nodes.size()).ws(), "b" + i % 5, "n" + i)) {
                client.awaitNames("n" + i);
                client.leave();
            }
            await().pollDelay(Duration.ofMillis(200)).until(() -> true);
        }
    }

    @Test
    void listRepeatAndRemoveDeadLetters() {
        TestNode node = kept(TestNode.start(settings));
        ApiClient api = new ApiClient(node.opsPort(), TOKEN);
        String target = Target.of(URI.create(receiver.url())).name();
        for (String id : List.of("evt_1", "evt_2")) {
            String body = "{\"data\":{\"events\":[{\"id\":\"" + id + "\"}]}}";
            redis.hset(key("dead"), id, new DeadLetter(id, target, 1, 1_000, 9, "HTTP 500", body).json());
            redis.hset(key("deadbody"), id, body);
        }
        assertThat(api.get("/webhooks/dead?limit=1").body())
                .contains("\"id\":\"evt_1\",\"target\":\"" + target + "\",\"events\":1")
                .contains("\"total\":2,\"next\":\"evt_1\"");
        receiver.answerWith(500);
        assertThat(api.post("/webhooks/dead/evt_1/replay", "").body())
                .contains("\"delivered\":false")
                .contains("HTTP 500");
        receiver.answerWith(200);
        assertThat(api.post("/webhooks/dead/evt_1/replay", "").body()).contains("\"delivered\":true");
        assertThat(receiver.eventIds()).containsExactly("evt_1");
        assertThat(receiver.forged()).isZero();
        assertThat(api.post("/webhooks/dead/evt_1/replay", "").statusCode()).isEqualTo(404);
        assertThat(api.delete("/webhooks/dead/evt_2").statusCode()).isEqualTo(200);
        assertThat(api.get("/webhooks/dead").body()).contains("\"dead_letters\":[]");
    }
}
