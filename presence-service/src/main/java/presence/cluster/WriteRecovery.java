package presence.cluster;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.cluster.node.LeaseStore;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.WriteHealth;
import presence.model.Origin;

/**
 * Looks for a Redis that takes writes while the one in use refuses them: connects again through the name, which may lead
 * elsewhere by now, and moves all connections there once a write was taken. Until then those there are stay: they still
 * carry messages. Thread-safe.
 */
final class WriteRecovery {
    private static final Logger log = LoggerFactory.getLogger(WriteRecovery.class);

    private static final long FIRST_MS = 1_000;
    private static final long MOST_MS = 5_000;
    /** Between two moves: a name that leads to several servers, some of which refuse writes. */
    private static final long MOVED_MS = 10_000;

    private final RedisConnections redis;
    private final LeaseStore leases;
    private final Supplier<Origin> self;
    private final WriteHealth writes;
    private final Maintenance maintenance;
    private final Duration patience;
    private final Runnable onWritable;
    private final AtomicBoolean looking = new AtomicBoolean();
    /** While {@link #looking} only. */
    private long delayMs = FIRST_MS;

    private volatile long notBeforeNanos = System.nanoTime();

    /**
     * @param self as whom this node writes now
     * @param patience how long one attempt may take
     * @param onWritable called when the connections in use can write again
     */
    WriteRecovery(
            RedisConnections redis,
            LeaseStore leases,
            Supplier<Origin> self,
            WriteHealth writes,
            Maintenance maintenance,
            Duration patience,
            Runnable onWritable) {
        this.redis = redis;
        this.leases = leases;
        this.self = self;
        this.writes = writes;
        this.maintenance = maintenance;
        this.patience = patience;
        this.onWritable = onWritable;
    }

    /** Redis begins to refuse writes. A replica is left as soon as may be, anything else can pass. */
    void begin(Refusal refusal) {
        if (looking.compareAndSet(false, true)) {
            delayMs = FIRST_MS;
            boolean elsewhere = refusal.word() == Refusal.Word.READONLY;
            schedule(elsewhere ? 0 : FIRST_MS);
        }
    }

    private void schedule(long ms) {
        long wait = Math.max(ms, TimeUnit.NANOSECONDS.toMillis(notBeforeNanos - System.nanoTime()));
        maintenance.later(this::look, Duration.ofMillis(wait));
    }

    private void look() {
        if (writes.refusal() == null) {
            looking.set(false);
            if (writes.refusal() != null) {
                begin(writes.refusal());
            }
            return;
        }
        boolean found = false;
        try {
            redis.tryAnew(patience, commands -> leases.renewOn(commands, self.get()));
            found = true;
        } catch (RedisUnavailableException e) {
            log.debug("no redis that takes writes yet: {}", e.getMessage());
        }
        if (found) {
            compareWithPresent();
        }
        schedule(delayMs + ThreadLocalRandom.current().nextLong(delayMs / 4));
        delayMs = Math.min(MOST_MS, 2 * delayMs);
    }

    private void compareWithPresent() {
        CompletionStage<?> present = redis.commands().thenCompose(commands -> leases.renewOn(commands, self.get()));
        present.whenComplete((renewed, failure) -> {
            if (failure == null) {
                maintenance.later(onWritable, Duration.ZERO);
            } else if (Refusal.of(failure) != null) {
                notBeforeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOVED_MS);
                log.warn("redis takes writes on new connections, making all anew redis={}", redis.address());
                redis.dropAll();
                maintenance.keepConnectedNow();
            }
        });
    }
}
