package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.SharedEventLoops;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.testing.process.DnsServer;
import presence.testing.process.RedisServer;

/**
 * Tests that a node follows Redis to another address of the same name, whose old DNS answer has a TTL of ten minutes.
 */
@Tag("redis")
class UncachedResolverIT {
    private static final Duration FOUND = Duration.ofSeconds(10);

    private final RedisServer redis = RedisServer.start();
    private final DnsServer dns = DnsServer.leadingTo(InetAddress.getLoopbackAddress());

    @AfterEach
    void stop() {
        dns.close();
        redis.close();
    }

    @Test
    void isFoundAtOnce() throws Exception {
        follows(null);
    }

    @Test
    void isFoundAtOnceOnTheLoopsOfBoards() throws Exception {
        if (!SharedEventLoops.areUsable()) {
            return;
        }
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            follows(loops);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private void follows(@Nullable MultiThreadIoEventLoopGroup loops) throws Exception {
        String url = redis.url().replace("127.0.0.1", "redis.presence.test");
        RedisConnections connections = new RedisConnections(
                ServiceConfig.from(Map.of("REDIS_URL", url)).redis(),
                new ServiceMetrics(new SimpleMeterRegistry()),
                loops,
                new SingletonDnsServerAddressStreamProvider(dns.address()));
        InetAddress moved = InetAddress.getByName("127.0.0.2");
        try (ServerSocket elsewhere = new ServerSocket(redis.port(), 50, moved)) {
            connections.connect(FOUND, RedisPubSubAdapter::new);
            assertThat(dns.asked()).isPositive();
            CompletableFuture<Boolean> found = CompletableFuture.supplyAsync(() -> {
                try (Socket accepted = elsewhere.accept()) {
                    return accepted.isConnected();
                } catch (java.io.IOException e) {
                    return false;
                }
            });
            dns.leadTo(moved);
            redis.kill();
            await().atMost(FOUND).until(found::isDone);
            assertThat(found.join()).isTrue();
        } finally {
            connections.close();
        }
    }
}
