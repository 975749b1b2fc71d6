package presence.roster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import presence.model.NodeId;
import presence.model.Origin;

/**
 * Tracks which other nodes are alive. A node is suspected only for a silence that this node would have noticed: while
 * its own heartbeats are not echoed either, it is isolated and suspects none. Pure; time is a parameter, monotonic
 * milliseconds. Not thread-safe, except {@link #isDead}.
 */
public final class NodeLiveness {
    private record Heard(long inc, long atMs) {}

    private final long leaseMs;
    private final long echoPatienceMs;
    private final Map<NodeId, Heard> heard = new HashMap<>();
    /** The highest incarnation of a node that was declared dead or left cleanly. */
    private final Map<NodeId, Long> dead = new ConcurrentHashMap<>();

    private long lastEchoMs;
    private long hearingSinceMs;

    /**
     * @param leaseMs silence after which a node is suspected
     * @param echoPatienceMs how long an own heartbeat's echo may take before this node counts as isolated
     */
    public NodeLiveness(long leaseMs, long echoPatienceMs, long nowMs) {
        this.leaseMs = leaseMs;
        this.echoPatienceMs = echoPatienceMs;
        this.lastEchoMs = nowMs;
        this.hearingSinceMs = nowMs;
    }

    /** Records that an own heartbeat was echoed. */
    public void echo(long nowMs) {
        if (isIsolated(nowMs)) {
            hearingSinceMs = nowMs;
        }
        lastEchoMs = nowMs;
    }

    /** Records that this node receives messages from now on: what was published before may have been missed. */
    public void subscribed(long nowMs) {
        hearingSinceMs = nowMs;
    }

    /** Returns whether own heartbeats are no longer echoed, so that silence of other nodes proves nothing. */
    public boolean isIsolated(long nowMs) {
        return nowMs - lastEchoMs > echoPatienceMs;
    }

    public long sinceEchoMs(long nowMs) {
        return nowMs - lastEchoMs;
    }

    /**
     * Records a message of a node in an incarnation.
     *
     * @return whether the node or the incarnation was unknown before
     */
    public boolean heard(Origin origin, long nowMs) {
        if (isDead(origin)) {
            return false;
        }
        Heard before = heard.get(origin.node());
        if (before != null && before.inc > origin.inc()) {
            return false;
        }
        heard.put(origin.node(), new Heard(origin.inc(), nowMs));
        return before == null || before.inc < origin.inc();
    }

    /** Returns whether this is a node's known incarnation, or an earlier one, that has not been declared dead. */
    public boolean isAlive(Origin origin) {
        Heard last = heard.get(origin.node());
        return last != null && origin.inc() <= last.inc && !isDead(origin);
    }

    /** Returns how long a node has been silent; empty if it is not one of the nodes alive. */
    public OptionalLong silentMs(NodeId node, long nowMs) {
        Heard last = heard.get(node);
        return last == null ? OptionalLong.empty() : OptionalLong.of(nowMs - last.atMs);
    }

    /** Records a clean departure. Silence after a bye is not a failure; messages older than the bye are ignored. */
    public void left(NodeId node) {
        Heard last = heard.remove(node);
        if (last != null) {
            dead.merge(node, last.inc, Math::max);
        }
    }

    /** Records that this incarnation was declared dead, here or elsewhere; it and all earlier ones stay dead. */
    public void declareDead(Origin origin) {
        dead.merge(origin.node(), origin.inc(), Math::max);
        Heard alive = heard.get(origin.node());
        if (alive != null && alive.inc <= origin.inc()) {
            heard.remove(origin.node());
        }
    }

    /** Returns whether an incarnation was declared dead or left. Any thread, without a lock: called per envelope. */
    public boolean isDead(Origin origin) {
        return dead.getOrDefault(origin.node(), Long.MIN_VALUE) >= origin.inc();
    }

    /**
     * Returns whether a segment found in a snapshot belongs to a node alive: its incarnation holds the lease, or is the
     * highest received.
     *
     * @param lease incarnation in the node's lease, empty if it has none
     */
    public boolean accepts(Origin origin, OptionalLong lease) {
        if (isDead(origin)) {
            return false;
        }
        Heard alive = heard.get(origin.node());
        if (alive != null) {
            return alive.inc == origin.inc() || alive.inc < origin.inc() && lease.orElse(-1) == origin.inc();
        }
        return lease.isPresent() && lease.getAsLong() == origin.inc();
    }

    /** Returns the nodes silent for longer than a lease; none while this node is isolated. */
    public List<Origin> suspects(long nowMs) {
        List<Origin> suspects = new ArrayList<>();
        if (!isIsolated(nowMs)) {
            heard.forEach((node, last) -> {
                if (nowMs - Math.max(last.atMs, hearingSinceMs) > leaseMs) {
                    suspects.add(new Origin(node, last.inc));
                }
            });
        }
        return suspects;
    }

    /** Returns the nodes alive, in their latest incarnation. */
    public List<Origin> alive() {
        List<Origin> alive = new ArrayList<>();
        heard.forEach((node, last) -> alive.add(new Origin(node, last.inc)));
        return alive;
    }
}
