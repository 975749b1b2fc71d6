package presence.cluster.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisServerAsyncCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Makes connections to one Redis: a server, a master found by Sentinel, or a Cluster. Thread-safe. */
public interface RedisConnector extends AutoCloseable {
    CompletionStage<? extends StatefulConnection<String, byte[]>> connect();

    CompletionStage<? extends StatefulRedisPubSubConnection<String, byte[]>> connectSubscriber();

    /**
     * Adds a listener called on Lettuce's event loops for each subscriber connection made; a Cluster has one per
     * server.
     */
    default void onSubscriberConnected(Runnable listener) {
        client().addListener(new SubscriberListener(listener));
    }

    /** Closes all its connections. */
    @Override
    default void close() {
        RedisClientOptions.end(client());
    }

    /** The Lettuce client that owns the connections. */
    AbstractRedisClient client();

    /** The asynchronous commands of a connection of {@link #connect()}. */
    static RedisClusterAsyncCommands<String, byte[]> commands(StatefulConnection<String, byte[]> connection) {
        return connection instanceof StatefulRedisClusterConnection<String, byte[]> cluster
                ? cluster.async()
                : ((StatefulRedisConnection<String, byte[]>) connection).async();
    }

    /** The blocking commands of a connection of {@link #connect()}. */
    static RedisClusterCommands<String, byte[]> sync(StatefulConnection<String, byte[]> connection) {
        return connection instanceof StatefulRedisClusterConnection<String, byte[]> cluster
                ? cluster.sync()
                : ((StatefulRedisConnection<String, byte[]>) connection).sync();
    }

    /** The commands of each master, on the connection that also carries its keyed commands. */
    static List<CompletionStage<? extends RedisServerAsyncCommands<String, byte[]>>> eachServer(
            StatefulConnection<String, byte[]> connection) {
        if (!(connection instanceof StatefulRedisClusterConnection<String, byte[]> cluster)) {
            return List.of(CompletableFuture.completedStage(commands(connection)));
        }
        List<CompletionStage<? extends RedisServerAsyncCommands<String, byte[]>>> servers = new ArrayList<>();
        for (RedisClusterNode node : cluster.getPartitions()) {
            if (node.is(RedisClusterNode.NodeFlag.UPSTREAM)) {
                servers.add(cluster.getConnectionAsync(
                                node.getUri().getHost(), node.getUri().getPort())
                        .thenApply(StatefulRedisConnection::async));
            }
        }
        return servers;
    }

    static RedisConnector to(RedisTarget target, ClientResources resources, ClientOptions options) {
        return target.isCluster()
                ? new Cluster(target, resources, options)
                : new Single(target.seeds().get(0), resources, options);
    }

    /** A single server, or the master that Sentinel names at each attempt. */
    final class Single implements RedisConnector {
        private final RedisURI uri;
        private final ActiveConnections active = new ActiveConnections();
        private final RedisClient client;

        private Single(RedisURI uri, ClientResources resources, ClientOptions options) {
            this.uri = uri;
            client = RedisClient.create(resources, uri);
            client.setOptions(options);
            client.addListener(active);
        }

        @Override
        public CompletionStage<? extends StatefulConnection<String, byte[]>> connect() {
            return client.connectAsync(RedisClientOptions.CODEC, uri).thenCompose(active::await);
        }

        @Override
        public CompletionStage<? extends StatefulRedisPubSubConnection<String, byte[]>> connectSubscriber() {
            return client.connectPubSubAsync(RedisClientOptions.CODEC, uri).thenCompose(active::await);
        }

        @Override
        public AbstractRedisClient client() {
            return client;
        }
    }

    /**
     * A Redis Cluster: each command goes to the master of its key's slot, and the topology is refreshed on signs of a
     * change.
     */
    final class Cluster implements RedisConnector {
        /** Period of the refresh without a sign: a master that is gone for good gives none. */
        private static final Duration REFRESH = Duration.ofSeconds(10);
        /** Least time between two refreshes: many commands notice a change at once. */
        private static final Duration CALM = Duration.ofMillis(500);

