package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.testing.client.Metrics;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** Metrics arrive at a collector by OTLP, and Prometheus has them as before. */
class OtlpIT {
    private final List<ResourceMetrics> received = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer collector;

    @BeforeEach
    void startCollector() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/metrics", this::receive);
        collector.start();
    }

    @AfterEach
    void stopCollector() {
        collector.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (InputStream body = zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            received.addAll(ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList());
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private Map<String, String> settings(int intervalSeconds) {
        return Map.of(
                "PRESENCE_OTLP_URL",
                "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/metrics",
                "PRESENCE_OTLP_HEADERS",
                "authorization=Bearer of the test",
                "PRESENCE_OTLP_INTERVAL_SECONDS",
                Integer.toString(intervalSeconds));
    }

    private Stream<Metric> metrics(String name) {
        return received.stream()
                .flatMap(resource -> resource.getScopeMetricsList().stream())
                .flatMap(scope -> scope.getMetricsList().stream())
                .filter(metric -> metric.getName().equals(name));
    }

    @Test
    void aCollectorIsSentWhatPrometheusReads() {
        try (TestNode node = TestNode.start(settings(1));
                TestClient ada = TestClient.join(node.ws(), "board", "Ada")) {
            ada.awaitNames("Ada");
            await("the connection is told")
                    .until(() -> metrics("presence.connections")
                            .anyMatch(
                                    metric -> metric.getGauge().getDataPoints(0).getAsDouble() == 1));
            await("the join is counted")
                    .until(() -> metrics("presence.joins")
                            .anyMatch(metric -> metric.getSum().getDataPointsList().stream()
                                            .mapToDouble(point -> point.getAsDouble())
                                            .sum()
                                    == 1));
            assertThat(node.metric("presence_connections")).isEqualTo(1);
            assertThat(Metrics.get("http://127.0.0.1:" + node.opsPort() + "/stats")
                            .body())
                    .contains("\"local_connections\":1");
            Map<String, String> resource = received.get(0).getResource().getAttributesList().stream()
                    .collect(Collectors.toMap(
                            KeyValue::getKey, pair -> pair.getValue().getStringValue()));
            assertThat(resource)
                    .containsEntry("service.name", "presence-service")
                    .containsEntry("service.instance.id", node.id())
                    .containsKey("service.version");
            assertThat(authorizations).containsOnly("Bearer of the test");
        }
    }

    @Test
    void aNodeThatStopsSendsTheLastValues() {
        try (TestNode node = TestNode.start(settings(3_600));
                TestClient ada = TestClient.join(node.ws(), "board", "Ada")) {
            ada.awaitNames("Ada");
            assertThat(received).isEmpty();
        }
        assertThat(metrics("presence.joins")
                        .mapToDouble(metric -> metric.getSum().getDataPoints(0).getAsDouble()))
                .containsExactly(1.0);
    }

    @Test
    void aCollectorThatCannotBeReachedDisturbsNothing() {
        Map<String, String> settings = settings(1);
        collector.stop(0);
        try (TestNode node = TestNode.start(settings);
                TestClient ada = TestClient.join(node.ws(), "board", "Ada")) {
            ada.awaitNames("Ada");
            await("it is counted").until(() -> node.metric("presence_otlp_failures_total") > 0);
            assertThat(node.metric("presence_connections")).isEqualTo(1);
        }
    }
}
