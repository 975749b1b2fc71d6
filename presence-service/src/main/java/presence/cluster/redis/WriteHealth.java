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
 * Whether Redis takes this node's writes. A server can refuse them and go on passing messages on: the connections look
 * alive, and what is written is not there. Writes are refused from the first refusal of any until none was for a while
 * and the lease was renewed. Thread-safe.
 */
public final class WriteHealth {
    private static final Logger log = LoggerFactory.getLogger(WriteHealth.class);

    /** What follows. Called on the thread that brought the news, which must not be held up. */
    public interface Listener {
        /** Redis begins to refuse writes. */
        void onRefused(Refusal refusal);

        /** Redis takes the lease again after it refused it: whatever else was refused can be written now. */
        void onTaken();
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
     * @param redis its address, for people
     * @param holdMs how long no write is refused before all are taken for accepted
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

    /** What Redis refuses writes with; null while it takes them. */
    public @Nullable Refusal refusal() {
        return refusal.get();
    }

    /**
     * A write failed.
     *
     * @return how Redis refused it; null if it failed otherwise
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

    /** The lease was not renewed. */
    public void onLeaseFailed(Throwable failure) {
        if (onFailed(failure) != null) {
            leaseRefused = true;
        }
    }

    /** The lease was renewed, and what belongs to it. */
    public void onLeaseRenewed() {
        if (leaseRefused) {
            leaseRefused = false;
            listener.onTaken();
        }
        Refusal before = refusal.get();
        if (before != null && clock.getAsLong() - lastMs.get() >= holdMs && refusal.compareAndSet(before, null)) {
            log.info("redis takes writes again redis={}", redis);
        }
    }
}
