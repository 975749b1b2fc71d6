package presence.cluster.redis;

import java.util.List;
import java.util.function.Consumer;

/**
 * One connection of a node to Redis, which reconnects by itself until it is closed. While it is down, its commands fail
 * at once. Thread-safe.
 */
public sealed interface NodeConnection {
    /**
     * Adds a listener of the state: false when the connection is lost, true when it is made again. Called on a thread
     * that must not be blocked.
     */
    void onStateChange(Consumer<Boolean> listener);

    /** Closes the connection without waiting; commands in flight fail. */
    void close();

    /** A connection for commands, or for cursors. */
    non-sealed interface Commands extends NodeConnection {
        NodeCommands commands();

        /** Sends messages, in order and together. */
        void dispatch(List<Publication> publications);

        /** Sends a command to each server, because proxies and firewalls cut idle connections. */
        void keepAlive();
    }

    /** The connection that receives messages. It subscribes again after it was lost, to all acknowledged channels. */
    non-sealed interface Subscriber extends NodeConnection {
        void subscribe(String... channels);

        void unsubscribe(String... channels);

        /** Subscribes to a shard channel. */
        void ssubscribe(String channel);

        void sunsubscribe(String channel);
    }
}
