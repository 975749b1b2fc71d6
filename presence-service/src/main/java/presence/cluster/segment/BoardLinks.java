package presence.cluster.segment;

import io.netty.channel.EventLoop;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import presence.board.spi.BoardLink;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.NodeHeartbeat;

/** The links of this node's boards. Passes on to each what concerns all. Thread-safe. */
public final class BoardLinks {
    private final SegmentContext context;
    private final Set<RedisBoardLink> open = ConcurrentHashMap.newKeySet();

    public BoardLinks(SegmentContext context) {
        this.context = context;
    }

    /** A link that is silent until it follows its board. */
    public BoardLink link(BoardId board, EventLoop loop) {
        return new RedisBoardLink(context, this, board, loop);
    }

    void opened(RedisBoardLink link) {
        open.add(link);
    }

    void closed(RedisBoardLink link) {
        open.remove(link);
    }

    /** Removes the segments of this node from Redis. The stage ends when each was tried. */
    public CompletionStage<?> retire() {
        return CompletableFuture.allOf(
                open.stream().map(link -> link.retire().toCompletableFuture()).toArray(CompletableFuture<?>[]::new));
    }

    /** Redis takes commands again. */
    public void onCommandsUp() {
        open.forEach(RedisBoardLink::onCommandsUp);
        context.reaper().retry();
    }

    /** Redis may not have the segments it should. */
    public void verify() {
        open.forEach(RedisBoardLink::verify);
    }

    /** What is known of the others may be old. */
    public void resync() {
        open.forEach(RedisBoardLink::resync);
    }

    /** This node continues under another incarnation. */
    public void reincarnate(Origin next) {
        open.forEach(link -> link.reincarnate(next));
    }

    public void onHeartbeat(NodeId node, NodeHeartbeat heartbeat) {
        if (context.patchReaders().onHeartbeat(node, heartbeat)) {
            // It may have read segments before we knew of it, and patches since then that it cannot read.
            verify();
        }
    }

    /** A node left cleanly. */
    public void onNodeGone(NodeId node) {
        context.patchReaders().onGone(node);
        open.forEach(link -> link.onNodeGone(node));
    }

    public void onDead(Origin owner) {
        context.patchReaders().onGone(owner.node());
        open.forEach(link -> link.onDead(owner));
    }

    /** Nothing can be known of other nodes. */
    public void onIsolated() {
        open.forEach(RedisBoardLink::onIsolated);
    }

    /** A node or incarnation not heard of before. */
    public void onNewNode(Origin node) {
        open.forEach(link -> link.onNewNode(node));
    }
}
