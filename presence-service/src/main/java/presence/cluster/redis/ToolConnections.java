package presence.cluster.redis;

import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import presence.config.RedisConfig;

/**
 * Connections of somebody who is no node, made as nodes make theirs, but without a name: that would need the right to
 * give one. Thread-safe.
 */
public final class ToolConnections implements AutoCloseable {
    /** Whoever is at a terminal waits no longer than a node at its start. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final RedisTarget target;
    private final ClientResources resources = RedisClientOptions.resources().build();
    private final RedisConnector dial;

    /** @throws IllegalArgumentException if the URL cannot be read; the message does not repeat it */
    public ToolConnections(RedisConfig config) {
        target = RedisTarget.of(config);
        dial = RedisConnector.to(
                target, resources, RedisClientOptions.options(config, TimeoutOptions.enabled(config.commandTimeout())));
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

    /** @throws RedisUnavailableException with the reason in one line */
    public StatefulConnection<String, byte[]> connect() throws RedisUnavailableException {
        return await(dial.connect());
    }

    /** @throws RedisUnavailableException with the reason in one line */
    public StatefulRedisPubSubConnection<String, byte[]> connectSubscriber() throws RedisUnavailableException {
        return await(dial.connectSubscriber());
    }

    private <T extends StatefulConnection<?, ?>> T await(CompletionStage<T> connecting)
            throws RedisUnavailableException {
        return RedisClientOptions.await(connecting, System.nanoTime() + PATIENCE.toNanos(), address());
    }

    @Override
    public void close() {
        dial.close();
        RedisClientOptions.end(resources);
    }
}
