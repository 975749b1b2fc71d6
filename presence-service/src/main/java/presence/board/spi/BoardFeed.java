package presence.board.spi;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import presence.model.CursorColumns;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.roster.Roster;
import presence.roster.SegmentDelta;

/** What the other nodes say about a board, and what a bus asks of it. Board loop only. */
public interface BoardFeed {
    /** An owner changed its segment from {@code prev} to {@code seq}. On GAP the bus reads the segment again. */
    Roster.Verdict onDelta(Origin owner, long prev, long seq, SegmentDelta delta);

    /** An owner's whole segment, as read. */
    void onSegment(Origin owner, long seq, Collection<Member> members);

    /** The other nodes' segments that are known. */
    Set<Origin> owners();

    void onOwnerGone(Origin owner, LeaveReason reason);

    /** A node stopped: whatever it owned in any incarnation is gone. */
    void onNodeGone(NodeId node);

    /** Positions named by the owner's slots. */
    void onCursors(Origin owner, long tick, CursorColumns moved);

    /**
     * @param from null: an operator
     * @param to empty = everybody
     */
    void onSignal(@Nullable MemberId from, String type, byte[] payload, List<MemberId> to);

    /** What the others had when this node began to follow is told, or cannot be read now. May come again. */
    void onSynced();

    /** A node has just begun to follow this board, or some were lost: all known local positions are to be sent. */
    void onHello();

    /** The sequence number known of an owner's segment; -1 if none. */
    long knownSeq(Origin owner);

    /** What is known of another node's segment. */
    Collection<Member> knownMembers(Origin owner);

    /** The local segment, complete. */
    Collection<Member> localMembers();
}
