package presence.cluster.pubsub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Envelope;

/**
 * Admits envelopes of origins that have, or had, a lease in Redis. A client that may only PUBLISH cannot write a lease,
 * and so cannot forge nodes. An origin is looked up once, at its first envelope; its envelopes meanwhile are held, and
 * delivered in order. While Redis refuses the writes of this node it may refuse those of all: then a bounded number of
 * origins passes without a lease, until writes are accepted again. Thread-safe.
 */
public final class OriginGate {
    /** Most origins looked up at a time. */
    static final int MAX_PENDING = 256;
    /** Most envelopes held, of all origins being looked up. */
    static final int MAX_HELD = 4_096;

    static final long MAX_HELD_BYTES = 4L << 20;
    /** Most origins that pass without a lease while Redis refuses writes. */
    static final int MAX_UNBACKED = 1_024;

    /** Delays of further lookups: a new incarnation publishes before its lease is written. */
    private static final long[] RETRIES_MS = {50, 200, 750, 2_000};

    /** Receives the envelopes of an origin that has, or had, a lease. */
    public interface Receiver {
        void onEnvelope(Origin sender, Envelope envelope);
    }

    /** A held envelope with its recipient. */
    private record Held(Envelope envelope, Receiver to) {}

    /** An origin being looked up. */
    private static final class Pending {
        final List<Held> held = new ArrayList<>(2);
        boolean incomplete;
    }

    private final Function<NodeId, CompletionStage<@Nullable Long>> leases;
    private final BooleanSupplier refused;
    private final BiConsumer<Runnable, Duration> later;
    private final Consumer<Origin> onIncomplete;
    private final ServiceMetrics metrics;
    /** The latest known origin, by the text of the node's id, so that an envelope is matched without parsing. */
    private final Map<String, Origin> known = new ConcurrentHashMap<>();
    /** The nodes of {@link #known} without a lease. */
    private final Set<String> unbacked = ConcurrentHashMap.newKeySet();
    /** Guarded by this. */
    private final Map<Origin, Pending> pending = new HashMap<>();

    private int held;
    private long heldBytes;

    /**
     * @param leases reads the incarnation in a node's lease, null if it has none
     * @param refused whether Redis refuses the writes of this node
     * @param later runs a task after a delay
     * @param onIncomplete called with an origin that is admitted now and of which some envelopes could not be held
     */
    public OriginGate(
            Function<NodeId, CompletionStage<@Nullable Long>> leases,
            BooleanSupplier refused,
            BiConsumer<Runnable, Duration> later,
            Consumer<Origin> onIncomplete,
            ServiceMetrics metrics) {
        this.leases = leases;
        this.refused = refused;
        this.later = later;
        this.onIncomplete = onIncomplete;
        this.metrics = metrics;
    }

    /** Delivers an envelope at once, after its origin was looked up, or never. */
    void admit(Envelope envelope, Receiver to) {
        Origin sender = known(envelope.getNode(), envelope.getInc());
        if (sender != null) {
            to.onEnvelope(sender, envelope);
            return;
        }
        if (envelope.getInc() < 0) {
            metrics.envelopesMalformed.increment();
            return;
        }
        Origin origin;
        try {
            origin = new Origin(NodeId.parse(envelope.getNode()), envelope.getInc());
        } catch (IllegalArgumentException e) {
            metrics.envelopesMalformed.increment();
            return;
        }
        hold(origin, envelope, to);
    }

    private @Nullable Origin known(String node, long inc) {
        Origin latest = known.get(node);
        if (latest == null || inc > latest.inc() || inc < 0) {
            return null;
        }
        return inc == latest.inc() ? latest : new Origin(latest.node(), inc);
    }

    private void hold(Origin origin, Envelope envelope, Receiver to) {
        synchronized (this) {
            if (known(envelope.getNode(), envelope.getInc()) != null) {
                to.onEnvelope(origin, envelope);
                return;
            }
            Pending waiting = pending.get(origin);
            boolean isFirst = waiting == null;
            if (waiting == null) {
                if (pending.size() >= MAX_PENDING) {
                    metrics.envelopesUnbacked.increment();
                    return;
                }
                waiting = new Pending();
                pending.put(origin, waiting);
            }
            int bytes = envelope.getSerializedSize();
            if (held >= MAX_HELD || heldBytes + bytes > MAX_HELD_BYTES) {
                waiting.incomplete = true;
                metrics.envelopesUnbacked.increment();
            } else {
                held++;
                heldBytes += bytes;
                waiting.held.add(new Held(envelope, to));
            }
            if (!isFirst) {
                return;
            }
        }
        lookUp(origin, 0);
    }

    private void lookUp(Origin origin, int attempt) {
        leases.apply(origin.node()).whenComplete((lease, failure) -> onLease(origin, lease, attempt));
    }

    private void onLease(Origin origin, @Nullable Long lease, int attempt) {
        if (lease != null && lease >= origin.inc()) {
            pass(origin, lease);
        } else if (refused.getAsBoolean() && unbacked.size() < MAX_UNBACKED) {
            unbacked.add(origin.node().toString());
            pass(origin, origin.inc());
        } else if (attempt < RETRIES_MS.length && !isCrowded()) {
            later.accept(() -> lookUp(origin, attempt + 1), Duration.ofMillis(RETRIES_MS[attempt]));
        } else {
            drop(origin);
        }
    }

    /**
     * Whether too many origins are being looked up to wait for leases: an origin with a lease is admitted at its next
     * envelope.
     */
    private synchronized boolean isCrowded() {
        return pending.size() > MAX_PENDING / 2;
    }

    private void pass(Origin origin, long inc) {
        boolean incomplete = false;
        synchronized (this) {
            Pending waiting = pending.remove(origin);
            if (waiting != null) {
                release(waiting);
                waiting.held.forEach(each -> deliver(origin, each));
                incomplete = waiting.incomplete;
            }
            known.merge(
                    origin.node().toString(),
                    new Origin(origin.node(), inc),
                    (one, other) -> one.inc() >= other.inc() ? one : other);
        }
        if (incomplete) {
            onIncomplete.accept(origin);
        }
    }

    private void deliver(Origin sender, Held waiting) {
        try {
            waiting.to.onEnvelope(sender, waiting.envelope);
        } catch (RuntimeException e) {
            // A malformed envelope must not block those after it.
            metrics.envelopesMalformed.increment();
        }
    }

    private synchronized void drop(Origin origin) {
        Pending waiting = pending.remove(origin);
        if (waiting != null) {
            release(waiting);
            metrics.envelopesUnbacked.increment(waiting.held.size());
        }
    }

    private synchronized void release(Pending waiting) {
        held -= waiting.held.size();
        waiting.held.forEach(each -> heldBytes -= each.envelope.getSerializedSize());
    }

    /** Admits an origin that was found in Redis with its lease. Any thread. */
    public void remember(Origin origin) {
        if (known(origin.node().toString(), origin.inc()) == null) {
            pass(origin, origin.inc());
        }
    }

    /** Forgets a node that is gone: its next envelope is looked up again. */
    public void forget(NodeId node) {
        known.remove(node.toString());
        unbacked.remove(node.toString());
    }

    /** Forgets nodes without a lease. Called when Redis has accepted writes for the duration of a lease. */
    public void forgetUnbacked() {
        for (String node : unbacked) {
            known.remove(node);
            unbacked.remove(node);
        }
    }
}