        private final ActiveConnections active = new ActiveConnections();
        private final RedisClusterClient client;

        private Cluster(RedisTarget target, ClientResources resources, ClientOptions options) {
            client = RedisClusterClient.create(resources, target.seeds());
            client.setOptions(ClusterClientOptions.builder(options)
                    .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                            .enablePeriodicRefresh(REFRESH)
                            .enableAllAdaptiveRefreshTriggers()
                            .adaptiveRefreshTriggersTimeout(CALM)
                            .build())
                    .build());
            client.addListener(active);
        }

        @Override
        public CompletionStage<? extends StatefulConnection<String, byte[]>> connect() {
            return client.refreshPartitionsAsync()
                    .thenCompose(known -> client.connectAsync(RedisClientOptions.CODEC))
                    .thenCompose(this::connectAllMasters)
                    .thenCompose(active::await);
        }

        @Override
        public CompletionStage<? extends StatefulRedisPubSubConnection<String, byte[]>> connectSubscriber() {
            return client.refreshPartitionsAsync()
                    .thenCompose(known -> client.connectPubSubAsync(RedisClientOptions.CODEC))
                    .thenApply(connection -> {
                        // Messages of shard channels arrive on connections to their masters.
                        connection.setNodeMessagePropagation(true);
                        return connection;
                    })
                    .thenCompose(active::await);
        }

        /**
         * Connects to every master under both names by which commands find their connection: the address and, for SCAN,
         * the node id. Otherwise the first command makes the connection and is rejected until it is open.
         */
        private CompletionStage<StatefulRedisClusterConnection<String, byte[]>> connectAllMasters(
                StatefulRedisClusterConnection<String, byte[]> connection) {
            CompletableFuture<?>[] all = connection.getPartitions().stream()
                    .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM))
                    .flatMap(node -> Stream.of(
                            connection.getConnectionAsync(
                                    node.getUri().getHost(), node.getUri().getPort()),
                            connection.getConnectionAsync(node.getNodeId())))
                    // One unreachable master must not prevent the use of the others.
                    .map(reached -> reached.thenCompose(active::await).handle((node, failure) -> node))
                    .toArray(CompletableFuture<?>[]::new);
            return CompletableFuture.allOf(all).thenApply(done -> connection);
        }

        @Override
        public AbstractRedisClient client() {
            return client;
        }
    }

    /**
     * Waits until connections can be written to: Lettuce completes a connection when its handshake is over, a moment
     * before the endpoint has its channel, and rejects commands until then as "Currently not connected". Thread-safe.
     */
    final class ActiveConnections extends RedisConnectionStateAdapter {
        /** Timeout after which a connection is returned unchecked: it was closed meanwhile. */
        private static final long TIMEOUT_MS = 1_000;

        private final Map<RedisChannelHandler<?, ?>, CompletableFuture<Void>> active =
                Collections.synchronizedMap(new WeakHashMap<>());

        @Override
        public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
            of(connection).complete(null);
        }

        private CompletableFuture<Void> of(RedisChannelHandler<?, ?> connection) {
            return active.computeIfAbsent(connection, key -> new CompletableFuture<>());
        }

        /** Completes when commands can be written. */
        private <T extends StatefulConnection<?, ?>> CompletionStage<T> await(T connection) {
            return connection instanceof RedisChannelHandler<?, ?> channel
                    ? of(channel)
                            .completeOnTimeout(null, TIMEOUT_MS, TimeUnit.MILLISECONDS)
                            .thenApply(done -> connection)
                    : CompletableFuture.completedStage(connection);
        }
    }

    /** Reports subscriber connections only: topology refreshes open and close others. */
    final class SubscriberListener extends RedisConnectionStateAdapter {
        private final Runnable listener;

        private SubscriberListener(Runnable listener) {
            this.listener = listener;
        }

        @Override
        public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
            if (connection instanceof StatefulRedisPubSubConnection<?, ?>) {
                listener.run();
            }
        }
    }
}
