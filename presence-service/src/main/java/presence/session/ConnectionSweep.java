package presence.session;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Looks at every connection of one event loop a few times a second, instead of a timer for each: ten
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
    private long lastMs;

    public ConnectionSweep(EventLoop loop, long intervalMs, LongSupplier clock) {
        this.intervalMs = intervalMs;
        this.clock = clock;
        this.lastMs = clock.getAsLong();
        loop.scheduleWithFixedDelay(this::sweep, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    public void add(Swept connection) {
        connections.add(connection);
    }

    public void remove(Swept connection) {
        connections.remove(connection);
    }

    void forEach(Consumer<Swept> action) {
        new ArrayList<>(connections).forEach(action);
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
