package presence.board;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.model.Status;
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
    /**
     * Members taken over from a node where their connection still lives, which would close it when it hears of it. Each
     * has an entry in {@link #upserted}.
     */
    private final Map<MemberId, LocalMember> held = new LinkedHashMap<>(0);

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
        if (held.remove(id) == null) {
            departed.put(id, reason);
        }
    }

    /** Returns whether another node's segment has the member, too. */
    boolean isClaimedElsewhere(MemberId id) {
        return elsewhere(id).findAny().isPresent();
    }

    /** Returns whether another node's segment has the member, and with a connection. */
    boolean isConnectedElsewhere(MemberId id) {
        return elsewhere(id).anyMatch(record -> record.status() != Status.AWAY);
    }

    private Stream<Member> elsewhere(MemberId id) {
        return roster.origins().stream()
                .filter(owner -> !owner.equals(self))
                .map(owner -> roster.member(owner, id))
                .filter(Objects::nonNull);
    }

    /** Keeps the changes of a member to this node until {@link #announce}. */
    void hold(LocalMember member) {
        held.put(member.id(), member);
    }

    /** Returns whether the other nodes do not know of this member here. */
    boolean isHeld(LocalMember member) {
        return held.get(member.id()) == member;
    }

    /** Has the changes of a member published with the next {@link #take}; false if they were not held. */
    boolean announce(LocalMember member) {
        return held.remove(member.id(), member);
    }

    /** Returns the local members that the other nodes may know. */
    Collection<Member> announced() {
        Collection<Member> all = roster.segment(self);
        return held.isEmpty()
                ? all
                : all.stream().filter(member -> !held.containsKey(member.id())).toList();
    }

    /** Returns what changed since the last take, except for members that are held. */
    SegmentDelta take() {
        List<Member> changed = new ArrayList<>(upserted.size());
        upserted.values().removeIf(member -> !held.containsKey(member.id()) && changed.add(member));
        SegmentDelta delta = new SegmentDelta(changed, new LinkedHashMap<>(departed));
        departed.clear();
        return delta;
    }

    boolean isChanged() {
        return upserted.size() > held.size() || !departed.isEmpty();
    }
}
