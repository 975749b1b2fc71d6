package presence.roster;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;

/**
 * What an owner changed in its segment of a board: members joined or updated (complete), members gone, and members of
 * whom only the changes are told.
 */
public record SegmentDelta(
        List<Member> upserted, Map<MemberId, LeaveReason> departed, Collection<MemberPatch> patched) {

    public SegmentDelta(List<Member> upserted, Map<MemberId, LeaveReason> departed) {
        this(upserted, departed, List.of());
    }

    public boolean isEmpty() {
        return upserted.isEmpty() && departed.isEmpty() && patched.isEmpty();
    }

    /** The ids of all members it is about. */
    public Set<MemberId> ids() {
        Set<MemberId> ids = new LinkedHashSet<>(departed.keySet());
        upserted.forEach(member -> ids.add(member.id()));
        patched.forEach(patch -> ids.add(patch.id()));
        return ids;
    }
}
