package presence.cluster;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.UUID;
import presence.board.ClusterBus;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.testing.TestRedis;
import presence.testing.WithRedis;

@WithRedis
class RedisBusIT extends ClusterBusContract {
    private final String url;
    private final String prefix = "t-" + UUID.randomUUID();
    private boolean json;

    RedisBusIT(TestRedis redis) {
        url = redis.url();
    }

    @Override
    ClusterBus newBus() {
        // Every other node speaks JSON: both forms must be understood by all.
        json = !json;
        try {
            ServiceConfig config = ServiceConfig.from(Map.of(
                    "REDIS_URL", url,
                    "PRESENCE_PREFIX", prefix,
                    "PRESENCE_ENVELOPE_FORMAT", json ? "json" : "protobuf"));
            RedisBus bus = new RedisBus(
                    NodeId.random(),
                    config.redis(),
                    new ServiceMetrics(new SimpleMeterRegistry()),
                    () -> System.nanoTime() / 1_000_000);
            bus.start();
            return bus;
        } catch (ConfigException | RedisUnavailableException e) {
            throw new IllegalStateException(e);
        }
    }
}
