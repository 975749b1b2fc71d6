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
 * An owner's change to its segment of a board: members joined or updated (complete), members gone, and patches of
 * members.
 */
public record SegmentDelta(
        List<Member> upserted, Map<MemberId, LeaveReason> departed, Collection<MemberPatch> patched) {

    public SegmentDelta(List<Member> upserted, Map<MemberId, LeaveReason> departed) {
        this(upserted, departed, List.of());
    }

    public boolean isEmpty() {
        return upserted.isEmpty() && departed.isEmpty() && patched.isEmpty();
    }

    /** Returns the ids of all members it changes. */
    public Set<MemberId> ids() {
        Set<MemberId> ids = new LinkedHashSet<>(departed.keySet());
        upserted.forEach(member -> ids.add(member.id()));
        patched.forEach(patch -> ids.add(patch.id()));
        return ids;
    }
}
