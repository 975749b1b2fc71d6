package presence.cluster.redis;

import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import presence.config.RedisConfig;

/**
 * Connections for command-line tools, with the options of a node's but without a client name, which needs the
 * permission to set one. Thread-safe.
 */
public final class ToolConnections implements AutoCloseable {
    /** Timeout of an attempt, the same as at the start of a node. */
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    private final RedisTarget target;
    private final ClientResources resources = RedisClientOptions.resources().build();
    private final RedisConnector connector;

    /** @throws IllegalArgumentException if the URL cannot be read; the message does not repeat it */
    public ToolConnections(RedisConfig config) {
        target = RedisTarget.of(config);
        connector = RedisConnector.to(
                target, resources, RedisClientOptions.options(config, TimeoutOptions.enabled(config.commandTimeout())));
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

    /** @throws RedisUnavailableException with the reason in one line */
    public StatefulConnection<String, byte[]> connect() throws RedisUnavailableException {
        return await(connector.connect());
    }

    /** @throws RedisUnavailableException with the reason in one line */
    public StatefulRedisPubSubConnection<String, byte[]> connectSubscriber() throws RedisUnavailableException {
        return await(connector.connectSubscriber());
    }

    private <T extends StatefulConnection<?, ?>> T await(CompletionStage<T> connecting)
            throws RedisUnavailableException {
        return RedisClientOptions.await(
                connecting, StatefulConnection::closeAsync, System.nanoTime() + TIMEOUT.toNanos(), address());
    }

    @Override
    public void close() {
        connector.close();
        RedisClientOptions.end(resources);
    }
}
