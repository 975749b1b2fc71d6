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

    /** It has insisted once on being gone. */
    private boolean insisted;

    LocalMember(Member record, Seat seat) {
        this.record = record;
        this.seat = seat;
        this.cursor = seat.cursor;
    }

    /** A member that never sat here. */
    LocalMember(Member record) {
        this.record = record;
    }

    /**
     * Whether it may win over a record of itself whose connection is lost: by its seat, or because it has said
     * goodbye, which is final. Once, so that two nodes do not fight.
     */
    boolean mayInsist() {
        if (leaving == null) {
            return seat != null && seat.mayInsist();
        }
        boolean first = !insisted;
        insisted = true;
        return first;
    }

    MemberId id() {
        return record.id();
    }
}
