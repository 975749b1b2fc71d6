package presence.fault;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.TcpProxy;

/** A place for a node: one process after another, behind the same proxy to Redis. Thread-safe. */
final class Place implements AutoCloseable {
    private final String name;
    private final @Nullable TcpProxy redis;
    private final Map<String, String> settings;
    private volatile @Nullable NodeProcess node;
    private volatile boolean avoided = true;

    /** @param redis proxy between the node and Redis; null = none */
    Place(String name, @Nullable TcpProxy redis, Map<String, String> settings) {
        this.name = name;
        this.redis = redis;
        this.settings = settings;
    }

    /**
     * Starts a node and waits until it has served a user. On a busy machine the first join on a new JVM takes seconds,
     * which are not to be taken for those of the next fault.
     */
    void start() {
        NodeProcess started = NodeProcess.start(settings);
        try (TestClient first = TestClient.join(started.ws(), "first-on-" + name, "first")) {
            first.closeNormally();
        }
        node = started;
        avoided = false;
    }

    NodeProcess node() {
        NodeProcess running = node;
        if (running == null) {
            throw new IllegalStateException(name + " has no node");
        }
        return running;
    }

    TcpProxy redis() {
        if (redis == null) {
            throw new IllegalStateException(name + " reaches Redis without a proxy");
        }
        return redis;
    }

    boolean hasNode() {
        return node != null;
    }

    /** Whether users connect to this place. */
    boolean isOpen() {
        return node != null && !avoided;
    }

    /** Sets whether users avoid this place. */
    void avoid(boolean avoid) {
        avoided = avoid;
    }

    /** {@code kill -9}. */
    void kill() {
        avoided = true;
        NodeProcess killed = node();
        node = null;
        killed.close();
    }

    /** SIGTERM; returns when the process has ended. */
    void terminate(Duration atMost) {
        avoided = true;
        NodeProcess leaving = node();
        leaving.terminate();
        leaving.waitFor(atMost);
        node = null;
        leaving.close();
    }

    URI ws() {
        return node().ws();
    }

    @Override
    public void close() {
        if (node != null) {
            kill();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
