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
 * Holds the records of a segment as published by the last delta, the base of patches. Shares the records with the
 * board. Board loop only.
 */
final class PublishedRecords {
    private final Map<MemberId, Member> records = new HashMap<>(4);

    /** Replaces all records after the whole segment was written, which the other nodes read again. */
    void replace(Collection<Member> all) {
        records.clear();
        all.forEach(member -> records.put(member.id(), member));
    }

    /** Returns the change with patches instead of records where an earlier version was published. */
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

    /** Applies a delta of complete records that is being sent. */
    void apply(SegmentDelta delta) {
        delta.departed().keySet().forEach(records::remove);
        delta.upserted().forEach(member -> records.put(member.id(), member));
    }
}
