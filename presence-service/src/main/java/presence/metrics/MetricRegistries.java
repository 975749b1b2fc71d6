package presence.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.ipc.http.HttpUrlConnectionSender;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where metrics go: to Prometheus, which reads them, and to a collector that is sent them by OTLP, if one is set. */
public final class MetricRegistries implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MetricRegistries.class);
    /** Longest time to connect, and to wait for an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MeterRegistry all;

    private MetricRegistries() {
        // A composite would cost a loop for each measurement.
        all = prometheus;
    }

    private MetricRegistries(OtlpSettings settings) {
        OtlpMetricsSender http = new OtlpHttpMetricsSender(new HttpUrlConnectionSender(PATIENCE, PATIENCE));
        Counter failures = Counter.builder("presence.otlp.failures")
                .description("sendings of metrics to the collector that failed")
                .register(prometheus);
        CompositeMeterRegistry composite = new CompositeMeterRegistry();
        composite.add(prometheus);
        composite.add(OtlpMeterRegistry.builder(settings)
                .metricsSender(request -> send(http, request, failures))
                .build());
        all = composite;
    }

    public static MetricRegistries prometheusOnly() {
        return new MetricRegistries();
    }

    /**
     * Sends all metrics to a collector, too. A failure is logged and counted; the next sending has what was missed, as
     * counts are cumulative.
     *
     * @param url of the collector, with its path
     * @param interval between two sendings
     * @param headers of each request
     * @param nodeId identifies the node to the collector ({@code service.instance.id})
     */
    public static MetricRegistries withCollector(
            String url, Duration interval, Map<String, String> headers, String nodeId, String version) {
        return new MetricRegistries(new OtlpSettings(url, interval, headers, nodeId, version));
    }

    /** Micrometer would log the stack of each failure. */
    private static void send(OtlpMetricsSender http, OtlpMetricsSender.Request request, Counter failures) {
        try {
            http.send(request);
        } catch (Exception e) {
            failures.increment();
            log.warn("cannot send metrics url={} detail={}", request.getAddress(), e.getMessage());
        }
    }

    /** Takes all measurements. */
    public MeterRegistry all() {
        return all;
    }

    public PrometheusMeterRegistry prometheus() {
        return prometheus;
    }

    /** Sends what was not sent yet, and stops. */
    @Override
    public void close() {
        all.close();
        prometheus.close();
    }

    private record OtlpSettings(String url, Duration step, Map<String, String> headers, String nodeId, String version)
            implements OtlpConfig {
        @Override
        public @Nullable String get(String key) {
            // All that is not set here has Micrometer's default.
            return null;
        }

        @Override
        public Map<String, String> resourceAttributes() {
            // Those in the environment (OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME) come first.
            Map<String, String> attributes = new HashMap<>(OtlpConfig.super.resourceAttributes());
            attributes.merge(
                    "service.name", "presence-service", (given, own) -> given.equals("unknown_service") ? own : given);
            attributes.putIfAbsent("service.instance.id", nodeId);
            attributes.putIfAbsent("service.version", version);
            return attributes;
        }
    }
}
