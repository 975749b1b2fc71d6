package presence.cluster.redis;

import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisServerAsyncCommands;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import presence.config.RedisConfig;

/** Opens a node's connections by Lettuce, which reconnects each with exponential backoff and full jitter. Thread-safe. */
final class LettuceConnector implements NodeConnector {
    private final ClientResources resources;
    private final ClientResources boardResources;
    private final RedisConnector commands;
    /** Has no command timeout, and so no timer per cursor. */
    private final RedisConnector cursors;
    /** {@link #commands} or {@link #cursors}. */
    private final RedisConnector subscriber;

    /**
     * @param boardLoops event loops for the cursor connection, so that boards wake no other thread to publish, and for
     *     the subscriber if there is only one loop: with several, one loop would read the messages of all boards and
     *     delay them when its own boards are busy. Not used over TLS, whose handshake takes long, nor with a Cluster,
     *     where a connection is several. Null: Lettuce's threads carry all connections
     */
    LettuceConnector(
            RedisTarget target,
            RedisConfig config,
            @Nullable MultiThreadIoEventLoopGroup boardLoops,
            DnsServerAddressStreamProvider dnsServers) {
        Duration longestBackoff = RedisClientOptions.longestBackoff(config.nodeLease());
        resources = RedisClientOptions.resources(dnsServers, longestBackoff).build();
        boolean shared = boardLoops != null && SharedEventLoops.areUsable() && !target.isSsl() && !target.isCluster();
        boardResources = boardLoops == null || !shared
                ? resources
                : RedisClientOptions.resources(dnsServers, longestBackoff)
                        .eventLoopGroupProvider(new SharedEventLoops(boardLoops))
                        .build();
        commands = RedisConnector.to(
                target, resources, RedisClientOptions.options(config, TimeoutOptions.enabled(config.commandTimeout())));
        cursors =
                RedisConnector.to(target, boardResources, RedisClientOptions.options(config, TimeoutOptions.create()));
        subscriber = boardLoops != null && shared && boardLoops.executorCount() == 1 ? cursors : commands;
    }

    @Override
    public CompletionStage<NodeConnection.Commands> connectCommands() {
        return commands.connect().thenApply(ForCommands::new);
    }

    @Override
    public CompletionStage<NodeConnection.Commands> connectCursors() {
        return cursors.connect().thenApply(ForCommands::new);
    }

    @Override
    public CompletionStage<NodeConnection.Subscriber> connectSubscriber(RedisPubSubListener<String, byte[]> listener) {
        return subscriber.connectSubscriber().thenApply(connection -> {
            connection.addListener(listener);
            return new ForMessages(connection);
        });
    }

    @Override
    public void onShardConnected(Runnable listener) {
        subscriber.onSubscriberConnected(listener);
    }

    @Override
    public void onTopologyChange(Runnable listener) {
        resources.eventBus().get().ofType(ClusterTopologyChangedEvent.class).subscribe(event -> listener.run());
    }

    @Override
    public void close() {
        commands.close();
        cursors.close();
        RedisClientOptions.end(resources);
        RedisClientOptions.end(boardResources);
    }

    private static final class ForCommands implements NodeConnection.Commands {
        private final StatefulConnection<String, byte[]> connection;
        private final NodeCommands commands;

        ForCommands(StatefulConnection<String, byte[]> connection) {
            this.connection = connection;
            this.commands = new LettuceCommands(RedisConnector.commands(connection));
        }

        @Override
        public void onStateChange(Consumer<Boolean> listener) {
            connection.addListener(new ConnectionStateListener(listener));
        }

        @Override
        public void close() {
            connection.closeAsync();
        }

        @Override
        public NodeCommands commands() {
            return commands;
        }

        @Override
        public void dispatch(List<Publication> publications) {
            connection.dispatch(publications);
        }

        @Override
        public void keepAlive() {
            // TIME is among the permissions that every node has.
            RedisConnector.eachServer(connection).forEach(server -> server.thenAccept(RedisServerAsyncCommands::time));
        }
    }

    private record ForMessages(StatefulRedisPubSubConnection<String, byte[]> connection)
            implements NodeConnection.Subscriber {
        @Override
        public void onStateChange(Consumer<Boolean> listener) {
            connection.addListener(new ConnectionStateListener(listener));
        }

        @Override
        public void close() {
            connection.closeAsync();
        }

        @Override
        public void subscribe(String... channels) {
            connection.async().subscribe(channels);
        }

        @Override
        public void unsubscribe(String... channels) {
            connection.async().unsubscribe(channels);
        }

        @Override
        public void ssubscribe(String channel) {
            connection.async().ssubscribe(channel);
        }

        @Override
        public void sunsubscribe(String channel) {
            connection.async().sunsubscribe(channel);
        }
    }
}
