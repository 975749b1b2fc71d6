package presence.connection;

import io.netty.channel.EventLoop;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks every connection of one event loop at intervals, instead of a timer for each: ten
 * thousand idle connections cost one task. Event loop only, but for the constructor.
 */
public final class ConnectionSweep {
    /** A connection to check. */
    public interface Swept {
        /** @param nowMs monotonic milliseconds */
        void sweep(long nowMs);
    }

    private final long intervalMs;
    private final LongSupplier clock;
    private final Set<Swept> connections = new LinkedHashSet<>();
    /** A copy to iterate over while the set changes; null after a change. Without changes nothing is copied. */
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
            // The loop was delayed: data of seemingly silent connections may wait unread. Checks at the next interval.
            return;
        }
        forEach(connection -> connection.sweep(now));
    }
}
