package presence.cluster.node;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.cluster.envelope.LocalOrigin;
import presence.cluster.pubsub.EnvelopePublisher;
import presence.metrics.ServiceMetrics;
import presence.model.Origin;
import presence.proto.NodeHeartbeat;

/** Publishes this node's heartbeats and renews its lease. Thread-safe. */
public final class Heartbeat {
    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final LocalOrigin self;
    private final LeaseStore leases;
    private final EnvelopePublisher publisher;
    private final Supplier<NodeHeartbeat.Builder> load;
    private final NodeEvents events;
    private final long leaseMs;
    private final ServiceMetrics metrics;
    private final LongSupplier clock;

    private volatile long renewedMs;
    private volatile boolean everRenewed;
    /** A renewal failed since the last that succeeded. */
    private volatile boolean inDoubt;

    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile long publishedMs;
    private volatile long beatMs;
    private final AtomicInteger failed = new AtomicInteger();

    /**
     * @param load the load that this node reports
     * @param clock monotonic milliseconds
     */
    public Heartbeat(
            LocalOrigin self,
            LeaseStore leases,
            EnvelopePublisher publisher,
            Supplier<NodeHeartbeat.Builder> load,
            NodeEvents events,
            Duration lease,
            ServiceMetrics metrics,
            LongSupplier clock) {
        this.self = self;
        this.leases = leases;
        this.publisher = publisher;
        this.load = load;
        this.events = events;
        this.leaseMs = lease.toMillis();
        this.metrics = metrics;
        this.clock = clock;
        renewedMs = clock.getAsLong();
        publishedMs = renewedMs;
    }

    /** Publishes one heartbeat and renews the lease. */
    public void beat() {
        Origin sender = self.get();
        long now = clock.getAsLong();
        beatMs = now;
        publisher
                .publishGlobally(publisher.envelope().setHeartbeat(load.get().setSentMs(System.currentTimeMillis())))
                .whenComplete((receivers, failure) -> {
                    if (failure == null) {
                        publishedMs = clock.getAsLong();
                        failed.set(0);
                    } else {
                        failed.incrementAndGet();
                    }
                });
        if (!renewing.compareAndSet(false, true)) {
            // One renewal at a time: two replies that cross would look like a lost lease.
            return;
        }
        leases.renew(sender).whenComplete((wasThere, failure) -> {
            try {
                if (failure != null) {
                    inDoubt = true;
                } else if (sender.equals(self.get())) {
                    onRenewed(wasThere, now);
                }
            } finally {
                renewing.set(false);
            }
        });
    }

    private void onRenewed(boolean wasThere, long sentMs) {
        long sinceRenewal = sentMs - renewedMs;
        boolean first = !everRenewed;
        boolean mayHaveMissed = inDoubt;
        inDoubt = false;
        everRenewed = true;
        renewedMs = Math.max(renewedMs, sentMs);
        if (sinceRenewal > leaseMs && !first) {
            log.warn(
                    "lease expired; continuing under a new incarnation origin={} silentMs={}",
                    self.get(),
                    sinceRenewal);
            events.onSelfDead();
        } else if (!wasThere && !first) {
            events.onRedisEmpty();
        } else if (mayHaveMissed) {
            // Redis may have lost its data: an unanswered renewal that was done later has written the lease again.
            events.onRedisInDoubt();
        }
    }

    /** Records the echo of an own heartbeat on the global channel. */
    void onEcho() {
        metrics.heartbeatEcho.record(Math.max(0, clock.getAsLong() - beatMs), TimeUnit.MILLISECONDS);
    }

    /** Handles a declaration that this node is dead, if it names the present incarnation. */
    void onDeclaredDead(Origin owner) {
        if (owner.equals(self.get())) {
            log.warn("declared dead by another node; continuing under a new incarnation origin={}", owner);
            // The new incarnation has its own lease.
            renewedMs = clock.getAsLong();
            events.onSelfDead();
        }
    }

    /** Whether this node's lease must have expired by now. */
    boolean isOverdue() {
        return clock.getAsLong() - renewedMs > leaseMs;
    }

    /** Milliseconds since a heartbeat was published. */
    long sincePublishedMs() {
        return clock.getAsLong() - publishedMs;
    }

    /** Whether the last {@code times} heartbeats could not be published; resets the count if so. */
    boolean failedInARow(int times) {
        return failed.get() >= times && failed.getAndSet(0) >= times;
    }
}
