package presence.roster;

import java.util.List;
import presence.model.LeaveReason;
import presence.model.Member;

/** The changes of a roster between two takes; applied in the order left, joined, updated. */
public record RosterDelta(List<Left> left, List<Member> joined, List<Updated> updated) {
    public static final RosterDelta NONE = new RosterDelta(List.of(), List.of(), List.of());

    /** A member that left, with its last record. */
    public record Left(Member member, LeaveReason reason) {}

    public record Updated(Member before, Member after) {}

    public boolean isEmpty() {
        return left.isEmpty() && joined.isEmpty() && updated.isEmpty();
    }
}
