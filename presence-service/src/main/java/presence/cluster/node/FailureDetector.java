package presence.cluster.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.cluster.envelope.LocalOrigin;
import presence.cluster.pubsub.EnvelopePublisher;
import presence.cluster.redis.Refusal;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Envelope;
import presence.proto.NodeDead;
import presence.roster.NodeLiveness;

/**
 * Detects dead nodes: a node is dead if it is silent for the duration of a lease and has no lease in Redis. Silence is
 * not judged while this node's own heartbeats are not echoed. Thread-safe.
 */
public final class FailureDetector {
    private static final Logger log = LoggerFactory.getLogger(FailureDetector.class);

    /** Own heartbeats without echo after which the silence of others is not judged, and counted anew from the next. */
    private static final int MISSED_ECHOES = 2;

    private final LocalOrigin self;
    private final LeaseStore leases;
    private final EnvelopePublisher publisher;
    private final NodeEvents events;
    private final Duration heartbeat;
    private final ServiceMetrics metrics;
    private final LongSupplier clock;
    /** Guarded by itself. */
    private final NodeLiveness liveness;
    /** Only read and written by {@link #sweep}. */
    private long sweptMs;

    /** @param clock monotonic milliseconds */
    public FailureDetector(
            LocalOrigin self,
            LeaseStore leases,
            EnvelopePublisher publisher,
            NodeEvents events,
            Duration heartbeat,
            Duration lease,
            ServiceMetrics metrics,
            LongSupplier clock) {
        this.self = self;
        this.leases = leases;
        this.publisher = publisher;
        this.events = events;
        this.heartbeat = heartbeat;
        this.metrics = metrics;
        this.clock = clock;
        sweptMs = clock.getAsLong();
        liveness = new NodeLiveness(lease.toMillis(), MISSED_ECHOES * heartbeat.toMillis(), sweptMs);
    }

    /** Handles the echo of an own message on the global channel. */
    void onEcho() {
        long now = clock.getAsLong();
        synchronized (liveness) {
            liveness.echo(now);
        }
    }

    /** Handles a new subscription to the global channel. */
    void onSubscribed() {
        long now = clock.getAsLong();
        synchronized (liveness) {
            liveness.subscribed(now);
        }
    }

    /** Milliseconds since the last echo of an own message. */
    long sinceEchoMs() {
        long now = clock.getAsLong();
        synchronized (liveness) {
            return liveness.sinceEchoMs(now);
        }
    }

    /** Handles any sign of life of another node. */
    public void onHeard(Origin node) {
        boolean isNew;
        synchronized (liveness) {
            isNew = liveness.heard(node, clock.getAsLong());
        }
        if (isNew) {
            events.onNewNode(node);
        }
    }

    /** Handles a bye: the silence of a node that left cleanly is no failure. */
    public void onBye(NodeId node) {
        synchronized (liveness) {
            liveness.left(node);
        }
    }

    /** Milliseconds since the last sign of life of a node; {@link Long#MAX_VALUE} for one that is not alive. */
    public long silentMs(NodeId node) {
        synchronized (liveness) {
            return liveness.silentMs(node, clock.getAsLong()).orElse(Long.MAX_VALUE);
        }
    }

    /** Whether an owner is another node that counts as alive. */
    boolean isAlive(Origin owner) {
        synchronized (liveness) {
            return liveness.isAlive(owner);
        }
    }

    public boolean isDead(Origin owner) {
        return liveness.isDead(owner);
    }

    /**
     * Whether an owner's segments are shown.
     *
     * @param lease the incarnation in its node's lease, null if it has none
     */
    public boolean accepts(Origin owner, @Nullable Long lease) {
        Origin own = self.get();
        if (owner.node().equals(own.node())) {
            return owner.equals(own);
        }
        synchronized (liveness) {
            return liveness.accepts(owner, lease == null ? OptionalLong.empty() : OptionalLong.of(lease));
        }
    }

    /** The other nodes alive. */
    public List<Origin> alive() {
        synchronized (liveness) {
            return liveness.alive();
        }
    }

    /**
     * Checks the silence of other nodes. Called twice per heartbeat, by one thread at a time.
     *
     * @return false if this process was delayed: then nothing was checked, because messages may wait unread
     */
    public boolean sweep() {
        long now = clock.getAsLong();
        boolean late = now - sweptMs > 2 * heartbeat.toMillis();
        sweptMs = now;
        if (late) {
            return false;
        }
        List<Origin> suspects;
        synchronized (liveness) {
            suspects = new ArrayList<>(liveness.suspects(now));
        }
        suspects.forEach(this::verifyDeath);
        return true;
    }

    /**
     * Marks a silent node as dead unless it has a lease. Where Redis answers MOVED, a lease cannot be stored and counts
     * as missing.
     */
    private void verifyDeath(Origin suspect) {
        leases.readOfSilent(suspect.node()).whenComplete((inc, failure) -> {
            Refusal refusal = Refusal.of(failure);
            boolean storable = refusal == null || refusal.word() != Refusal.Word.MOVED;
            if (!storable || failure == null && (inc == null || inc != suspect.inc())) {
                log.warn("node is dead origin={} lease={}", suspect, inc);
                markDead(suspect);
                publisher.publishGlobally(
                        publisher.envelope().setDead(NodeDead.newBuilder().setOrigin(suspect.toString())));
            }
        });
    }

    /** Marks an origin as dead, for good. */
    void markDead(Origin owner) {
        synchronized (liveness) {
            if (liveness.isDead(owner)) {
                return;
            }
            liveness.declareDead(owner);
        }
        metrics.nodeDeaths.increment();
        events.onDead(owner);
    }

    /** Whether an envelope counts as a sign of life: all but the frequent cursor ticks. */
    public static boolean isSignOfLife(Envelope envelope) {
        return !envelope.hasCursors();
    }
}
