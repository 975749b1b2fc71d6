package presence.cluster.redis;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One of a node's connections to Redis with its state, replaceable. A connection and its state change together:
 * dropping one while another thread installs a new one never marks the new one as down. Thread-safe.
 *
 * @param <C> kind of connection
 */
public final class ManagedConnection<C extends NodeConnection> {
    private final String name;
    private final BiConsumer<ManagedConnection<C>, Boolean> onChange;
    private volatile @Nullable Use use;

    /**
     * @param onChange called on a thread that must not be blocked when the connection in use is lost (false) or has reconnected
     *     (true)
     */
    public ManagedConnection(String name, BiConsumer<ManagedConnection<C>, Boolean> onChange) {
        this.name = name;
        this.onChange = onChange;
    }

    /** Its name in the log. */
    String name() {
        return name;
    }

    /** Whether there is a connection, up or reconnecting. */
    boolean exists() {
        return use != null;
    }

    boolean isUp() {
        Use current = use;
        return current != null && current.up;
    }

    /** The connection; null while it is down. */
    @Nullable C orNull() {
        Use current = use;
        return current != null && current.up ? current.connection : null;
    }

    /** Replaces the connection in use. */
    public synchronized void use(C connection) {
        Use started = new Use(connection);
        connection.onStateChange(started::change);
        use = started;
    }

    /** Closes the connection in use; commands in flight on it fail. */
    synchronized void drop() {
        Use last = use;
        use = null;
        if (last != null) {
            last.connection.close();
        }
    }

    private final class Use {
        final C connection;
        volatile boolean up = true;

        Use(C connection) {
            this.connection = connection;
        }

        private void change(boolean now) {
            up = now;
            if (use == this) {
                onChange.accept(ManagedConnection.this, now);
            }
        }
    }
}
