package presence.cluster.node;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import presence.cluster.envelope.LocalOrigin;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.model.Origin;

/**
 * Compares what an envelope says of a node, that it is dead or has left, with the node's lease before it is acted on: an
 * envelope is no more than a message, whose sender need not be who it names. Thread-safe.
 */
public final class NodeClaims {
    /** How often this node goes on under a new incarnation though its lease says that it lives. */
    private static final long CONTRADICTED_MS = 60_000;

    private final LeaseStore leases;
    private final LocalOrigin self;
    private final Heartbeat heartbeat;
    private final FailureDetector detector;
    private final BooleanSupplier refused;
    private final long leaseMs;
    private final ServiceMetrics metrics;
    private final LongSupplier clock;
    /** Those whose lease is being read: one answer is enough for all who say the same. */
    private final Set<Origin> dying = ConcurrentHashMap.newKeySet();

    private final Set<NodeId> leaving = ConcurrentHashMap.newKeySet();
    /** Guarded by this. */
    private long contradictedMs;

    /**
     * @param refused whether Redis refuses the writes of this node: then leases say little
     * @param clock monotonic milliseconds
     */
    public NodeClaims(
            LeaseStore leases,
            LocalOrigin self,
            Heartbeat heartbeat,
            FailureDetector detector,
            BooleanSupplier refused,
            long leaseMs,
            ServiceMetrics metrics,
            LongSupplier clock) {
        this.leases = leases;
        this.self = self;
        this.heartbeat = heartbeat;
        this.detector = detector;
        this.refused = refused;
        this.leaseMs = leaseMs;
        this.metrics = metrics;
        this.clock = clock;
        this.contradictedMs = clock.getAsLong() - CONTRADICTED_MS;
    }

    /** Somebody says that an origin is dead. Where the lease cannot be read, this node finds out by itself. */
    public void onDead(Origin owner) {
        boolean isSelf = owner.equals(self.get());
        if (!isSelf && !detector.isAlive(owner) || !dying.add(owner)) {
            return;
        }
        leases.read(owner.node()).whenComplete((inc, failure) -> {
            dying.remove(owner);
            boolean hasLease = failure != null || inc != null && inc <= owner.inc();
            if (isSelf) {
                if (!hasLease || heartbeat.isOverdue() || mayContradict()) {
                    heartbeat.onDeclaredDead(owner);
                } else {
                    metrics.envelopesUnbacked.increment();
                }
            } else if (hasLease || refused.getAsBoolean() && detector.silentMs(owner.node()) <= leaseMs) {
                metrics.envelopesUnbacked.increment();
            } else {
                detector.markDead(owner);
            }
        });
    }

    /**
     * What others believe is not known here: those of the release before take the message for the truth, and show this
     * node's members under another incarnation only. So it is obeyed, and not often.
     */
    private synchronized boolean mayContradict() {
        long now = clock.getAsLong();
        boolean may = now - contradictedMs >= CONTRADICTED_MS;
        if (may) {
            contradictedMs = now;
        }
        return may;
    }

    /** A node says that it stops: it has given its lease up before, unless Redis did not take that. */
    public void onBye(NodeId node, Runnable gone) {
        if (!leaving.add(node)) {
            return;
        }
        leases.read(node).whenComplete((inc, failure) -> {
            leaving.remove(node);
            if (failure == null && inc == null || refused.getAsBoolean()) {
                gone.run();
            } else {
                metrics.envelopesUnbacked.increment();
            }
        });
    }
}
