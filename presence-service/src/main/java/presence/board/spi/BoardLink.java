package presence.board.spi;

import java.util.List;
import java.util.concurrent.CompletionStage;
import presence.model.CursorColumns;
import presence.model.MemberId;
import presence.roster.SegmentDelta;

/** A board's line to the other nodes. Board loop only. */
public interface BoardLink {
    /**
     * Begins to follow the board. Returns at once; what the others have comes to {@code feed}, on the
     * board's loop, as soon as it is known.
     */
    void follow(BoardFeed feed);

    /** Makes a change of the local segment known. Never lost: kept until it is, or until it is superseded. */
    void publish(SegmentDelta delta);

    /**
     * Sends positions of local members, at most once. The columns are the caller's again on return.
     *
     * @param tick rises with every call
     */
    void cursors(long tick, CursorColumns moved);

    /** Relays a signal, at most once. {@code to} empty = everybody. */
    void signal(MemberId from, String type, byte[] payload, List<MemberId> to);

    /**
     * Compares what the others can read of this board with what is known here. Finds nothing while that cannot be
     * read. The stage ends on any thread.
     */
    CompletionStage<List<Inconsistency>> look();

    /** Stops following the board. The local segment is empty by then. */
    void close();
}
