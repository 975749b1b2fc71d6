package presence.cluster.redis;

import io.lettuce.core.pubsub.RedisPubSubListener;
import java.util.concurrent.CompletionStage;

/** Opens a node's connections to Redis. Thread-safe. */
public interface NodeConnector extends AutoCloseable {
    /** Opens a connection whose commands fail when they are not answered in time. */
    CompletionStage<NodeConnection.Commands> connectCommands();

    /** Opens a connection whose commands have no timeout, and so no timer each. */
    CompletionStage<NodeConnection.Commands> connectCursors();

    /** @param listener of the connection; called on a thread that must not be blocked */
    CompletionStage<NodeConnection.Subscriber> connectSubscriber(RedisPubSubListener<String, byte[]> listener);

    /**
     * Adds a listener called, on a thread that must not be blocked, when a subscriber connection to a server of a
     * Cluster is up (again).
     */
    void onShardConnected(Runnable listener);

    /** Adds a listener called, on a thread that must not be blocked, when the topology of a Cluster has changed. */
    void onTopologyChange(Runnable listener);

    /** Closes all connections. */
    @Override
    void close();
}
