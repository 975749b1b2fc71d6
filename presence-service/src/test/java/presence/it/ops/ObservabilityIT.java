package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.testing.Requires;
import presence.testing.WithRedis;
import presence.testing.client.Metrics;
import presence.testing.client.TestClient;
import presence.testing.crypto.Certificates;
import presence.testing.crypto.Tokens;
import presence.testing.files.MonitoringFiles;
import presence.testing.files.Promql;
import presence.testing.process.Ports;
import presence.testing.process.Prometheus;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;
import presence.testing.process.Tool;

/** Rules and dashboard of the docker folder query metrics that real nodes export to a real Prometheus. */
@WithRedis
class ObservabilityIT {
    /** Prometheus creates these itself. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up", "ALERTS");

    private static final Duration SOON = Duration.ofSeconds(30);

    /** With all settings that add metrics. */
    private static TestNode node;

    @BeforeAll
    static void startNode(TestRedis redis, @TempDir Path folder) {
        Certificates.write(Certificates.make("one", Algorithm.ecp256), folder);
        node = TestNode.start(Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                "observed" + UUID.randomUUID(),
                "PRESENCE_TLS_CERT",
                folder.resolve("cert.pem").toString(),
                "PRESENCE_TLS_KEY",
                folder.resolve("key.pem").toString(),
                "PRESENCE_AUTH",
                "jwt",
                "PRESENCE_JWT_SECRET",
                Tokens.SECRET,
                "PRESENCE_ACTIVITY_DAYS",
                "1",
                "PRESENCE_EVENTS",
                "on",
                "PRESENCE_WEBHOOK_URL",
                "https://127.0.0.1:9/hook",
                "PRESENCE_WEBHOOK_SECRET",
                "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        // The metric of collections exists after the first one.
        System.gc();
        await("a collection is reported").until(() -> names().contains("jvm_gc_pause_seconds_sum"));
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    /** Of all series that the node exports. */
    private static Set<String> names() {
        return Metrics.get("http://127.0.0.1:" + node.opsPort() + "/metrics")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> expressions() {
        return Stream.concat(
                MonitoringFiles.ruleExpressions().stream(), MonitoringFiles.dashboardExpressions().stream());
    }

    @Test
    void everyMetricThatRulesAndDashboardAskForExists() {
        Set<String> known = names();
        known.addAll(OF_PROMETHEUS);
        known.addAll(MonitoringFiles.recordedNames());
        assertThat(expressions())
                .isNotEmpty()
                .allSatisfy(expression -> assertThat(Promql.metrics(expression))
                        .as(expression)
                        .isNotEmpty()
                        .isSubsetOf(known));
    }

    @Test
    @Requires(Tool.PROMETHEUS)
    void prometheusFindsSeriesForEverySelectorAndUnderstandsEveryExpression() {
        try (Prometheus prometheus = Prometheus.start(List.of(node.opsPort()))) {
            Set<String> selectors = expressions()
                    .flatMap(expression -> Promql.selectors(expression).stream())
                    .filter(selector -> !selector.startsWith("ALERTS{"))
                    .collect(Collectors.toCollection(TreeSet::new));
            for (String selector : selectors) {
                await(selector)
                        .atMost(SOON)
                        .until(() -> !prometheus.query(selector).isEmpty());
            }
            assertThat(expressions()).allSatisfy(prometheus::query);
        }
    }

    @Test
    @Requires(Tool.PROMETHEUS)
    void prometheusCountsWhatANodeHasAndAlertsOnlyWhileItIsAway(TestRedis redis) throws IOException {
        int opsPort = Ports.free();
        Map<String, String> settings = Map.of(
                "REDIS_URL", redis.url(),
                "PRESENCE_PREFIX", "observed" + UUID.randomUUID(),
                "OPS_PORT", Integer.toString(opsPort));
        try (Prometheus prometheus = Prometheus.start(List.of(opsPort))) {
            await("the alerts report the missing nodes")
                    .atMost(SOON)
                    .until(() -> prometheus
                            .alerts("pending")
                            .containsAll(List.of("PresenceNodeDown", "PresenceAllNodesDown")));
            try (TestNode late = TestNode.start(settings);
                    TestClient ada = TestClient.join(late.ws(), "board", "Ada");
                    TestClient bob = TestClient.join(late.ws(), "board", "Bob");
                    TestClient cem = TestClient.join(late.ws(), "other", "Cem")) {
                awaitValue(prometheus, "up{job=\"presence\"}", 1);
                awaitValue(prometheus, "presence_connections", 3);
                awaitRulesAreEvaluated(prometheus);
                await("no alert is about to fire")
                        .atMost(SOON)
                        .until(() -> prometheus.alerts("pending").isEmpty());
                assertThat(prometheus.alerts("firing")).isEmpty();
                assertThat(Stream.of(ada, bob, cem))
                        .flatMap(TestClient::complaints)
                        .isEmpty();
            }
        }
    }

    private static void awaitValue(Prometheus prometheus, String expression, double value) {
        await(expression).atMost(SOON).until(() -> prometheus.query(expression), List.of(value)::equals);
    }

    private static void awaitRulesAreEvaluated(Prometheus prometheus) {
        await("all rules are evaluated")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(prometheus.rules())
                        .hasSameSizeAs(MonitoringFiles.rules())
                        .allSatisfy(rule ->
                                assertThat(rule.get("health").getAsString()).isEqualTo("ok")));
        assertThat(prometheus.rules().stream()
                        .filter(rule -> rule.get("type").getAsString().equals("alerting"))
                        .map(rule -> rule.get("name").getAsString()))
                .containsExactlyInAnyOrderElementsOf(MonitoringFiles.alertNames());
    }
}
