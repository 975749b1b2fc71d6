package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.config.ConfigException;
import presence.config.RedisConfig;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

@WithRedis
class RedisConnectionsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int TRIES = 500;

    private final RedisConnections redis;

    RedisConnectionsIT(TestRedis server) throws ConfigException {
        RedisConfig config = ServiceConfig.from(
                        Map.of("REDIS_URL", server.url(), "PRESENCE_PREFIX", "connections" + UUID.randomUUID()))
                .redis();
        redis = new RedisConnections(config, new ServiceMetrics(new SimpleMeterRegistry()), null);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private void connect() {
        try {
            redis.connect(PATIENCE, RedisPubSubAdapter::new);
        } catch (RedisUnavailableException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsConnectedCanBeUsedThoughItWasGivenUpInTheMeantime() {
        for (int i = 0; i < TRIES; i++) {
            redis.dropAll();
            CompletableFuture<Void> connecting = CompletableFuture.runAsync(this::connect);
            while (!connecting.isDone()) {
                redis.dropAll();
                LockSupport.parkNanos(1_000);
            }
            connecting.join();
            connect();
            assertThat(redis.health(true, "").isWhole()).as("try " + i).isTrue();
            assertThat(redis.subscriberOrNull()).isNotNull();
            assertThat(redis.cursorsOrNull()).as("cursors, try " + i).isNotNull();
        }
    }
}
