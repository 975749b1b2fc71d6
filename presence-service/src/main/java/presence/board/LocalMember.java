package presence.board;

import org.jspecify.annotations.Nullable;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;

/** A member owned by this node. It holds the board. Board loop only. */
final class LocalMember {
    Member record;

    /** Null while its connection is lost. */
    @Nullable Seat seat;

    /** Cursor of its present or last seat; null if it never had a seat here. */
    @Nullable CursorSlot cursor;

    /** Set when it left and is kept until its previous owner has noticed the take-over. */
    @Nullable LeaveReason leaving;

    /** Whether it has already claimed itself back once. */
    private boolean reclaimed;

    LocalMember(Member record, Seat seat) {
        this.record = record;
        this.seat = seat;
        this.cursor = seat.cursor;
    }

    /** A member that never had a seat here. */
    LocalMember(Member record) {
        this.record = record;
    }

    /**
     * Returns whether it may override a remote record of itself whose connection is lost: because it has a seat here,
     * or because it left cleanly here, which is final. At most once, so that two nodes do not alternate.
     */
    boolean mayReclaim() {
        if (leaving == null) {
            return seat != null && seat.mayReclaim();
        }
        boolean first = !reclaimed;
        reclaimed = true;
        return first;
    }

    MemberId id() {
        return record.id();
    }
}
