package presence.testing.process;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import presence.PresenceService;
import presence.admin.PresenceQueries;
import presence.cluster.redis.RedisUnavailableException;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.testing.client.Metrics;

/** A node in the test's JVM, on free ports, with paranoid leak detection. */
public final class TestNode implements AutoCloseable {
    private final PresenceService service;

    private TestNode(PresenceService service) {
        this.service = service;
    }

    /** Starts a node with these settings besides free ports and loopback. */
    public static TestNode start(Map<String, String> settings) {
        Map<String, String> values = new HashMap<>(Map.of(
                "WS_PORT", "0",
                "OPS_PORT", "0",
                "PRESENCE_BIND", "127.0.0.1",
                "PRESENCE_DRAIN_MS", "0"));
        values.putAll(settings);
        try {
            return new TestNode(PresenceService.start(ServiceConfig.from(values)));
        } catch (ConfigException | RedisUnavailableException e) {
            throw new IllegalStateException(e);
        }
    }

    public static TestNode alone() {
        return start(Map.of());
    }

    public static TestNode on(String redisUrl, String prefix) {
        return start(Map.of("REDIS_URL", redisUrl, "PRESENCE_PREFIX", prefix));
    }

    public URI ws() {
        return URI.create("ws://127.0.0.1:" + service.publicPort() + "/ws");
    }

    public int publicPort() {
        return service.publicPort();
    }

    public String id() {
        return service.node().toString();
    }

    /** A metric's value, summed over its labels. */
    public double metric(String name) {
        return Metrics.read(service.opsPort(), name);
    }

    public PresenceQueries queries() {
        return service.queries();
    }

    public int opsPort() {
        return service.opsPort();
    }

    @Override
    public void close() {
        service.close();
    }
}
