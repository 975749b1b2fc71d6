package presence.cluster.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.cluster.envelope.EnvelopeCounters;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.testing.WithRedis;
import presence.testing.client.Resp;
import presence.testing.process.TcpProxy;
import presence.testing.process.TestRedis;

@WithRedis
class CursorPublisherIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** The name and address of the last publisher. */
    private static final Pattern PUBLISHER = Pattern.compile("addr=127\\.0\\.0\\.1:(\\d+) .*cmd=publish ");

    private final int port;
    private final TcpProxy proxy;
    private final ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
    private final RedisConnections redis;
    private final CursorPublisher cursors;
    private final EventLoop loop = new DefaultEventLoop();
    private final AtomicInteger sentAgain = new AtomicInteger();
    private final AtomicLong receivers = new AtomicLong(-1);

    CursorPublisherIT(TestRedis server) throws ConfigException {
        port = URI.create(server.url()).getPort();
        proxy = TcpProxy.to(port);
        redis = new RedisConnections(
                ServiceConfig.from(Map.of("REDIS_URL", server.url().replace(":" + port, ":" + proxy.port())))
                        .redis(),
                metrics,
                null);
        cursors = new CursorPublisher(redis, PubSubMode.CLASSIC, metrics);
    }

    @AfterEach
    void close() {
        redis.close();
        proxy.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void aConnectionWithoutRepliesIsReplacedAndItsCursorsAreSentAgain() throws Exception {
        connect();
        publish();
        awaitPublished(1);
        int publisher = publisherPort();
        assertThat(proxy.blackHoleOnly(from -> from == publisher)).isEqualTo(1);
        publish();
        await().until(() -> !cursors.check());
        assertThat(sentAgain).hasValue(0);
        redis.dropCursors();

        connect();
        await().until(() -> {
            cursors.check();
            return sentAgain.get() == 1;
        });
        publish();
        awaitPublished(2);
        await().untilAsserted(() -> assertThat(receivers).hasValue(0));
    }

    private void connect() throws RedisUnavailableException {
        redis.connect(TIMEOUT, RedisPubSubAdapter::new);
    }

    private void publish() {
        loop.submit(() -> cursors.publish(loop, "cursors", new byte[1], sentAgain::incrementAndGet, receivers::set))
                .syncUninterruptibly();
    }

    private void awaitPublished(int times) {
        await().until(() -> new EnvelopeCounters(metrics).publishedTotal() == times);
    }

    private int publisherPort() throws IOException {
        return PUBLISHER
                .matcher(String.join("\n", Resp.require(port, "CLIENT", "LIST")))
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .filter(proxy.serverSidePorts()::contains)
                .findFirst()
                .orElseThrow();
    }
}
