package presence.connection;

import io.netty.channel.EventLoop;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every connection of one event loop from time to time, instead of a timer for each: ten
 * thousand idle connections cost one task. Event loop only, but for the constructor.
 */
public final class ConnectionSweep {
    /** What is looked at. */
    public interface Swept {
        /** @param nowMs monotonic milliseconds */
        void sweep(long nowMs);
    }

    private final long intervalMs;
    private final LongSupplier clock;
    private final Set<Swept> connections = new LinkedHashSet<>();
    /** The same, to walk over while they come and go; null when they have. Idle connections are not copied. */
    private Swept @Nullable [] snapshot;

    private long lastMs;

    public ConnectionSweep(EventLoop loop, long intervalMs, LongSupplier clock) {
        this.intervalMs = intervalMs;
        this.clock = clock;
        this.lastMs = clock.getAsLong();
        loop.scheduleWithFixedDelay(this::sweep, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    public void add(Swept connection) {
        connections.add(connection);
        snapshot = null;
    }

    public void remove(Swept connection) {
        connections.remove(connection);
        snapshot = null;
    }

    void forEach(Consumer<Swept> action) {
        Swept[] all = snapshot;
        if (all == null) {
            all = connections.toArray(new Swept[0]);
            snapshot = all;
        }
        for (Swept connection : all) {
            action.accept(connection);
        }
    }

    private void sweep() {
        long now = clock.getAsLong();
        boolean late = now - lastMs > 3 * intervalMs;
        lastMs = now;
        if (late) {
            // The loop was held up: what looks like silence may wait unread. Read first, judge next time.
            return;
        }
        forEach(connection -> connection.sweep(now));
    }
}
