package presence.cluster.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import presence.config.RedisConfig;

/** Options of all Redis clients of the service and its command-line tools. */
public final class RedisClientOptions {
    public static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    /** Client name of a node's connections in {@code CLIENT LIST}. */
    public static final String NAME = "presence";

    private static final Duration SHUTDOWN = Duration.ofSeconds(1);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    private static final int BACKOFFS_PER_LEASE = 4;

    private RedisClientOptions() {}

    /**
     * Builds client resources with two I/O and two computation threads; Lettuce reconnects with exponential backoff and
     * full jitter.
     */
    static DefaultClientResources.Builder resources() {
        return resources(DnsServerAddressStreamProviders.platformDefault(), LONGEST_BACKOFF);
    }

    /**
     * @param dnsServers DNS servers that resolve the host of Redis, at each attempt to connect
     * @param longestBackoff longest time between two attempts to reconnect
     */
    static DefaultClientResources.Builder resources(
            DnsServerAddressStreamProvider dnsServers, Duration longestBackoff) {
        return DefaultClientResources.builder()
                .addressResolverGroup(UncachedResolver.withServers(dnsServers))
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(() -> Delay.fullJitter(FIRST_BACKOFF, longestBackoff, 100, TimeUnit.MILLISECONDS));
    }

    /**
     * The longest time between two attempts of a node to reconnect: at most 5 s, and so much less than a lease that the
     * node is heard again before others judge its silence.
     */
    public static Duration longestBackoff(Duration lease) {
        long most = lease.dividedBy(BACKOFFS_PER_LEASE).toMillis();
        long least = 2 * FIRST_BACKOFF.toMillis();
        return Duration.ofMillis(Math.min(Math.max(most, least), LONGEST_BACKOFF.toMillis()));
    }

    /**
     * Builds client options: a dead peer is detected within five seconds, and commands fail at once while a connection
     * is down.
     *
     * @throws IllegalArgumentException if the TLS files cannot be used; the message is one line
     */
    static ClientOptions options(RedisConfig config, TimeoutOptions timeouts) {
        return ClientOptions.builder()
                .autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                // RESP3 copies every pushed message once more.
                .protocolVersion(ProtocolVersion.RESP2)
                // Maintenance notifications of managed servers need one more permission, and RESP3.
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(timeouts)
                .sslOptions(RedisTls.options(config))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(config.commandTimeout())
                        .tcpNoDelay(true)
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(3))
                                .interval(Duration.ofSeconds(1))
                                .count(3)
                                .build())
                        .tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder()
                                .enable()
                                .tcpUserTimeout(Duration.ofSeconds(5))
                                .build())
                        .build())
                .build();
    }

    /**
     * Waits for a connection until the deadline.
     *
     * @param close closes a connection completed after the deadline
     * @param deadlineNanos by {@link System#nanoTime()}
     * @param address of Redis, for messages
     * @throws RedisUnavailableException with the reason in one line
     */
    static <T> T await(CompletionStage<T> connecting, Consumer<? super T> close, long deadlineNanos, String address)
            throws RedisUnavailableException {
        try {
            return connecting.toCompletableFuture().get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // A connection completed after the deadline has no owner: close it.
            connecting.thenAccept(close);
            throw new RedisUnavailableException(address, e);
        } catch (ExecutionException e) {
            throw new RedisUnavailableException(address, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailableException(address, e);
        }
    }

    /** Shuts down a client and its connections. */
    static void end(AbstractRedisClient client) {
        client.shutdown(Duration.ZERO, SHUTDOWN);
    }

    /** Shuts down the threads; call it after the clients that use them are shut down. */
    static void end(ClientResources resources) {
        resources.shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(SHUTDOWN.toMillis());
    }
}
