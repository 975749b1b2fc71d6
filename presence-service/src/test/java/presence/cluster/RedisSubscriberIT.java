package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.pubsub.RedisPubSubListener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.proto.Envelope;
import presence.testing.Resp;
import presence.testing.TestRedis;
import presence.testing.WithRedis;

@WithRedis
class RedisSubscriberIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String channel = "test:" + UUID.randomUUID();
    private final List<RedisPubSubListener<String, byte[]>> listeners = new ArrayList<>();
    private final int port;
    private final RedisConnections redis;
    private final RedisSubscriber subscriber;

    RedisSubscriberIT(TestRedis server) throws ConfigException {
        port = URI.create(server.url()).getPort();
        ServiceConfig.Redis config =
                ServiceConfig.from(Map.of("REDIS_URL", server.url())).redis();
        ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
        redis = new RedisConnections(config, metrics);
        subscriber = new RedisSubscriber(redis, new EnvelopeCodec(NodeId.random(), false), metrics);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void anAcknowledgementOfTheOldConnectionIsNoneOfTheNew() throws Exception {
        connect();
        redis.dropSubscriber();
        subscriber.follow(channel, new Deaf());
        connect();
        // It was on its way when the connection was given up.
        listeners.get(0).subscribed(channel, 1);
        subscriber.reconcile();
        await().untilAsserted(() ->
                assertThat(Resp.require(port, "PUBSUB", "NUMSUB", channel)).containsExactly(channel, "1"));
    }

    private void connect() throws RedisUnavailableException {
        redis.connect(TIMEOUT, () -> {
            listeners.add(subscriber.newListener());
            return listeners.get(listeners.size() - 1);
        });
    }

    private static final class Deaf implements RedisSubscriber.Follower {
        @Override
        public void onSubscribed() {}

        @Override
        public void onEnvelope(Envelope envelope) {}
    }
}
