package presence.cluster.node;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether this node's own heartbeats come back through its subscription. A node that does not receive them is
 * isolated: it shows local members only until it does. Checked by one thread at a time; {@link #isIsolated} by any.
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

    /** Whether own heartbeats stopped coming back. What others publish is not received until they do. */
    public boolean isIsolated() {
        return isolated;
    }

    /** To be called twice per heartbeat. */
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
        // Early enough for a new subscription to be heard on before this node counts as isolated.
        long patienceMs = heartbeatMs * 5 / 2;
        if (heartbeat.failedInARow(FAILED_BEATS)) {
            events.onConnectionsDead();
        } else if (sinceEcho > patienceMs
                && heartbeat.sincePublishedMs() < 2 * heartbeatMs
                && now - subscriberRenewedMs > patienceMs) {
            subscriberRenewedMs = now;
            events.onSubscriberDead();
        }
    }
}
