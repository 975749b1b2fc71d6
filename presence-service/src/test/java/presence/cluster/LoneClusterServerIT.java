package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.cluster.doctor.Doctor;
import presence.cluster.doctor.Finding;
import presence.cluster.doctor.Finding.Status;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.testing.client.ApiClient;
import presence.testing.client.Metrics;
import presence.testing.client.Resp;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.RedisCluster;
import presence.testing.process.RedisServer;
import presence.testing.process.TcpProxy;
import presence.testing.process.TestNode;

/** Tests a {@code REDIS_URL} with one address of a Redis Cluster, and the doctor's findings about Clusters. */
@Tag("redis")
class LoneClusterServerIT {
    private static final Pattern LINE = Pattern.compile("redis://([0-9.:]+,[0-9.:]+)");

    private static final String API_TOKEN = "a token of the test";

    private static RedisCluster redis;
    private static RedisServer server;

    private final String prefix = "t-" + UUID.randomUUID();

    @BeforeAll
    static void startRedis() {
        redis = RedisCluster.start(Duration.ofSeconds(5));
        server = redis.masterOf("any");
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    private static List<Finding> failures(Map<String, String> settings) throws ConfigException {
        List<Finding> findings = new ArrayList<>();
        new Doctor(ServiceConfig.from(settings).redis(), findings::add).examine();
        return findings.stream()
                .filter(finding -> finding.status() == Status.FAIL)
                .toList();
    }

    /** The URL that a message advises, with the credentials of the nodes. */
    private static String advised(String message) {
        Matcher line = LINE.matcher(message);
        assertThat(line.find()).as(message).isTrue();
        return "redis://presence:secret@" + line.group(1);
    }

    @Test
    void theStartIsRefusedWithTheLineToWriteAndThatLineMakesACluster() {
        Throwable refused =
                catchThrowable(() -> TestNode.on(server.url(), prefix).close());
        assertThat(refused).hasMessageContaining("REDIS_URL names one address").hasMessageNotContaining("secret");
        assertThat(catchThrowable(() -> TestNode.start(Map.of(
                                "REDIS_URL",
                                server.url(),
                                "PRESENCE_PREFIX",
                                prefix,
                                "PRESENCE_REDIS_REQUIRED",
                                "false"))
                        .close()))
                .hasMessageContaining("REDIS_URL names one address");
        String url = advised(refused.getMessage());
        try (TestNode one = TestNode.on(url, prefix);
                TestNode two = TestNode.on(url, prefix)) {
            for (int i = 0; i < 6; i++) {
                // Boards in the slots of every server.
                try (TestClient ada = TestClient.join(one.ws(), "board-" + i, "Ada");
                        TestClient bob = TestClient.join(two.ws(), "board-" + i, "Bob")) {
                    ada.awaitNames("Ada", "Bob");
                    bob.awaitNames("Ada", "Bob");
                }
            }
        }
    }

    /** Tests a server that accepts the leases: only writes to boards in other servers' slots are refused. */
    @Test
    void whereTheAddressComesToLeadToOneNodesAreDegradedUntilItLeadsElsewhere() throws Exception {
        try (RedisServer before = RedisServer.start();
                RedisServer after = RedisServer.start();
                TcpProxy proxy = TcpProxy.to(before.port())) {
            Map<String, String> settings = Map.of(
                    "REDIS_URL",
                    before.url(proxy.port()),
                    "PRESENCE_PREFIX",
                    prefix,
                    "PRESENCE_NODE_HEARTBEAT_MS",
                    "500",
                    "PRESENCE_NODE_LEASE_MS",
                    "2000",
                    "PRESENCE_GRACE_MS",
                    "0",
                    "PRESENCE_API_TOKEN",
                    API_TOKEN);
            RedisServer lone = redis.masterOf(prefix + ":insts");
            String board = boardOfAnother(lone);
            try (TestNode one = TestNode.start(settings);
                    TestNode two = TestNode.start(settings);
                    NodeProcess victim = NodeProcess.start(settings);
                    TestClient ada = TestClient.join(one.ws(), board, "Ada");
                    TestClient bob = TestClient.join(two.ws(), board, "Bob");
                    TestClient vera = TestClient.join(victim.ws(), board, "Vera")) {
                redis.moveSlotOf(lease(one.id()), lone);
                redis.moveSlotOf(lease(two.id()), lone);
                redis.moveSlotOf(lease(victim.id()), redis.masterOf(origins(board)));
                ada.awaitNames("Ada", "Bob", "Vera");
                bob.awaitNames("Ada", "Bob", "Vera");
                vera.awaitNames("Ada", "Bob", "Vera");

                proxy.leadTo(lone.port());
                proxy.refuse();
                proxy.pass();
                await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                    assertThat(ready(one)).contains("\"state\":\"degraded\"", "\"writes_refused\":\"MOVED\"");
                    assertThat(ready(two)).contains("\"state\":\"degraded\"", "\"writes_refused\":\"MOVED\"");
                });
                TestClient cleo = TestClient.join(one.ws(), board, "Cleo");
                bob.awaitNames("Ada", "Bob", "Cleo", "Vera");
                cleo.closeNormally();
                bob.awaitNames("Ada", "Bob", "Vera");
                victim.close();
                ada.awaitNames("Ada", "Bob");
                bob.awaitNames("Ada", "Bob");
                // Longer than the retry delay of refused writes.
                await().during(Duration.ofSeconds(5))
                        .atMost(Duration.ofSeconds(15))
                        .untilAsserted(() -> {
                            assertThat(ready(one)).contains("\"state\":\"degraded\"", "MOVED");
                            assertThat(boards(one).statusCode()).isEqualTo(503);
                        });

                // The present connections still lead to the server of the Cluster.
                proxy.leadTo(after.port());
                await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
                    assertThat(ready(one)).contains("\"state\":\"ready\"");
                    assertThat(ready(two)).contains("\"state\":\"ready\"");
                    assertThat(Resp.ask(after.port(), "KEYS", prefix + ":seg:*"))
                            .hasSize(2);
                    assertThat(boards(one).body()).contains(board);
                });
                try (TestClient dora = TestClient.join(one.ws(), board, "Dora")) {
                    bob.awaitNames("Ada", "Bob", "Dora");
                    dora.awaitNames("Ada", "Bob", "Dora");
                }
                assertThat(ada.complaints()).isEmpty();
                assertThat(bob.complaints()).isEmpty();
            }
        }
    }

    private String boardOfAnother(RedisServer lone) {
        return IntStream.range(0, 100)
                .mapToObj(i -> "board-" + i)
                .filter(board -> redis.masterOf(origins(board)) != lone)
                .findFirst()
                .orElseThrow();
    }

    private String origins(String board) {
        return prefix + ":orgs:{" + prefix + ":board:" + board + "}";
    }

    private String lease(String node) {
        return prefix + ":inst:{" + node + "}";
    }

    private static String ready(TestNode node) {
        return Metrics.get("http://127.0.0.1:" + node.opsPort() + "/health/ready")
                .body();
    }

    private static HttpResponse<String> boards(TestNode node) {
        return new ApiClient(node.opsPort(), API_TOKEN).get("/boards");
    }

    @Test
    void theDoctorSaysTheSame() throws Exception {
        List<Finding> failures = failures(Map.of("REDIS_URL", server.url()));
        assertThat(failures).extracting(Finding::check).containsExactly("cluster");
        assertThat(failures(Map.of("REDIS_URL", advised(failures.get(0).advice()), "PRESENCE_PREFIX", prefix)))
                .isEmpty();
    }

    @Test
    void theDoctorNamesTheRightsForShardChannels() throws Exception {
        RedisServer.assumeShardedChannels("LoneClusterServerIT.theDoctorNamesTheRightsForShardChannels");
        Map<String, String> sharded = Map.of("REDIS_URL", redis.url(), "PRESENCE_REDIS_PUBSUB", "sharded");
        assertThat(failures(sharded)).isEmpty();
        for (String right : List.of("ssubscribe", "spublish", "sunsubscribe")) {
            permit("-" + right);
            try {
                assertThat(failures(sharded))
                        .extracting(Finding::advice)
                        .contains("add +" + right + " to this Redis user");
            } finally {
                permit("+" + right);
            }
        }
        assertThat(failures(Map.of("REDIS_URL", redis.url()))).isEmpty();
    }

    private static void permit(String rule) throws Exception {
        Pattern port = Pattern.compile(":(\\d+)");
        Matcher ports = port.matcher(redis.url().replaceFirst("redis://[^@]*@", "redis://"));
        while (ports.find()) {
            Resp.require(Integer.parseInt(ports.group(1)), "ACL", "SETUSER", "presence", rule);
        }
    }
}
