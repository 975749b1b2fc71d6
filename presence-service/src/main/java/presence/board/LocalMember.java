package presence.board;

import org.jspecify.annotations.Nullable;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;

/** A member this node answers for. It holds the board. Board loop only. */
final class LocalMember {
    Member record;

    /** Null while its connection is lost. */
    @Nullable Seat seat;

    /** Of the seat it has, or had last; null if it never had one here. */
    @Nullable CursorSlot cursor;

    /** Set when it left and is kept until the node that had it before knows that it was here. */
    @Nullable LeaveReason leaving;

    LocalMember(Member record, Seat seat) {
        this.record = record;
        this.seat = seat;
        this.cursor = seat.cursor;
    }

    /** A member that never sat here. */
    LocalMember(Member record) {
        this.record = record;
    }

    MemberId id() {
        return record.id();
    }
}
