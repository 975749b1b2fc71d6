package presence.cluster.redis;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;

/**
 * Tracks whether Redis accepts this node's writes. A server can refuse writes and still deliver messages, so that the
 * connections look healthy. Writes count as refused from the first refusal until the lease is renewed and no write was
 * refused for {@code holdMs}. Thread-safe.
 */
public final class WriteHealth {
    private static final Logger log = LoggerFactory.getLogger(WriteHealth.class);

    /** Notified of changes, on the thread of the reply, which must not be blocked. */
    public interface Listener {
        /** Redis begins to refuse writes. */
        void onRefused(Refusal refusal);

        /** Redis accepts the lease again after it refused it: other refused writes can be repeated. */
        void onAccepted();
    }

    private final String redis;
    private final Listener listener;
    private final long holdMs;
    private final LongSupplier clock;
    private final EnumCounters<Refusal.Word> counters;
    private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();
    private final AtomicLong lastMs = new AtomicLong();
    private volatile boolean leaseRefused;

    /**
     * @param redis its address, for messages
     * @param holdMs how long no write may be refused before writes count as accepted
     * @param clock monotonic milliseconds
     */
    public WriteHealth(String redis, Listener listener, long holdMs, ServiceMetrics metrics, LongSupplier clock) {
        this.redis = redis;
        this.listener = listener;
        this.holdMs = holdMs;
        this.clock = clock;
        counters = metrics.counterPer(
                Refusal.Word.class, "presence.redis.refusals", "error", "writes that Redis refused, by its error");
        metrics.watch(
                "presence.redis.writes.refused",
                "1 while Redis refuses writes",
                this,
                health -> health.refusal() == null ? 0 : 1);
    }

    /** The error with which Redis refuses writes; null while it accepts them. */
    public @Nullable Refusal refusal() {
        return refusal.get();
    }

    /**
     * Handles a failed write.
     *
     * @return the refusal; null if the write failed otherwise
     */
    public @Nullable Refusal onFailed(@Nullable Throwable failure) {
        Refusal found = Refusal.of(failure);
        if (found != null) {
            counters.increment(found.word());
            lastMs.set(clock.getAsLong());
            Refusal before = refusal.getAndSet(found);
            if (before == null || before.word() != found.word()) {
                log.warn("redis refuses writes error={} redis={} detail={}", found.word(), redis, found.text());
            }
            if (before == null) {
                listener.onRefused(found);
            }
        }
        return found;
    }

    /** Handles a failed renewal of the lease. */
    public void onLeaseFailed(Throwable failure) {
        if (onFailed(failure) != null) {
            leaseRefused = true;
        }
    }

    /** Handles a renewal of the lease and its companion keys. */
    public void onLeaseRenewed() {
        if (leaseRefused) {
            leaseRefused = false;
            listener.onAccepted();
        }
        Refusal before = refusal.get();
        if (before != null && clock.getAsLong() - lastMs.get() >= holdMs && refusal.compareAndSet(before, null)) {
            log.info("redis accepts writes again redis={}", redis);
        }
    }
}
