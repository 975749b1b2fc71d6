package presence.cluster;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.cluster.node.LeaseStore;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.WriteHealth;
import presence.model.Origin;

/**
 * Finds a Redis that accepts writes while the one in use refuses them: resolves the name and connects again, and moves
 * all connections to the new address once a write succeeds there. Until then the present connections stay, because they
 * still carry messages. Thread-safe.
 */
final class WriteRecovery {
    private static final Logger log = LoggerFactory.getLogger(WriteRecovery.class);

    private static final long FIRST_MS = 1_000;
    private static final long MOST_MS = 5_000;
    /** Least time between two moves, for a name that resolves to several servers of which some refuse writes. */
    private static final long MOVED_MS = 10_000;

    private final RedisConnections redis;
    private final LeaseStore leases;
    private final Supplier<Origin> self;
    private final WriteHealth writes;
    private final Maintenance maintenance;
    private final Duration timeout;
    private final Runnable onWritable;
    private final LongSupplier clock;
    private final Supplier<RandomGenerator> random;
    private final AtomicBoolean searching = new AtomicBoolean();
    /** Used only while {@link #searching} is true. */
    private long delayMs = FIRST_MS;

    private volatile long notBeforeMs;

    /**
     * @param self the present origin of this node
     * @param timeout timeout of one attempt
     * @param onWritable called when the connections in use can write again
     * @param clock monotonic milliseconds
     * @param random supplies the random source of the calling thread, for jitter
     */
    WriteRecovery(
            RedisConnections redis,
            LeaseStore leases,
            Supplier<Origin> self,
            WriteHealth writes,
            Maintenance maintenance,
            Duration timeout,
            Runnable onWritable,
            LongSupplier clock,
            Supplier<RandomGenerator> random) {
        this.redis = redis;
        this.leases = leases;
        this.self = self;
        this.writes = writes;
        this.maintenance = maintenance;
        this.timeout = timeout;
        this.onWritable = onWritable;
        this.clock = clock;
        this.random = random;
        this.notBeforeMs = clock.getAsLong();
    }

    /**
     * Starts the search when Redis begins to refuse writes. A replica is left at once; other refusals may pass by
     * themselves.
     */
    void begin(Refusal refusal) {
        if (searching.compareAndSet(false, true)) {
            delayMs = FIRST_MS;
            boolean elsewhere = refusal.word() == Refusal.Word.READONLY;
            schedule(elsewhere ? 0 : FIRST_MS);
        }
    }

    private void schedule(long ms) {
        long wait = Math.max(ms, notBeforeMs - clock.getAsLong());
        maintenance.later(this::search, Duration.ofMillis(wait));
    }

    private void search() {
        if (writes.refusal() == null) {
            searching.set(false);
            if (writes.refusal() != null) {
                begin(writes.refusal());
            }
            return;
        }
        boolean found = false;
        try {
            redis.tryOnNewConnection(timeout, commands -> leases.renewOn(commands, self.get()));
            found = true;
        } catch (RedisUnavailableException e) {
            log.debug("no redis found that accepts writes redis={} detail={}", redis.address(), e.getMessage());
        }
        if (found) {
            compareWithPresent();
        }
        schedule(delayMs + random.get().nextLong(delayMs / 4));
        delayMs = Math.min(MOST_MS, 2 * delayMs);
    }

    private void compareWithPresent() {
        CompletionStage<?> present = redis.commands().thenCompose(commands -> leases.renewOn(commands, self.get()));
        present.whenComplete((renewed, failure) -> {
            if (failure == null) {
                maintenance.later(onWritable, Duration.ZERO);
            } else if (Refusal.of(failure) != null) {
                notBeforeMs = clock.getAsLong() + MOVED_MS;
                log.warn("redis accepts writes on new connections; reconnecting all redis={}", redis.address());
                redis.dropAll();
                maintenance.keepConnectedNow();
            }
        });
    }
}
