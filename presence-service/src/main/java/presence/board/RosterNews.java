package presence.board;

import java.util.List;
import presence.model.LeaveReason;
import presence.model.Member;

/** What one flush shows to the clients of a board; applied in the order left, joined, updated. */
record RosterNews(List<Gone> left, List<SlotEntry> joined, List<Renewed> updated) {
    /** A member that left; its slot is free. */
    record Gone(SlotEntry entry, LeaveReason reason) {}

    /** @param before the record shown until now */
    record Renewed(SlotEntry entry, Member before) {}

    boolean isEmpty() {
        return left.isEmpty() && joined.isEmpty() && updated.isEmpty();
    }
}
