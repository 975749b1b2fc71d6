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

/** Makes connections to one Redis, whatever it is made of. Thread-safe. */
public interface RedisConnector extends AutoCloseable {
    CompletionStage<? extends StatefulConnection<String, byte[]>> connect();

    CompletionStage<? extends StatefulRedisPubSubConnection<String, byte[]>> connectSubscriber();

    /** Called, on a thread of Lettuce's, whenever a connection to hear on has come about, each to a server of its own. */
    default void onSubscriberConnected(Runnable listener) {
        client().addListener(new HeardListener(listener));
    }

    /** Ends all its connections. */
    @Override
    default void close() {
        RedisClientOptions.end(client());
    }

    /** What makes the connections, and ends them. */
    AbstractRedisClient client();

    /** What can be asked on a connection of {@link #connect()}. */
    static RedisClusterAsyncCommands<String, byte[]> commands(StatefulConnection<String, byte[]> connection) {
        return connection instanceof StatefulRedisClusterConnection<String, byte[]> cluster
                ? cluster.async()
                : ((StatefulRedisConnection<String, byte[]>) connection).async();
    }

    /** The same, waiting for each answer. */
    static RedisClusterCommands<String, byte[]> sync(StatefulConnection<String, byte[]> connection) {
        return connection instanceof StatefulRedisClusterConnection<String, byte[]> cluster
                ? cluster.sync()
                : ((StatefulRedisConnection<String, byte[]>) connection).sync();
    }

    /** The same for each server that it is connected to, by the connection that commands about keys take. */
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

    /** A server, or the master that Sentinels name at each attempt. */
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

    /** Each command goes to the master of its key's slot; who that is, is asked again when something seems to have changed. */
    final class Cluster implements RedisConnector {
        /** Also without a sign of change: a master that is gone for good gives none. */
        private static final Duration REFRESH = Duration.ofSeconds(10);
        /** Many commands notice a change at once. */
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
                    .thenCompose(this::reachingAll)
                    .thenCompose(active::await);
        }

        @Override
        public CompletionStage<? extends StatefulRedisPubSubConnection<String, byte[]>> connectSubscriber() {
            return client.refreshPartitionsAsync()
                    .thenCompose(known -> client.connectPubSubAsync(RedisClientOptions.CODEC))
                    .thenApply(connection -> {
                        // Shard channels are heard on connections to their masters.
                        connection.setNodeMessagePropagation(true);
                        return connection;
                    })
                    .thenCompose(active::await);
        }

        /**
         * Connected to every master, under the names by which commands find their connection, address and for SCAN
         * node id: it would be made at the first command else, which is refused as long as that takes.
         */
        private CompletionStage<StatefulRedisClusterConnection<String, byte[]>> reachingAll(
                StatefulRedisClusterConnection<String, byte[]> connection) {
            CompletableFuture<?>[] all = connection.getPartitions().stream()
                    .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM))
                    .flatMap(node -> Stream.of(
                            connection.getConnectionAsync(
                                    node.getUri().getHost(), node.getUri().getPort()),
                            connection.getConnectionAsync(node.getNodeId())))
                    // One that is gone is no reason to do without the others.
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
     * Lettuce completes a connection when its handshake is over, a moment before the endpoint has its channel, and
     * rejects commands until then as "Currently not connected". This waits for that moment. Thread-safe.
     */
    final class ActiveConnections extends RedisConnectionStateAdapter {
        /** Beyond this the connection was closed again meanwhile, and is handed on as it is. */
        private static final long PATIENCE_MS = 1_000;

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
                            .completeOnTimeout(null, PATIENCE_MS, TimeUnit.MILLISECONDS)
                            .thenApply(done -> connection)
                    : CompletableFuture.completedStage(connection);
        }
    }

    /** Tells of connections to hear on alone: others come and go whenever the servers of a Cluster are asked for. */
    final class HeardListener extends RedisConnectionStateAdapter {
        private final Runnable listener;

        private HeardListener(Runnable listener) {
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
