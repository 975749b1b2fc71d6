package presence.cluster;

import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import presence.config.ServiceConfig;

/**
 * Connections of somebody who is no node, made as nodes make theirs, but without a name: that would need the right to
 * give one. Thread-safe.
 */
final class RedisVisit implements AutoCloseable {
    /** Whoever is at a terminal waits no longer than a node at its start. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final RedisTarget target;
    private final ClientResources resources = RedisClients.resources().build();
    private final RedisDial dial;

    /** @throws IllegalArgumentException if the URL cannot be read; the message does not repeat it */
    RedisVisit(ServiceConfig.Redis config) {
        target = RedisTarget.of(config);
        dial = RedisDial.to(
                target, resources, RedisClients.options(config, TimeoutOptions.enabled(config.commandTimeout())));
    }

    /** Host and port, without credentials, for people. */
    String address() {
        return target.address();
    }

    /** Whether a server that says so is one of a Cluster, and used as if it were all. */
    boolean isLoneServerOf(ServerHello hello) {
        return target.isLoneServerOf(hello);
    }

    /** The URL of that Cluster, without credentials. */
    String clusterUrl() {
        return target.clusterUrl();
    }

    /** What channels and keys are called there. */
    RedisNames names(String prefix) {
        return target.names(prefix);
    }

    /** @throws RedisUnavailableException with the reason in one line */
    StatefulConnection<String, byte[]> connect() throws RedisUnavailableException {
        return await(dial.connect());
    }

    /** @throws RedisUnavailableException with the reason in one line */
    StatefulRedisPubSubConnection<String, byte[]> connectSubscriber() throws RedisUnavailableException {
        return await(dial.connectSubscriber());
    }

    private <T extends StatefulConnection<?, ?>> T await(CompletionStage<T> connecting)
            throws RedisUnavailableException {
        return RedisClients.await(connecting, System.nanoTime() + PATIENCE.toNanos(), address());
    }

    @Override
    public void close() {
        dial.close();
        RedisClients.end(resources);
    }
}
