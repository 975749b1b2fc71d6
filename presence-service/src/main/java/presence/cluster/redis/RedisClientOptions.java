package presence.cluster.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
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
import presence.config.RedisConfig;

/** How this service, and its commands, connect to Redis. */
public final class RedisClientOptions {
    public static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    /** What a node's connections are called in {@code CLIENT LIST}. */
    public static final String NAME = "presence";

    private static final Duration SHUTDOWN = Duration.ofSeconds(1);

    private RedisClientOptions() {}

    /** Two threads each; a lost connection is tried again with exponential backoff and full jitter. */
    static DefaultClientResources.Builder resources() {
        return resources(DnsServerAddressStreamProviders.platformDefault());
    }

    /** @param names the servers that are asked for the address of Redis, each time */
    static DefaultClientResources.Builder resources(DnsServerAddressStreamProvider names) {
        return DefaultClientResources.builder()
                .addressResolverGroup(UncachedResolver.askedOf(names))
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(() ->
                        Delay.fullJitter(Duration.ofMillis(50), Duration.ofSeconds(5), 100, TimeUnit.MILLISECONDS));
    }

    /**
     * A dead peer is noticed within five seconds; while a connection is down its commands fail at once.
     *
     * @throws IllegalArgumentException if the files for TLS cannot be used, in one line
     */
    static ClientOptions options(RedisConfig config, TimeoutOptions timeouts) {
        return ClientOptions.builder()
                .autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                // RESP3 copies every pushed message once more.
                .protocolVersion(ProtocolVersion.RESP2)
                // Announced moves of a managed server: a right more, and only with RESP3.
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
     * The connection, if it is there in time.
     *
     * @param deadlineNanos by {@link System#nanoTime()}
     * @param address of Redis, for people
     * @throws RedisUnavailableException with the reason in one line
     */
    static <T extends StatefulConnection<?, ?>> T await(
            CompletionStage<T> connecting, long deadlineNanos, String address) throws RedisUnavailableException {
        try {
            return connecting.toCompletableFuture().get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // If it comes about after all, nobody would ever end it.
            connecting.thenAccept(StatefulConnection::closeAsync);
            throw new RedisUnavailableException(address, e);
        } catch (ExecutionException e) {
            throw new RedisUnavailableException(address, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailableException(address, e);
        }
    }

    /** Ends a client and its connections. */
    static void end(AbstractRedisClient client) {
        client.shutdown(Duration.ZERO, SHUTDOWN);
    }

    /** Ends their threads; not before the clients that use them. */
    static void end(ClientResources resources) {
        resources.shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(SHUTDOWN.toMillis());
    }
}
