package presence.board;

import java.util.ArrayList;
import java.util.List;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.wire.MemberChange;

/** What one flush shows to the clients of a board; applied in the order left, joined, updated. */
record RosterNews(List<Gone> left, List<SlotEntry> joined, List<Renewed> updated) {
    /** A member that left; its slot is free. */
    record Gone(SlotEntry entry, LeaveReason reason) {}

    /** @param before the record shown until now */
    record Renewed(SlotEntry entry, Member before) {}

    /** Returns all of it as clients are told it. */
    List<MemberChange> changes() {
        List<MemberChange> changes = new ArrayList<>(left.size() + joined.size() + updated.size());
        left.forEach(gone -> changes.add(new MemberChange.Left(gone.entry().slot, gone.reason())));
        joined.forEach(member -> changes.add(new MemberChange.Joined(member.view())));
        updated.forEach(one -> changes.add(one.entry().changeSince(one.before())));
        return changes;
    }

    boolean isEmpty() {
        return left.isEmpty() && joined.isEmpty() && updated.isEmpty();
    }
}
