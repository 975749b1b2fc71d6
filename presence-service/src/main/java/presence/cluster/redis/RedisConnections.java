package presence.cluster.redis;

import io.lettuce.core.pubsub.RedisPubSubListener;
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
    private final NodeConnector connector;

    private final List<Runnable> onCommandsUp = new CopyOnWriteArrayList<>();
    private final List<Runnable> onSubscriberUp = new CopyOnWriteArrayList<>();

    private final ManagedConnection<NodeConnection.Commands> commands =
            new ManagedConnection<>("commands", this::onChange);
    private final ManagedConnection<NodeConnection.Commands> cursors =
            new ManagedConnection<>("cursors", this::onChange);
    private final ManagedConnection<NodeConnection.Subscriber> subscriber =
            new ManagedConnection<>("subscriber", this::onChange);
    private volatile boolean closed;
    private final AtomicBoolean lost = new AtomicBoolean();

    /**
     * @param boardLoops epoll event loops that the connections may share with boards; null for none
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
        this(
                RedisTarget.of(config).named(RedisClientOptions.NAME),
                metrics,
                target -> new LettuceConnector(target, config, boardLoops, dnsServers));
    }

    /** @param connector opens the connections */
    public RedisConnections(NodeConnector connector, RedisConfig config, ServiceMetrics metrics) {
        this(RedisTarget.of(config), metrics, target -> connector);
    }

    private RedisConnections(
            RedisTarget target, ServiceMetrics metrics, Function<RedisTarget, NodeConnector> connector) {
        this.target = target;
        this.metrics = metrics;
        this.connector = connector.apply(target);
        // A promoted replica may lack the last writes, even if none of our connections was lost.
        this.connector.onTopologyChange(this::onTopologyChange);
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
        connector.onShardConnected(listener);
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
            subscriber.use(await(connector.connectSubscriber(listener.get()), deadline));
        }
        if (!cursors.exists()) {
            cursors.use(await(connector.connectCursors(), deadline));
        }
        if (!commands.exists()) {
            commands.use(await(connector.connectCommands(), deadline));
            onCommandsUp.forEach(Runnable::run);
        }
        logIfBack();
    }

    private <T extends NodeConnection> T await(CompletionStage<T> connecting, long deadlineNanos)
            throws RedisUnavailableException {
        return RedisClientOptions.await(connecting, NodeConnection::close, deadlineNanos, address());
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
    public void tryOnNewConnection(Duration timeout, Function<NodeCommands, CompletionStage<?>> trial)
            throws RedisUnavailableException {
        long deadline = System.nanoTime() + timeout.toNanos();
        NodeConnection.Commands connection = await(connector.connectCommands(), deadline);
        try {
            trial.apply(connection.commands())
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
            connection.close();
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
    public CompletionStage<NodeCommands> commands() {
        NodeConnection.Commands connection = commands.orNull();
        if (connection == null) {
            return CompletableFuture.failedStage(new CompletionException("not connected to Redis", null));
        }
        return CompletableFuture.completedStage(connection.commands());
    }

    /** Runs a script that returns a number on the command connection. */
    public CompletionStage<Long> run(LuaScript script, String[] keys, List<byte[]> args) {
        return commands().thenCompose(commands -> commands.run(script, keys, args));
    }

    /** The cursor connection, null while it is down. */
    public NodeConnection.@Nullable Commands cursorsOrNull() {
        return cursors.orNull();
    }

    /** The subscriber connection, null while it is down. */
    public NodeConnection.@Nullable Subscriber subscriberOrNull() {
        return subscriber.orNull();
    }

    /**
     * Sends a command on connections that may be idle: proxies and firewalls cut idle connections, often after 60 s.
     * The command connection to a single server carries the heartbeats of this node, and the subscriber those of all.
     */
    public void keepAlive() {
        keepAlive(cursors.orNull());
        if (target.isCluster()) {
            keepAlive(commands.orNull());
        }
    }

    private static void keepAlive(NodeConnection.@Nullable Commands connection) {
        if (connection != null) {
            connection.keepAlive();
        }
    }

    @Override
    public void close() {
        closed = true;
        connector.close();
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
