package presence.cluster.segment;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import presence.model.NodeId;
import presence.proto.NodeHeartbeat;

/**
 * Tracks whether all known nodes read {@code Delta.patched}: nodes of earlier releases ignore it and miss those
 * changes. Thread-safe.
 */
public final class PatchReaders {
    /** Bound of the set: one entry is enough to stop patches, and forged messages must not fill the memory. */
    private static final int MOST = 1_000;

    private final Set<NodeId> without = ConcurrentHashMap.newKeySet();

    /** Returns whether this is the first heartbeat of a node that does not read patches: it may have missed some. */
    boolean onHeartbeat(NodeId node, NodeHeartbeat heartbeat) {
        if (heartbeat.getReadsPatches()) {
            without.remove(node);
            return false;
        }
        return without.size() < MOST && without.add(node);
    }

    void onGone(NodeId node) {
        without.remove(node);
    }

    boolean all() {
        return without.isEmpty();
    }
}
