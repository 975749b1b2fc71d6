package presence.cluster.segment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import presence.model.Member;
import presence.model.MemberId;
import presence.roster.MemberPatch;
import presence.roster.SegmentDelta;

/**
 * The records of a segment as the other nodes have them after the last delta: what a patch is compared with. It shares
 * the records with the board. Board loop only.
 */
final class ToldRecords {
    private final Map<MemberId, Member> records = new HashMap<>(4);

    /** The whole segment was written: the others read it again. */
    void replace(Collection<Member> all) {
        records.clear();
        all.forEach(member -> records.put(member.id(), member));
    }

    /** The same changes with patches in the place of records that the others have an earlier version of. */
    SegmentDelta patchesOf(SegmentDelta delta) {
        List<Member> complete = new ArrayList<>(delta.upserted().size());
        List<MemberPatch> patched = new ArrayList<>(delta.upserted().size());
        for (Member member : delta.upserted()) {
            Member before = records.get(member.id());
            MemberPatch patch = before == null ? null : MemberPatch.between(before, member);
            if (patch == null) {
                complete.add(member);
            } else {
                patched.add(patch);
            }
        }
        return new SegmentDelta(complete, delta.departed(), patched);
    }

    /** A delta of complete records is on its way. */
    void apply(SegmentDelta delta) {
        delta.departed().keySet().forEach(records::remove);
        delta.upserted().forEach(member -> records.put(member.id(), member));
    }
}
