package presence.cluster.node;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether this node's own heartbeats are echoed through its subscription. A node without echoes is isolated: it
 * shows local members only. {@link #check} by one thread at a time; {@link #isIsolated} by any.
 */
public final class SubscriptionWatchdog {
    private static final Logger log = LoggerFactory.getLogger(SubscriptionWatchdog.class);

    private static final int FAILED_BEATS = 3;

    private final Heartbeat heartbeat;
    private final FailureDetector detector;
    private final NodeEvents events;
    private final long heartbeatMs;
    private final long leaseMs;
    private final LongSupplier clock;
    private volatile boolean isolated;
    private long subscriberRenewedMs;

    /** @param clock monotonic milliseconds */
    public SubscriptionWatchdog(
            Heartbeat heartbeat,
            FailureDetector detector,
            NodeEvents events,
            Duration interval,
            Duration lease,
            LongSupplier clock) {
        this.heartbeat = heartbeat;
        this.detector = detector;
        this.events = events;
        this.heartbeatMs = interval.toMillis();
        this.leaseMs = lease.toMillis();
        this.clock = clock;
    }

    /** Whether own heartbeats are not echoed, and so messages of other nodes are not received. */
    public boolean isIsolated() {
        return isolated;
    }

    /** Compares the age of the last echo with the lease. Called twice per heartbeat. */
    public void check() {
        long sinceEcho = detector.sinceEchoMs();
        boolean silent = sinceEcho > leaseMs;
        if (silent && !isolated) {
            isolated = true;
            log.warn("isolated: own heartbeats are not echoed; hiding remote members silentMs={}", sinceEcho);
            events.onIsolated();
        } else if (!silent && isolated) {
            isolated = false;
            log.info("own heartbeats are echoed again; showing remote members");
            events.onRejoined();
        }
        long now = clock.getAsLong();
        // Short enough for a new subscription to echo before this node counts as isolated.
        long timeoutMs = heartbeatMs * 5 / 2;
        if (heartbeat.failedInARow(FAILED_BEATS)) {
            events.onConnectionsDead();
        } else if (sinceEcho > timeoutMs
                && heartbeat.sincePublishedMs() < 2 * heartbeatMs
                && now - subscriberRenewedMs > timeoutMs) {
            subscriberRenewedMs = now;
            events.onSubscriberDead();
        }
    }
}
