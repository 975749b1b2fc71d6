package presence.cluster.tail;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import presence.cluster.redis.ConnectionStateListener;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.ToolConnections;
import presence.config.ConfigException;
import presence.config.RedisConfig;

/**
 * Subscribes to the channels of nodes and publishes nothing. Reconnects as a node does; messages published meanwhile
 * are missed. Needs the permissions for {@code PSUBSCRIBE} and {@code PING} only. Thread-safe.
 */
public final class Tail implements AutoCloseable {
    private final ToolConnections redis;
    private final RedisKeys keys;
    private final String pattern;
    private final Predicate<String> channels;
    private final Consumer<TailEvent> events;
    private final Consumer<String> notices;
    private final AtomicBoolean lost = new AtomicBoolean();
    private volatile boolean closed;

    private Tail(
            ToolConnections redis,
            RedisKeys keys,
            String pattern,
            Predicate<String> channels,
            Consumer<TailEvent> events,
            Consumer<String> notices) {
        this.redis = redis;
        this.keys = keys;
        this.pattern = pattern;
        this.channels = channels;
        this.events = events;
        this.notices = notices;
    }

    /**
     * Subscribes to a pattern.
     *
     * @param pattern pattern of {@code PSUBSCRIBE}; empty = all channels of the configured prefix and database
     * @param events called on Lettuce's event loops; must not block
     * @param notices receives one line when the connection is lost and when it is restored; on Lettuce's event loops
     * @throws ConfigException if no Redis is configured, or its URL cannot be read
     * @throws RedisUnavailableException if Redis cannot be reached within eight seconds, or refuses the pattern
     */
    public static Tail follow(RedisConfig config, String pattern, Consumer<TailEvent> events, Consumer<String> notices)
            throws ConfigException, RedisUnavailableException {
        if (!config.enabled()) {
            throw new ConfigException("REDIS_URL is not set: there are no channels to subscribe to");
        }
        ToolConnections redis;
        try {
            redis = new ToolConnections(config);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        RedisKeys keys = redis.keys(config.prefix());
        Tail tail = pattern.isEmpty()
                ? new Tail(
                        redis, keys, keys.everyChannel(), channel -> !keys.isOfOtherDatabase(channel), events, notices)
                : new Tail(redis, keys, pattern, channel -> true, events, notices);
        try {
            tail.start();
            return tail;
        } catch (RedisUnavailableException e) {
            tail.close();
            throw e;
        }
    }

    /** Host and port of Redis, without credentials. */
    public String address() {
        return redis.address();
    }

    public String pattern() {
        return pattern;
    }

    private void start() throws RedisUnavailableException {
        StatefulRedisPubSubConnection<String, byte[]> connection = redis.connectSubscriber();
        connection.addListener(new Listener());
        connection.addListener(new ConnectionStateListener(up -> onChange(connection, up)));
        try {
            connection.async().psubscribe(pattern).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new RedisUnavailableException(refused(e));
        }
    }

    private String refused(Throwable failure) {
        String reason = RedisUnavailableException.reason(failure);
        // Redis compares the pattern of PSUBSCRIBE with the ACL literally, not as a glob.
        String advice =
                reason.startsWith("NOPERM") ? "; this Redis user needs +psubscribe and exactly &" + pattern : "";
        return "cannot subscribe to " + pattern + " on Redis at " + address() + ": " + reason + advice;
    }

    private void onChange(StatefulRedisPubSubConnection<String, byte[]> connection, boolean up) {
        if (closed) {
            return;
        }
        if (!up) {
            if (lost.compareAndSet(false, true)) {
                notices.accept("redis connection lost, reconnecting redis=" + address());
            }
            return;
        }
        // Lettuce subscribes again by itself, but does not report a refusal.
        connection.async().psubscribe(pattern).whenComplete((done, failure) -> {
            if (failure != null && !closed && connection.isOpen()) {
                notices.accept(refused(failure));
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        redis.close();
    }

    private final class Listener extends RedisPubSubAdapter<String, byte[]> {
        @Override
        public void message(String matched, String channel, byte[] message) {
            if (channels.test(channel)) {
                events.accept(TailEvent.read(keys, Instant.now(), channel, message));
            }
        }

        @Override
        public void psubscribed(String subscribed, long count) {
            if (lost.compareAndSet(true, false)) {
                notices.accept("redis connection restored redis=" + address());
            }
        }
    }
}
