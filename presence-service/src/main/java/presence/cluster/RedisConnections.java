package presence.cluster;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.ClusterHealth;

/**
 * The three connections of a node: commands, cursors (which may be lost and must not wait behind
 * commands), and the subscriber. Lettuce reconnects each of them by itself with exponential backoff and
 * full jitter; while one is down its commands fail at once instead of piling up. Thread-safe.
 */
final class RedisConnections implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisConnections.class);

    private final RedisURI uri;
    private final ServiceMetrics metrics;
    private final ClientResources resources;
    private final ClientResources boardResources;
    private final RedisClient client;
    /** Sets no timer per command: a cursor is not waited for. */
    private final RedisClient cursorClient;
    /** One of the two. */
    private final RedisClient subscriberClient;

    private final List<Runnable> onCommandsUp = new CopyOnWriteArrayList<>();
    private final List<Runnable> onSubscriberUp = new CopyOnWriteArrayList<>();

    private final RedisLine<StatefulRedisConnection<String, byte[]>> commands =
            new RedisLine<>("commands", this::onChange);
    private final RedisLine<StatefulRedisConnection<String, byte[]>> cursors =
            new RedisLine<>("cursors", this::onChange);
    private final RedisLine<StatefulRedisPubSubConnection<String, byte[]>> subscriber =
            new RedisLine<>("subscriber", this::onChange);
    private volatile boolean closed;
    private final AtomicBoolean lost = new AtomicBoolean();

    /**
     * @param boardLoops carry the cursor connection, so that boards wake no other thread to publish; and the
     *     subscriber if there is but one loop. One of several would read what all boards hear, and be late with it
     *     when its own are busy. Not over TLS, whose handshake takes long. Null: Lettuce's threads carry everything
     * @throws IllegalArgumentException if the URL cannot be read; the message does not repeat it
     */
    RedisConnections(
            ServiceConfig.Redis config, ServiceMetrics metrics, @Nullable MultiThreadIoEventLoopGroup boardLoops) {
        this.metrics = metrics;
        uri = RedisClients.uri(config);
        uri.setClientName(RedisClients.NAME);
        resources = RedisClients.resources().build();
        boolean lent = boardLoops != null && LentEventLoops.areUsable() && !uri.isSsl();
        boardResources = boardLoops == null || !lent
                ? resources
                : RedisClients.resources()
                        .eventLoopGroupProvider(new LentEventLoops(boardLoops))
                        .build();
        client = RedisClient.create(resources, uri);
        client.setOptions(RedisClients.options(config, TimeoutOptions.enabled(config.commandTimeout())));
        cursorClient = RedisClient.create(boardResources, uri);
        cursorClient.setOptions(RedisClients.options(config, TimeoutOptions.create()));
        subscriberClient = boardLoops != null && boardLoops.executorCount() == 1 ? cursorClient : client;
    }

    /** Host and port, without credentials, for people. */
    String address() {
        return RedisClients.address(uri);
    }

    /** Called, on a thread of Lettuce's, whenever the command connection is there (again). */
    void onCommandsUp(Runnable listener) {
        onCommandsUp.add(listener);
    }

    /** Called, on a thread of Lettuce's, whenever the subscriber has reconnected. */
    void onSubscriberUp(Runnable listener) {
        onSubscriberUp.add(listener);
    }

    /**
     * Connects those of the three that are not, within {@code timeout}.
     *
     * @param listener makes the listener of a new subscriber connection
     * @throws RedisUnavailableException with the reason in one line
     */
    synchronized void connect(Duration timeout, Supplier<RedisPubSubListener<String, byte[]>> listener)
            throws RedisUnavailableException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            if (!subscriber.exists()) {
                StatefulRedisPubSubConnection<String, byte[]> connection =
                        RedisClients.await(subscriberClient.connectPubSubAsync(RedisClients.CODEC, uri), deadline);
                connection.addListener(listener.get());
                subscriber.use(connection);
            }
            if (!cursors.exists()) {
                cursors.use(RedisClients.await(cursorClient.connectAsync(RedisClients.CODEC, uri), deadline));
            }
            if (!commands.exists()) {
                commands.use(RedisClients.await(client.connectAsync(RedisClients.CODEC, uri), deadline));
                onCommandsUp.forEach(Runnable::run);
            }
            sayIfBack();
        } catch (ExecutionException e) {
            throw new RedisUnavailableException(address(), e.getCause());
        } catch (TimeoutException e) {
            throw new RedisUnavailableException(address(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailableException(address(), e);
        }
    }

    /** Gives the subscriber connection up; {@link #connect} makes another. */
    void dropSubscriber() {
        subscriber.drop();
    }

    /** Gives the cursor connection up; {@link #connect} makes another. What is under way on it has failed. */
    void dropCursors() {
        cursors.drop();
    }

    /** Gives all connections up; {@link #connect} makes others. On Sentinel this finds the new master. */
    void dropAll() {
        subscriber.drop();
        cursors.drop();
        commands.drop();
    }

    /** @param hears whether own heartbeats come back */
    ClusterHealth health(boolean hears) {
        return new ClusterHealth(true, commands.isUp(), cursors.isUp(), subscriber.isUp(), hears);
    }

    boolean areCommandsUp() {
        return commands.isUp();
    }

    boolean isSubscriberUp() {
        return subscriber.isUp();
    }

    /** The command connection, or a failed stage while it is down. */
    CompletionStage<RedisAsyncCommands<String, byte[]>> commands() {
        StatefulRedisConnection<String, byte[]> connection = commands.orNull();
        if (connection == null) {
            return CompletableFuture.failedStage(new CompletionException("not connected to Redis", null));
        }
        return CompletableFuture.completedStage(connection.async());
    }

    /** The cursor connection, null while it is down. */
    @Nullable StatefulRedisConnection<String, byte[]> cursorsOrNull() {
        return cursors.orNull();
    }

    /** The subscriber connection, null while it is down. */
    @Nullable StatefulRedisPubSubConnection<String, byte[]> subscriberOrNull() {
        return subscriber.orNull();
    }

    @Override
    public void close() {
        closed = true;
        RedisClients.end(client);
        RedisClients.end(cursorClient);
        RedisClients.end(resources);
        RedisClients.end(boardResources);
    }

    private void onChange(RedisLine<?> line, boolean up) {
        if (!up) {
            sayLost(line.name());
            return;
        }
        metrics.redisReconnects.increment();
        if (line == commands) {
            onCommandsUp.forEach(Runnable::run);
        } else if (line == subscriber) {
            onSubscriberUp.forEach(Runnable::run);
        }
        sayIfBack();
    }

    private void sayLost(String name) {
        // The connections fail together: one line says it.
        if (!closed && lost.compareAndSet(false, true)) {
            log.warn("redis lost, going on locally and reconnecting connection={} redis={}", name, address());
        }
    }

    private void sayIfBack() {
        if (commands.isUp() && cursors.isUp() && subscriber.isUp() && lost.compareAndSet(true, false)) {
            log.info("redis is back redis={}", address());
        }
    }
}
