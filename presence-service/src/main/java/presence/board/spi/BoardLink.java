package presence.board.spi;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import presence.lock.LockFeed;
import presence.lock.LockLink;
import presence.model.CursorColumns;
import presence.model.MemberId;
import presence.roster.SegmentDelta;

/** A board's connection to the other nodes. Board loop only. */
public interface BoardLink {
    /**
     * Begins to follow the board. Returns at once; the other nodes' segments are delivered to {@code feed} on the
     * board's loop as soon as they are read.
     */
    void follow(BoardFeed feed);

    /** Publishes a change of the local segment. Never lost: retained until it is stored or superseded. */
    void publish(SegmentDelta delta);

    /**
     * Ends when all changes published so far are stored where other nodes read them, or at once where they cannot be stored
     * now. Ends on the board's loop.
     */
    default CompletionStage<?> stored() {
        return CompletableFuture.completedStage(null);
    }

    /**
     * Publishes positions of local members, at most once. The caller may reuse the columns after return.
     *
     * @param tick rises with every call
     */
    void cursors(long tick, CursorColumns moved);

    /** Publishes how many observers this node has on the board; retained until it is stored or superseded. */
    void observers(int count);

    /** Publishes sums of this node's reactions by type, at most once. */
    void reactions(Map<String, Integer> sums);

    /**
     * Begins to follow the board's locks, which costs nothing before; called once, after {@link #follow}. All locks are
     * delivered to {@code feed} as soon as they are read.
     */
    LockLink locks(LockFeed feed);

    /** Relays a signal, at most once. {@code to} empty = all members. */
    void signal(MemberId from, String type, byte[] payload, List<MemberId> to);

    /** Notes a signal of a local member, also one that no other node receives. Does nothing unless signals are recorded. */
    default void sent(MemberId from, String type, byte[] payload) {}

    /** Notes that a member joined here, other than by a resume. Does nothing unless activity is recorded. */
    default void joined() {}

    /** Notes how many members of all nodes the board has. Does nothing unless activity is recorded. */
    default void size(int members) {}

    /**
     * Compares what is stored of this board with what is known here. Finds nothing while the store cannot be read. The
     * stage ends on any thread.
     */
    CompletionStage<List<Inconsistency>> inspect();

    /** Stops following the board. The local segment is empty by then. */
    void close();
}
