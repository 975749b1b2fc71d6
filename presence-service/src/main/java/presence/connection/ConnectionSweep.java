package presence.connection;

import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks the connections of one event loop when they are due, instead of a timer for each. The times are in one array:
 * looking for what is due among ten thousand idle connections reads 80 KB in a row and none of the connections. Event
 * loop only, but for the constructor.
 */
public final class ConnectionSweep {
    /** A connection to check. */
    public abstract static class Swept {
        private static final int NOWHERE = -1;

        private int place = NOWHERE;

        /**
         * Checks the connection. It may remove itself and others from the sweep.
         *
         * @param nowMs monotonic milliseconds
         * @return when to check it again; monotonic milliseconds
         */
        protected abstract long sweep(long nowMs);
    }

    private static final long AT_ONCE = Long.MIN_VALUE;
    private static final int SMALLEST = 16;

    private final long intervalMs;
    private final LongSupplier clock;
    /** The first {@link #size} places are taken; {@link #dueMs} has the same indices. */
    private @Nullable Swept[] connections = new Swept[SMALLEST];

    private long[] dueMs = new long[SMALLEST];
    private int size;
    private long lastMs;

    /**
     * @param intervalMs between two sweeps: a connection is checked up to so much after it is due
     * @param clock monotonic milliseconds
     */
    public ConnectionSweep(EventLoop loop, long intervalMs, LongSupplier clock) {
        this.intervalMs = intervalMs;
        this.clock = clock;
        this.lastMs = clock.getAsLong();
        loop.scheduleWithFixedDelay(this::sweep, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    /** Adds a connection; it is checked in the next sweep. */
    public void add(Swept connection) {
        if (size == connections.length) {
            connections = Arrays.copyOf(connections, 2 * size);
            dueMs = Arrays.copyOf(dueMs, 2 * size);
        }
        connection.place = size;
        connections[size] = connection;
        dueMs[size] = AT_ONCE;
        size++;
    }

    /** Removes a connection; without effect if it is not in the sweep. */
    public void remove(Swept connection) {
        int free = connection.place;
        if (free == Swept.NOWHERE) {
            return;
        }
        connection.place = Swept.NOWHERE;
        size--;
        Swept last = connections[size];
        connections[size] = null;
        if (last != null && last != connection) {
            last.place = free;
            connections[free] = last;
            dueMs[free] = dueMs[size];
        }
    }

    /** Has a connection checked in the next sweep; without effect if it is not in the sweep. */
    void checkSoon(Swept connection) {
        if (connection.place != Swept.NOWHERE) {
            dueMs[connection.place] = AT_ONCE;
        }
    }

    void forEach(Consumer<Swept> action) {
        // Backwards: what a removal moves into the place of the removed one was visited already.
        for (int i = size - 1; i >= 0; i = Math.min(i, size) - 1) {
            Swept connection = connections[i];
            if (connection != null) {
                action.accept(connection);
            }
        }
    }

    /** Checks what is due. */
    void sweep() {
        long now = clock.getAsLong();
        boolean late = now - lastMs > 3 * intervalMs;
        lastMs = now;
        if (late) {
            // The loop was delayed: data of seemingly silent connections may wait unread. Checks at the next interval.
            return;
        }
        for (int i = size - 1; i >= 0; i = Math.min(i, size) - 1) {
            Swept connection = connections[i];
            if (dueMs[i] <= now && connection != null) {
                dueMs[i] = Long.MAX_VALUE;
                long next = connection.sweep(now);
                if (connection.place != Swept.NOWHERE) {
                    // Not later than checkSoon asked for meanwhile.
                    dueMs[connection.place] = Math.min(dueMs[connection.place], next);
                }
            }
        }
    }
}
