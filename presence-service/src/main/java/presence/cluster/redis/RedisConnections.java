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
 * Owns the three connections of a node: commands, cursors (which may be lost and must not queue behind commands), and
 * the subscriber. Lettuce reconnects each with exponential backoff and full jitter; while one is down, its commands
 * fail at once instead of queueing. Thread-safe.
 */
public final class RedisConnections implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisConnections.class);

    private final RedisTarget target;
    private final ServiceMetrics metrics;
    private final ClientResources resources;
    private final ClientResources boardResources;
    private final RedisConnector connector;
    /** Has no command timeout, and so no timer per cursor. */
    private final RedisConnector cursorConnector;
    /** {@link #connector} or {@link #cursorConnector}. */
    private final RedisConnector subscriberConnector;

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
     * @param boardLoops event loops for the cursor connection, so that boards wake no other thread to publish, and for
     *     the subscriber if there is only one loop: with several, one loop would read the messages of all boards and
     *     delay them when its own boards are busy. Not used over TLS, whose handshake takes long, nor with a Cluster,
     *     where a connection is several. Null: Lettuce's threads carry all connections
     * @throws IllegalArgumentException if the URL cannot be read; the message does not repeat it
     */
    public RedisConnections(
            RedisConfig config, ServiceMetrics metrics, @Nullable MultiThreadIoEventLoopGroup boardLoops) {
        this(config, metrics, boardLoops, DnsServerAddressStreamProviders.platformDefault());
    }

    /** @param dnsServers DNS servers that resolve the host of Redis */
    public RedisConnections(
            RedisConfig config,
            ServiceMetrics metrics,
            @Nullable MultiThreadIoEventLoopGroup boardLoops,
            DnsServerAddressStreamProvider dnsServers) {
        this.metrics = metrics;
        target = RedisTarget.of(config).named(RedisClientOptions.NAME);
        resources = RedisClientOptions.resources(dnsServers).build();
        boolean shared = boardLoops != null && SharedEventLoops.areUsable() && !target.isSsl() && !target.isCluster();
        boardResources = boardLoops == null || !shared
                ? resources
                : RedisClientOptions.resources(dnsServers)
                        .eventLoopGroupProvider(new SharedEventLoops(boardLoops))
                        .build();
        connector = RedisConnector.to(
                target, resources, RedisClientOptions.options(config, TimeoutOptions.enabled(config.commandTimeout())));
        cursorConnector =
                RedisConnector.to(target, boardResources, RedisClientOptions.options(config, TimeoutOptions.create()));
        subscriberConnector =
                boardLoops != null && shared && boardLoops.executorCount() == 1 ? cursorConnector : connector;
        // A promoted replica may lack the last writes, even if none of our connections was lost.
        resources.eventBus().get().ofType(ClusterTopologyChangedEvent.class).subscribe(event -> onTopologyChange());
    }

    /** Host and port, without credentials, for messages. */
    public String address() {
        return target.address();
    }

    /** Whether the server belongs to a Redis Cluster though the URL names it as a standalone server. */
    public boolean isLoneServerOf(ServerHello hello) {
        return target.isLoneServerOf(hello);
    }

    /** The URL of that Cluster, without credentials. */
    public String clusterUrl() {
        return target.clusterUrl();
    }

    /** The keys and channels under a prefix, in the database of the URL. */
    public RedisKeys keys(String prefix) {
        return target.keys(prefix);
    }

    /**
     * Adds a listener called on Lettuce's event loops when the command connection is up (again) or the topology of a
     * Cluster has changed.
     */
    public void onCommandsUp(Runnable listener) {
        onCommandsUp.add(listener);
    }

    /**
     * Adds a listener called on Lettuce's event loops when the subscriber has reconnected or the topology of a Cluster
     * has changed.
     */
    public void onSubscriberUp(Runnable listener) {
        onSubscriberUp.add(listener);
    }

    /**
     * Adds a listener called on Lettuce's event loops when a subscriber connection to a server of a Cluster is up
     * (again).
     */
    public void onShardConnected(Runnable listener) {
        subscriberConnector.onSubscriberConnected(listener);
    }

    /**
     * Connects each of the three connections that does not exist, within {@code timeout}.
     *
     * @param listener makes the listener of a new subscriber connection
     * @throws RedisUnavailableException with the reason in one line
     */
    public synchronized void connect(Duration timeout, Supplier<RedisPubSubListener<String, byte[]>> listener)
            throws RedisUnavailableException {
        long deadline = System.nanoTime() + timeout.toNanos();
        if (!subscriber.exists()) {
            StatefulRedisPubSubConnection<String, byte[]> connection =
                    RedisClientOptions.await(subscriberConnector.connectSubscriber(), deadline, address());
            connection.addListener(listener.get());
            subscriber.use(connection);
        }
        if (!cursors.exists()) {
            cursors.use(RedisClientOptions.await(cursorConnector.connect(), deadline, address()));
        }
        if (!commands.exists()) {
            commands.use(RedisClientOptions.await(connector.connect(), deadline, address()));
            onCommandsUp.forEach(Runnable::run);
        }
        logIfBack();
    }

    /**
     * Connects as {@link #connect} does, and retries attempts that time out: while a process starts, its own slowness
     * looks like that of Redis.
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
                log.info("redis did not answer in time, retrying redis={}", address());
            }
        }
    }

    /**
     * Runs a command on a new connection and closes it. The host is resolved again, and may lead to another server than
     * the connections in use.
     *
     * @throws RedisUnavailableException with the reason in one line
     */
    public void tryOnNewConnection(
            Duration timeout, Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<?>> trial)
            throws RedisUnavailableException {
        long deadline = System.nanoTime() + timeout.toNanos();
        StatefulConnection<String, byte[]> connection =
                RedisClientOptions.await(connector.connect(), deadline, address());
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

    /** Closes the subscriber connection; {@link #connect} makes another. */
    public void dropSubscriber() {
        subscriber.drop();
    }

    /** Closes the cursor connection; {@link #connect} makes another. Commands in flight fail. */
    public void dropCursors() {
        cursors.drop();
    }

    /** Closes all connections; {@link #connect} makes others. With Sentinel this finds the new master. */
    public void dropAll() {
        subscriber.drop();
        cursors.drop();
        commands.drop();
    }

    /**
     * @param echoed whether own heartbeats are echoed
     * @param refused the error with which Redis refuses writes; empty while it accepts them
     */
    public ClusterHealth health(boolean echoed, String refused) {
        return new ClusterHealth(true, commands.isUp(), cursors.isUp(), subscriber.isUp(), echoed, refused);
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
     * Sends a command on connections that may be idle: proxies and firewalls cut idle connections, often after 60 s.
     * The command connection to a single server carries the heartbeats of this node, and the subscriber those of all.
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
            // TIME is among the permissions that every node has.
            RedisConnector.eachServer(connection).forEach(server -> server.thenAccept(RedisServerAsyncCommands::time));
        }
    }

    @Override
    public void close() {
        closed = true;
        connector.close();
        cursorConnector.close();
        RedisClientOptions.end(resources);
        RedisClientOptions.end(boardResources);
    }

    private void onChange(ManagedConnection<?> connection, boolean up) {
        if (!up) {
            logLost(connection.name());
            return;
        }
        metrics.redisReconnects.increment();
        if (connection == commands) {
            onCommandsUp.forEach(Runnable::run);
        } else if (connection == subscriber) {
            onSubscriberUp.forEach(Runnable::run);
        }
        logIfBack();
    }

    private void onTopologyChange() {
        log.info("redis cluster topology has changed redis={}", address());
        if (commands.isUp()) {
            onCommandsUp.forEach(Runnable::run);
        }
        if (subscriber.isUp()) {
            onSubscriberUp.forEach(Runnable::run);
        }
    }

    private void logLost(String name) {
        // The connections fail together: log one line for all.
        if (!closed && lost.compareAndSet(false, true)) {
            log.warn(
                    "redis connection lost; serving local members only, reconnecting connection={} redis={}",
                    name,
                    address());
        }
    }

    private void logIfBack() {
        if (commands.isUp() && cursors.isUp() && subscriber.isUp() && lost.compareAndSet(true, false)) {
            log.info("redis connections restored redis={}", address());
        }
    }
}
