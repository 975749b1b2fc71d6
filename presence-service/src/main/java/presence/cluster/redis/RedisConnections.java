package presence.cluster.redis;

import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisServerAsyncCommands;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.RedisConfig;
import presence.metrics.ServiceMetrics;
import presence.model.ClusterHealth;

/**
 * The three connections of a node: commands, cursors (which may be lost and must not wait behind
 * commands), and the subscriber. Lettuce reconnects each of them by itself with exponential backoff and
 * full jitter; while one is down its commands fail at once instead of piling up. Thread-safe.
 */
public final class RedisConnections implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisConnections.class);

    private final RedisTarget target;
    private final ServiceMetrics metrics;
    private final ClientResources resources;
    private final ClientResources boardResources;
    private final RedisConnector dial;
    /** Sets no timer per command: a cursor is not waited for. */
    private final RedisConnector cursorDial;
    /** One of the two. */
    private final RedisConnector subscriberDial;

    private final List<Runnable> onCommandsUp = new CopyOnWriteArrayList<>();
    private final List<Runnable> onSubscriberUp = new CopyOnWriteArrayList<>();

    private final ManagedConnection<StatefulConnection<String, byte[]>> commands =
            new ManagedConnection<>("commands", this::onChange);
    private final ManagedConnection<StatefulConnection<String, byte[]>> cursors =
            new ManagedConnection<>("cursors", this::onChange);
    private final ManagedConnection<StatefulRedisPubSubConnection<String, byte[]>> subscriber =
            new ManagedConnection<>("subscriber", this::onChange);
    private volatile boolean closed;
    private final AtomicBoolean lost = new AtomicBoolean();

    /**
     * @param boardLoops carry the cursor connection, so that boards wake no other thread to publish; and the
     *     subscriber if there is but one loop. One of several would read what all boards hear, and be late with it
     *     when its own are busy. Not over TLS, whose handshake takes long, and not to a Cluster, where a connection is
     *     many. Null: Lettuce's threads carry everything
     * @throws IllegalArgumentException if the URL cannot be read; the message does not repeat it
     */
    public RedisConnections(
            RedisConfig config, ServiceMetrics metrics, @Nullable MultiThreadIoEventLoopGroup boardLoops) {
        this(config, metrics, boardLoops, DnsServerAddressStreamProviders.platformDefault());
    }

    /** @param names the servers that are asked for the address of Redis */
    public RedisConnections(
            RedisConfig config,
            ServiceMetrics metrics,
            @Nullable MultiThreadIoEventLoopGroup boardLoops,
            DnsServerAddressStreamProvider names) {
        this.metrics = metrics;
        target = RedisTarget.of(config).named(RedisClientOptions.NAME);
        resources = RedisClientOptions.resources(names).build();
        boolean lent = boardLoops != null && SharedEventLoops.areUsable() && !target.isSsl() && !target.isCluster();
        boardResources = boardLoops == null || !lent
                ? resources
                : RedisClientOptions.resources(names)
                        .eventLoopGroupProvider(new SharedEventLoops(boardLoops))
                        .build();
        dial = RedisConnector.to(
                target, resources, RedisClientOptions.options(config, TimeoutOptions.enabled(config.commandTimeout())));
        cursorDial =
                RedisConnector.to(target, boardResources, RedisClientOptions.options(config, TimeoutOptions.create()));
        subscriberDial = boardLoops != null && lent && boardLoops.executorCount() == 1 ? cursorDial : dial;
        // Another master may lack what the last one had not passed on; no connection of ours need have been lost.
        resources.eventBus().get().ofType(ClusterTopologyChangedEvent.class).subscribe(event -> onTopologyChange());
    }

    /** Host and port, without credentials, for people. */
    public String address() {
        return target.address();
    }

    /** Whether a server that says so is one of a Cluster, and used as if it were all. */
    public boolean isLoneServerOf(ServerHello hello) {
        return target.isLoneServerOf(hello);
    }

    /** The URL of that Cluster, without credentials. */
    public String clusterUrl() {
        return target.clusterUrl();
    }

    /** What channels and keys are called there. */
    public RedisKeys names(String prefix) {
        return target.names(prefix);
    }

    /** Called, on a thread of Lettuce's, whenever the command connection is there (again), or a Cluster has changed. */
    public void onCommandsUp(Runnable listener) {
        onCommandsUp.add(listener);
    }

    /** Called, on a thread of Lettuce's, whenever the subscriber has reconnected, or a Cluster has changed. */
    public void onSubscriberUp(Runnable listener) {
        onSubscriberUp.add(listener);
    }

    /** Called, on a thread of Lettuce's, whenever a server of a Cluster can be heard (again). */
    public void onShardHeard(Runnable listener) {
        subscriberDial.onSubscriberConnected(listener);
    }

    /**
     * Connects those of the three that are not, within {@code timeout}.
     *
     * @param listener makes the listener of a new subscriber connection
     * @throws RedisUnavailableException with the reason in one line
     */
    public synchronized void connect(Duration timeout, Supplier<RedisPubSubListener<String, byte[]>> listener)
            throws RedisUnavailableException {
        long deadline = System.nanoTime() + timeout.toNanos();
        if (!subscriber.exists()) {
            StatefulRedisPubSubConnection<String, byte[]> connection =
                    RedisClientOptions.await(subscriberDial.connectSubscriber(), deadline, address());
            connection.addListener(listener.get());
            subscriber.use(connection);
        }
        if (!cursors.exists()) {
            cursors.use(RedisClientOptions.await(cursorDial.connect(), deadline, address()));
        }
        if (!commands.exists()) {
            commands.use(RedisClientOptions.await(dial.connect(), deadline, address()));
            onCommandsUp.forEach(Runnable::run);
        }
        sayIfBack();
    }

    /**
     * The same for a process that has just begun, whose own slowness looks like Redis': who has not answered in time is
     * asked again.
     */
    public void connectAtStart(Duration timeout, Supplier<RedisPubSubListener<String, byte[]>> listener)
            throws RedisUnavailableException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            try {
                connect(left, listener);
                return;
            } catch (RedisUnavailableException e) {
                if (!e.isLate() || deadline - System.nanoTime() <= 0) {
                    throw e;
                }
                log.info("redis has not answered in time, trying again redis={}", address());
            }
        }
    }

    /**
     * Tries something on a connection made anew: where the name leads now, which need not be where the connections in
     * use were made to. Ends it again.
     *
     * @throws RedisUnavailableException with the reason in one line
     */
    public void tryAnew(Duration timeout, Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<?>> trial)
            throws RedisUnavailableException {
        long deadline = System.nanoTime() + timeout.toNanos();
        StatefulConnection<String, byte[]> connection = RedisClientOptions.await(dial.connect(), deadline, address());
        try {
            trial.apply(RedisConnector.commands(connection))
                    .toCompletableFuture()
                    .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new RedisUnavailableException(address(), e);
        } catch (ExecutionException e) {
            throw new RedisUnavailableException(address(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailableException(address(), e);
        } finally {
            connection.closeAsync();
        }
    }

    /** Gives the subscriber connection up; {@link #connect} makes another. */
    public void dropSubscriber() {
        subscriber.drop();
    }

    /** Gives the cursor connection up; {@link #connect} makes another. What is under way on it has failed. */
    public void dropCursors() {
        cursors.drop();
    }

    /** Gives all connections up; {@link #connect} makes others. On Sentinel this finds the new master. */
    public void dropAll() {
        subscriber.drop();
        cursors.drop();
        commands.drop();
    }

    /**
     * @param hears whether own heartbeats come back
     * @param refused the error with which Redis refuses writes; empty while it takes them
     */
    public ClusterHealth health(boolean hears, String refused) {
        return new ClusterHealth(true, commands.isUp(), cursors.isUp(), subscriber.isUp(), hears, refused);
    }

    public boolean areCommandsUp() {
        return commands.isUp();
    }

    public boolean isSubscriberUp() {
        return subscriber.isUp();
    }

    /** The command connection, or a failed stage while it is down. */
    public CompletionStage<RedisClusterAsyncCommands<String, byte[]>> commands() {
        StatefulConnection<String, byte[]> connection = commands.orNull();
        if (connection == null) {
            return CompletableFuture.failedStage(new CompletionException("not connected to Redis", null));
        }
        return CompletableFuture.completedStage(RedisConnector.commands(connection));
    }

    /** The cursor connection, null while it is down. */
    public @Nullable StatefulConnection<String, byte[]> cursorsOrNull() {
        return cursors.orNull();
    }

    /** The subscriber connection, null while it is down. */
    public @Nullable StatefulRedisPubSubConnection<String, byte[]> subscriberOrNull() {
        return subscriber.orNull();
    }

    /**
     * Has something pass on connections on which nothing may have for long: what lies between cuts those that are idle,
     * after 60 s often. Beside them the command connection to one server has the heartbeats of this node, and the
     * subscriber those of all.
     */
    public void keepAlive() {
        keepAlive(cursors.orNull());
        StatefulConnection<String, byte[]> connection = commands.orNull();
        if (connection instanceof StatefulRedisClusterConnection<?, ?>) {
            keepAlive(connection);
        }
    }

    private static void keepAlive(@Nullable StatefulConnection<String, byte[]> connection) {
        if (connection != null) {
            // Every node may ask for the time.
            RedisConnector.eachServer(connection).forEach(server -> server.thenAccept(RedisServerAsyncCommands::time));
        }
    }

    @Override
    public void close() {
        closed = true;
        dial.close();
        cursorDial.close();
        RedisClientOptions.end(resources);
        RedisClientOptions.end(boardResources);
    }

    private void onChange(ManagedConnection<?> line, boolean up) {
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

    private void onTopologyChange() {
        log.info("redis cluster has changed redis={}", address());
        if (commands.isUp()) {
            onCommandsUp.forEach(Runnable::run);
        }
        if (subscriber.isUp()) {
            onSubscriberUp.forEach(Runnable::run);
        }
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
