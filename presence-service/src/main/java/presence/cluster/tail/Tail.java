package presence.cluster.tail;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import presence.cluster.redis.ManagedConnection;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.ToolConnections;
import presence.config.ConfigException;
import presence.config.RedisConfig;

/**
 * Listens to what the nodes tell each other and says nothing itself. Reconnects as a node does; what is published
 * meanwhile is not heard. Needs the rights to {@code PSUBSCRIBE} and {@code PING} alone. Thread-safe.
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
     * Listens from now on.
     *
     * @param pattern of channels, as {@code PSUBSCRIBE} takes it; empty = all of the configured prefix and database
     * @param events called on Lettuce's thread, must not wait
     * @param notices told in a line each when the connection is lost and when it is back; on Lettuce's thread
     * @throws ConfigException if no Redis is configured, or by a URL that cannot be read
     * @throws RedisUnavailableException if Redis cannot be reached within eight seconds, or refuses the pattern
     */
    public static Tail follow(RedisConfig config, String pattern, Consumer<TailEvent> events, Consumer<String> notices)
            throws ConfigException, RedisUnavailableException {
        if (!config.enabled()) {
            throw new ConfigException("REDIS_URL is not set: there is nothing to listen to");
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
                        redis,
                        keys,
                        keys.everyChannel(),
                        channel -> !keys.isOfOtherDatabase(channel),
                        events,
                        notices)
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
        ManagedConnection<StatefulRedisPubSubConnection<String, byte[]>> line =
                new ManagedConnection<>("tail", (changed, up) -> onChange(connection, up));
        line.use(connection);
        try {
            connection.async().psubscribe(pattern).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new RedisUnavailableException(refused(e));
        }
    }

    private String refused(Throwable failure) {
        String reason = RedisUnavailableException.reason(failure);
        // Redis compares what a user may PSUBSCRIBE to letter by letter, not as a pattern.
        String advice =
                reason.startsWith("NOPERM") ? "; this Redis user needs +psubscribe and exactly &" + pattern : "";
        return "cannot listen to " + pattern + " on Redis at " + address() + ": " + reason + advice;
    }

    private void onChange(StatefulRedisPubSubConnection<String, byte[]> connection, boolean up) {
        if (closed) {
            return;
        }
        if (!up) {
            if (lost.compareAndSet(false, true)) {
                notices.accept("redis lost, reconnecting redis=" + address());
            }
            return;
        }
        // Lettuce asks again by itself, and tells nobody if that is refused.
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
                notices.accept("redis is back redis=" + address());
            }
        }
    }
}
