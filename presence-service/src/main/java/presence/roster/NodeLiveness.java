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
 * Which other nodes are alive, as far as this one can tell. A node is suspected only for a silence that
 * this node would have heard broken: while its own heartbeats did not come back either, it knows
 * nothing about others. Pure; time is a parameter, monotonic milliseconds. Not thread-safe.
 */
public final class NodeLiveness {
    private record Heard(long inc, long atMs) {}

    private final long leaseMs;
    private final long echoPatienceMs;
    private final Map<NodeId, Heard> heard = new HashMap<>();
    /** The highest incarnation of a node that was declared dead or said goodbye. */
    private final Map<NodeId, Long> dead = new ConcurrentHashMap<>();

    private long lastEchoMs;
    private long hearingSinceMs;

    /**
     * @param leaseMs silence after which a node is suspected
     * @param echoPatienceMs how long an own heartbeat may take to come back before this node counts as deaf
     */
    public NodeLiveness(long leaseMs, long echoPatienceMs, long nowMs) {
        this.leaseMs = leaseMs;
        this.echoPatienceMs = echoPatienceMs;
        this.lastEchoMs = nowMs;
        this.hearingSinceMs = nowMs;
    }

    /** An own heartbeat came back. */
    public void echo(long nowMs) {
        if (isDeaf(nowMs)) {
            hearingSinceMs = nowMs;
        }
        lastEchoMs = nowMs;
    }

    /** Whether own heartbeats stopped coming back, so that silence of others means nothing. */
    public boolean isDeaf(long nowMs) {
        return nowMs - lastEchoMs > echoPatienceMs;
    }

    public long sinceEchoMs(long nowMs) {
        return nowMs - lastEchoMs;
    }

    /**
     * A sign of life of a node in an incarnation.
     *
     * @return whether it is news: a node or an incarnation not heard of before
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

    /** Whether this is a node's incarnation, or one before it, and that has not been declared dead. */
    public boolean isAlive(Origin origin) {
        Heard last = heard.get(origin.node());
        return last != null && origin.inc() <= last.inc && !isDead(origin);
    }

    /** For how long a node has been silent; empty if it is none of those alive. */
    public OptionalLong silentMs(NodeId node, long nowMs) {
        Heard last = heard.get(node);
        return last == null ? OptionalLong.empty() : OptionalLong.of(nowMs - last.atMs);
    }

    /** A node said goodbye: its silence is no death, and what it said before and comes later is no life. */
    public void left(NodeId node) {
        Heard last = heard.remove(node);
        if (last != null) {
            dead.merge(node, last.inc, Math::max);
        }
    }

    /** Declared dead, here or elsewhere: this incarnation and all before it stay dead. */
    public void declareDead(Origin origin) {
        dead.merge(origin.node(), origin.inc(), Math::max);
        Heard alive = heard.get(origin.node());
        if (alive != null && alive.inc <= origin.inc()) {
            heard.remove(origin.node());
        }
    }

    /** Any thread, without the lock that all else needs: asked for every envelope. */
    public boolean isDead(Origin origin) {
        return dead.getOrDefault(origin.node(), Long.MIN_VALUE) >= origin.inc();
    }

    /**
     * Whether a segment found in a snapshot belongs to somebody alive: its incarnation holds the lease,
     * or is the highest heard of.
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

    /** The nodes that have been silent for longer than a lease, while this one would have heard them. */
    public List<Origin> suspects(long nowMs) {
        List<Origin> suspects = new ArrayList<>();
        if (!isDeaf(nowMs)) {
            heard.forEach((node, last) -> {
                if (nowMs - Math.max(last.atMs, hearingSinceMs) > leaseMs) {
                    suspects.add(new Origin(node, last.inc));
                }
            });
        }
        return suspects;
    }

    /** The nodes alive, in their latest incarnation. */
    public List<Origin> alive() {
        List<Origin> alive = new ArrayList<>();
        heard.forEach((node, last) -> alive.add(new Origin(node, last.inc)));
        return alive;
    }
}
