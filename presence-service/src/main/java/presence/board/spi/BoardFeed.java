package presence.board.spi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
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

/** Receives what the other nodes publish about a board, and answers the bus's queries about it. Board loop only. */
public interface BoardFeed {
    /**
     * Applies an owner's change of its segment from {@code prev} to {@code seq}. On GAP the bus reads the segment
     * again.
     */
    Roster.Verdict onDelta(Origin owner, long prev, long seq, SegmentDelta delta);

    /** Replaces an owner's whole segment by the one that was read. */
    void onSegment(Origin owner, long seq, Collection<Member> members);

    /** Returns the owners of the other nodes' known segments. */
    Set<Origin> owners();

    void onOwnerGone(Origin owner, LeaveReason reason);

    /** Removes everything a stopped node owned in any incarnation. */
    void onNodeGone(NodeId node);

    /** Applies the number of a node's observers; 0 also when the node is gone. */
    void onObservers(NodeId node, int count);

    /** Replaces the numbers of all other nodes' observers by those that were read. */
    void onObservers(Map<NodeId, Integer> counts);

    /** Adds another node's sums of reactions by type; each count is positive. */
    void onReactions(Map<String, Integer> sums);

    /** Applies positions; members are named by the owner's slots. */
    void onCursors(Origin owner, long tick, CursorColumns moved);

    /**
     * @param from null: an operator
     * @param to empty = all members
     */
    void onSignal(@Nullable MemberId from, String type, byte[] payload, List<MemberId> to);

    /**
     * The segments that existed when this node began to follow are applied, or cannot be read now. May be called again.
     */
    void onSynced();

    /**
     * Another node has begun to follow this board, or envelopes were lost: all known local positions are to be
     * published.
     */
    void onHello();

    /** Returns the known sequence number of an owner's segment; -1 if none. */
    long knownSeq(Origin owner);

    /** Returns what is known of another node's segment. */
    Collection<Member> knownMembers(Origin owner);

    /** Returns the complete local segment. */
    Collection<Member> localMembers();
}
