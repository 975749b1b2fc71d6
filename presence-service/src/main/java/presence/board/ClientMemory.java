package presence.board;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.metrics.ServiceMetrics;

/**
 * Counts the bytes this node holds for all its clients: unfinished messages, and frames that were written and not yet
 * taken by the kernel. One instance per node. Thread-safe.
 */
public final class ClientMemory {
    private static final Logger log = LoggerFactory.getLogger(ClientMemory.class);

    /** After a failed allocation memory counts as short for this long, while slow readers are closed. */
    private static final long RELIEF_MS = 1_000;
    /** At most one log line is written per this time. */
    private static final long LOG_EVERY_MS = 10_000;

    private final ServiceMetrics metrics;
    private final AtomicLong held;
    private final long limit;
    private final LongSupplier clock;
    private volatile long shortUntilMs = Long.MIN_VALUE;
    private final AtomicLong nextLogMs = new AtomicLong(Long.MIN_VALUE);

    /**
     * @param limit bytes; above it memory is short
     * @param clock monotonic milliseconds
     */
    public ClientMemory(ServiceMetrics metrics, long limit, LongSupplier clock) {
        this.metrics = metrics;
        this.held = metrics.bufferedBytes;
        this.limit = limit;
        this.clock = clock;
    }

    /** Adds to the bytes held; a negative number subtracts. Returns the new total. */
    public long add(long bytes) {
        return held.addAndGet(bytes);
    }

    /** Returns the limit in bytes. */
    public long limit() {
        return limit;
    }

    /**
     * Returns whether memory is short. Until it is free again, rosters of new clients wait, signals are dropped and
     * slow readers are closed.
     */
    public boolean isShort() {
        return held.get() > limit || clock.getAsLong() < shortUntilMs;
    }

    /** Records that a frame could not be allocated; the caller keeps its state and retries later. */
    public void allocationFailed(OutOfMemoryError failure) {
        long now = clock.getAsLong();
        shortUntilMs = now + RELIEF_MS;
        metrics.allocationFailures.increment();
        long due = nextLogMs.get();
        if (now >= due && nextLogMs.compareAndSet(due, now + LOG_EVERY_MS)) {
            log.warn(
                    "cannot allocate a frame; closing slow readers until memory is free heldBytes={} limitBytes={} reason={}",
                    held.get(),
                    limit,
                    failure.getMessage());
        }
    }
}
