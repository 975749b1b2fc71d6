package presence.board;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.roster.Roster;
import presence.roster.SegmentDelta;

/** This node's own part of a roster, and what of it the other nodes have not been told yet. Board loop only. */
final class LocalSegment {
    private final Roster roster;
    private final Origin self;
    private final Map<MemberId, Member> upserted = new LinkedHashMap<>(4);
    private final Map<MemberId, LeaveReason> departed = new LinkedHashMap<>(4);

    LocalSegment(Roster roster, Origin self) {
        this.roster = roster;
        this.self = self;
    }

    void put(Member member) {
        roster.put(self, member);
        departed.remove(member.id());
        upserted.put(member.id(), member);
    }

    void remove(MemberId id, LeaveReason reason) {
        roster.remove(self, id, reason);
        upserted.remove(id);
        departed.put(id, reason);
    }

    /** What changed since the last take. */
    SegmentDelta take() {
        SegmentDelta delta = new SegmentDelta(new ArrayList<>(upserted.values()), new LinkedHashMap<>(departed));
        upserted.clear();
        departed.clear();
        return delta;
    }

    boolean isChanged() {
        return !upserted.isEmpty() || !departed.isEmpty();
    }
}
