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
 * Verifies messages that a node is dead or has left against the node's lease before acting on them, because any
 * publisher could forge them. Thread-safe.
 */
public final class NodeClaims {
    /** Least time between two new incarnations of this node while its lease is valid. */
    private static final long CONTRADICTED_MS = 60_000;

    private final LeaseStore leases;
    private final LocalOrigin self;
    private final Heartbeat heartbeat;
    private final FailureDetector detector;
    private final BooleanSupplier refused;
    private final long leaseMs;
    private final ServiceMetrics metrics;
    private final LongSupplier clock;
    /** Origins whose lease is being read: one read answers all messages about it. */
    private final Set<Origin> dying = ConcurrentHashMap.newKeySet();

    private final Set<NodeId> leaving = ConcurrentHashMap.newKeySet();
    /** Guarded by this. */
    private long contradictedMs;

    /**
     * @param refused whether Redis refuses the writes of this node: then leases are no proof
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

    /** Handles a message that an origin is dead. Where the lease cannot be read, the failure detector decides. */
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
     * Whether this node may take a new incarnation despite a valid lease: nodes of the previous release believe the
     * message unverified, and show this node's members under another incarnation only. Limited to one per
     * {@value #CONTRADICTED_MS} ms.
     */
    private synchronized boolean mayContradict() {
        long now = clock.getAsLong();
        boolean may = now - contradictedMs >= CONTRADICTED_MS;
        if (may) {
            contradictedMs = now;
        }
        return may;
    }

    /** Handles a bye: the node has deleted its lease before, unless Redis refused that. */
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
