package presence.cluster.segment;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import presence.model.NodeId;
import presence.proto.NodeHeartbeat;

/**
 * Whether all nodes that are heard of read {@code Delta.patched}: nodes of releases before do not, and miss what is told
 * that way. Thread-safe.
 */
public final class PatchReaders {
    /** One is enough to stop patches; messages that anybody may publish must not fill the memory. */
    private static final int MOST = 1_000;

    private final Set<NodeId> without = ConcurrentHashMap.newKeySet();

    /** Returns whether this is the first word of a node that does not read patches: it may have missed some. */
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
