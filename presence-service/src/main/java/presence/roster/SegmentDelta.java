package presence.roster;

import java.util.List;
import java.util.Map;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;

/** What an owner changed in its segment of a board: members joined or updated (complete), members gone. */
public record SegmentDelta(List<Member> upserted, Map<MemberId, LeaveReason> departed) {

    public boolean isEmpty() {
        return upserted.isEmpty() && departed.isEmpty();
    }
}
