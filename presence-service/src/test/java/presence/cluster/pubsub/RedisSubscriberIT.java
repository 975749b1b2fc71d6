package presence.cluster.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.pubsub.RedisPubSubListener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.cluster.RedisBuses;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.SharedEventLoops;
import presence.config.ConfigException;
import presence.config.RedisConfig;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Envelope;
import presence.testing.WithRedis;
import presence.testing.client.Resp;
import presence.testing.process.TestRedis;

@WithRedis
class RedisSubscriberIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String channel = "test:" + UUID.randomUUID();
    private final List<RedisPubSubListener<String, byte[]>> listeners = new ArrayList<>();
    private final int port;
    private final ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
    private final RedisConfig config;
    private final RedisConnections redis;
    private final RedisSubscriber subscriber;

    RedisSubscriberIT(TestRedis server) throws ConfigException {
        port = URI.create(server.url()).getPort();
        config = ServiceConfig.from(Map.of("REDIS_URL", server.url())).redis();
        redis = new RedisConnections(config, metrics, null);
        subscriber = new RedisSubscriber(
                redis,
                new EnvelopeCodec(NodeId.random(), false),
                PubSubMode.CLASSIC,
                RedisBuses.openGate(metrics),
                metrics);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void messagesArriveOnTheBoardsThreadIfThereIsOnlyOne(int threads) throws Exception {
        IoHandlerFactory io = SharedEventLoops.areUsable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        var loops = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("boards", true), io);
        CompletableFuture<String> heardOn = new CompletableFuture<>();
        try (RedisConnections connections = new RedisConnections(config, metrics, loops)) {
            RedisSubscriber started = new RedisSubscriber(
                    connections,
                    new EnvelopeCodec(NodeId.random(), false),
                    PubSubMode.CLASSIC,
                    RedisBuses.openGate(metrics),
                    metrics);
            connections.connect(TIMEOUT, started::newListener);
            started.follow(channel, new IgnoringFollower() {
                @Override
                public void onSubscribed() {
                    heardOn.complete(Thread.currentThread().getName());
                }
            });
            assertThat(heardOn.get(10, TimeUnit.SECONDS).startsWith("boards"))
                    .isEqualTo(threads == 1 && SharedEventLoops.areUsable());
        }
        assertThat(loops.isShuttingDown())
                .as("loops of boards are not shut down")
                .isFalse();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void anAcknowledgementOfTheOldConnectionIsNoneOfTheNew() throws Exception {
        connect();
        redis.dropSubscriber();
        subscriber.follow(channel, new IgnoringFollower());
        connect();
        // It was in flight when the connection was dropped.
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

    private static class IgnoringFollower implements RedisSubscriber.Follower {
        @Override
        public void onSubscribed() {}

        @Override
        public void onEnvelope(Origin sender, Envelope envelope) {}
    }
}
