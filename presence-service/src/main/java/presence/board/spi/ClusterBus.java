package presence.board.spi;

import io.netty.channel.EventLoop;
import presence.model.BoardId;
import presence.model.NodeId;

/**
 * The other nodes. Every node alone writes its own segment of a board's roster; the bus keeps the
 * segment known to the others and brings theirs.
 *
 * <p>Guarantees. Roster changes: every node that follows a board ends up with every owner's segment,
 * whatever was lost or came twice on the way. Signals and cursors: at most once; cursors may overtake
 * the join of their member. A node never gets back what it published itself.
 */
public interface ClusterBus extends AutoCloseable {
    /** As whom this node writes. */
    NodeId node();

    /** A line for one board, silent until {@link BoardLink#follow}. All calls to it happen on {@code loop}. */
    BoardLink link(BoardId board, EventLoop loop);

    /** The cluster by user and as a whole. */
    ClusterDirectory directory();

    /** What operators want of all nodes. */
    ModerationBus moderation();

    @Override
    void close();
}
