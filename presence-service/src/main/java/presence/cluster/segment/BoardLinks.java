package presence.cluster.segment;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import presence.board.spi.BoardLink;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.NodeHeartbeat;

/** Holds the links of this node's boards and forwards cluster-wide events to each. Thread-safe. */
public final class BoardLinks {
    private final SegmentContext context;
    private final Map<BoardId, RedisBoardLink> open = new ConcurrentHashMap<>();

    public BoardLinks(SegmentContext context) {
        this.context = context;
    }

    /** Makes a link, which publishes and receives nothing until it follows its board. */
    public BoardLink link(BoardId board, EventLoop loop) {
        return new RedisBoardLink(context, this, board, loop);
    }

    void opened(RedisBoardLink link) {
        open.put(link.board(), link);
    }

    void closed(RedisBoardLink link) {
        open.remove(link.board(), link);
    }

    /** Removes the segments of this node from Redis. The stage completes when each removal was tried. */
    public CompletionStage<?> retire() {
        return CompletableFuture.allOf(open.values().stream()
                .map(link -> link.retire().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Handles the reconnection of the command connection. */
    public void onCommandsUp() {
        open.values().forEach(RedisBoardLink::onCommandsUp);
        context.reaper().retry();
    }

    /** Has every link verify its segment in Redis. */
    public void verify() {
        open.values().forEach(RedisBoardLink::verify);
    }

    /** Has every link read its board again: the known state of other nodes may be stale. */
    public void resync() {
        open.values().forEach(RedisBoardLink::resync);
    }

    /** Continues under another incarnation of this node. */
    public void reincarnate(Origin next) {
        open.values().forEach(link -> link.reincarnate(next));
    }

    public void onHeartbeat(NodeId node, NodeHeartbeat heartbeat) {
        if (context.patchReaders().onHeartbeat(node, heartbeat)) {
            // The node may have read segments before this heartbeat, and received patches since that it cannot read.
            verify();
        }
    }

    /** Handles a bye: the node left cleanly. */
    public void onNodeGone(NodeId node) {
        context.patchReaders().onGone(node);
        open.values().forEach(link -> link.onNodeGone(node));
    }

    public void onDead(Origin owner) {
        context.patchReaders().onGone(owner.node());
        open.values().forEach(link -> link.onDead(owner));
    }

    /** Removes all remote members: this node is isolated. */
    public void onIsolated() {
        open.values().forEach(RedisBoardLink::onIsolated);
    }

    /** Handles a new node or incarnation. */
    public void onNewNode(Origin node) {
        open.values().forEach(link -> link.onNewNode(node));
    }
}
