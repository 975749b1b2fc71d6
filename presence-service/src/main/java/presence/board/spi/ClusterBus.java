package presence.board.spi;

import io.netty.channel.EventLoop;
import presence.model.BoardId;
import presence.model.NodeId;

/**
 * Connects this node to the other nodes. Every node alone writes its own segment of a board's roster; the bus publishes
 * this node's segments and delivers those of the others.
 *
 * <p>Guarantees. Roster changes: every node that follows a board ends up with every owner's segment, even when messages
 * are lost or duplicated. Signals and cursors: at most once; cursors may overtake the join of their member. A node
 * never receives what it published itself.
 */
public interface ClusterBus extends AutoCloseable {
    /** Returns the id this node writes under. */
    NodeId node();

    /** Creates the link of one board, idle until {@link BoardLink#follow}. It is called on {@code loop} only. */
    BoardLink link(BoardId board, EventLoop loop);

    /** Returns the queries by user and over the whole cluster. */
    ClusterDirectory directory();

    /** Returns the port for operators' orders to all nodes. */
    ModerationBus moderation();

    @Override
    void close();
}
