package presence.board;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.roster.Roster;
import presence.roster.SegmentDelta;

/**
 * The members owned by this node: its own segment of the roster, and the changes to it that have not been published
 * yet. Board loop only.
 */
final class LocalMembers {
    private final Roster roster;
    private final Origin self;
    private final BoardId board;
    private final LocalUsers users;
    private final Map<MemberId, LocalMember> byId = new HashMap<>();
    private final Map<MemberId, Member> upserted = new LinkedHashMap<>(4);
    private final Map<MemberId, LeaveReason> departed = new LinkedHashMap<>(4);

    LocalMembers(Roster roster, Origin self, BoardId board, LocalUsers users) {
        this.roster = roster;
        this.self = self;
        this.board = board;
        this.users = users;
    }

    @Nullable LocalMember get(MemberId id) {
        return byId.get(id);
    }

    Collection<LocalMember> all() {
        return byId.values();
    }

    /** Returns a member's seat; null if this node does not own it or its connection is lost. */
    @Nullable Seat seatOf(MemberId id) {
        LocalMember member = byId.get(id);
        return member == null ? null : member.seat;
    }

    /** Stores the member's new record. */
    void put(LocalMember member, Member record) {
        users.put(board, byId.put(record.id(), member) == null ? null : member.record, record);
        member.record = record;
        roster.put(self, record);
        departed.remove(record.id());
        upserted.put(record.id(), record);
    }

    void remove(LocalMember member, LeaveReason reason) {
        MemberId id = member.id();
        byId.remove(id);
        users.remove(member.record);
        roster.remove(self, id, reason);
        upserted.remove(id);
        departed.put(id, reason);
    }

    /** Returns whether another node's segment has the member, too. */
    boolean isClaimedElsewhere(MemberId id) {
        for (Origin owner : roster.origins()) {
            if (!owner.equals(self) && roster.holds(owner, id)) {
                return true;
            }
        }
        return false;
    }

    /** Returns what changed since the last take. */
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
