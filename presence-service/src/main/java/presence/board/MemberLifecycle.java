package presence.board;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import presence.metrics.Resume;
import presence.metrics.ServiceMetrics;
import presence.model.KeyHash;
import presence.model.Kick;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.roster.Roster;
import presence.roster.UserCounts;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;

/**
 * How members of this node come, lose their connection, get another one here or elsewhere, and go.
 * Whoever holds the resume key is the member: a new connection takes it over from the old one, and of
 * two nodes that have a member the one with the higher version keeps it. Board loop only.
 */
final class MemberLifecycle {
    /** How long a member may have been unheard of: Redis out of reach of its node. */
    private static final long HIDDEN_MS = 120_000;

    private final BoardLifetime board;
    private final FlushSchedule flushes;
    private final RosterFlush rosterFlush;
    private final BoardLoop shared;
    private final long graceMs;
    private final ServiceMetrics metrics;
    private final Origin self;
    private final Roster roster;
    private final LocalMembers members;
    private final SlotTable occupants;
    private final CursorBindings cursors;
    private final SlotAllocator slots;
    private final BoardSubscribers audience;
    private final UserCounts observers = new UserCounts();
    private final GracePeriods graces;
    /** Gone, but the node that had them before has not noticed yet that they were here. */
    private final Set<LocalMember> leaving = new LinkedHashSet<>(0);

    private final OrphanedMembers abandoned;

    MemberLifecycle(
            BoardLifetime board,
            FlushSchedule flushes,
            RosterFlush rosterFlush,
            BoardLoop shared,
            long graceMs,
            ServiceMetrics metrics,
            Origin self,
            Roster roster,
            LocalMembers members,
            SlotTable occupants,
            CursorBindings cursors,
            SlotAllocator slots,
            BoardSubscribers audience) {
        this.board = board;
        this.flushes = flushes;
        this.rosterFlush = rosterFlush;
        this.shared = shared;
        this.graceMs = graceMs;
        this.metrics = metrics;
        this.self = self;
        this.roster = roster;
        this.members = members;
        this.occupants = occupants;
        this.cursors = cursors;
        this.slots = slots;
        this.audience = audience;
        this.graces = new GracePeriods(shared, graceMs, this::onGraceOver);
        // A node that is cut off begins the grace of its connections late, and tells of it later.
        this.abandoned = new OrphanedMembers(graceMs + HIDDEN_MS);
    }

    /** A new member, with a key of its own; if its client came with one, with that of nobody known. */
    void join(Seat seat, ClientEvent.Join request) {
        if (request.resumeKey().length > 0) {
            abandoned.add(KeyHash.of(request.resumeKey()).memberId(), seat.granted.userId(), shared.clock.getAsLong());
        }
        byte[] key = shared.newResumeKey();
        KeyHash hash = KeyHash.of(key);
        Profile profile = request.profile();
        Member record = new Member(
                hash.memberId(),
                slots.allocate(shared.clock.getAsLong()),
                profile == null ? seat.granted : profile,
                request.status(),
                PresenceState.of(request.state()),
                1,
                System.currentTimeMillis(),
                hash);
        LocalMember member = new LocalMember(record, seat);
        seat.sit(member, key);
        members.put(member, record);
        metrics.joins.increment();
        metrics.localMembers.incrementAndGet();
    }

    /** An observer comes. */
    void observe(Seat seat) {
        observers.add(seat.granted.userId());
        metrics.joins.increment();
    }

    /** An observer is gone. */
    void forgetObserver(Seat seat) {
        observers.remove(seat.granted.userId());
        metrics.leaves.increment();
        board.release();
    }

    /** Members and observers of a user on this board, of all nodes and of this one. */
    int clientsOf(String userId) {
        return roster.membersOf(userId) + observers.of(userId);
    }

    /** The member whose key this is; null for a key that nobody has, or has any more, or another user. */
    @Nullable Member find(Seat seat, byte[] key) {
        if (key.length == 0) {
            return null;
        }
        KeyHash hash = KeyHash.of(key);
        Member found = roster.member(hash.memberId());
        LocalMember local = members.get(hash.memberId());
        boolean left = local != null && local.leaving != null;
        return found == null || left || !found.keyHash().equals(hash) || !found.belongsTo(seat.granted.userId())
                ? null
                : found;
    }

    /** The seat's client is this member again. */
    void resume(Seat seat, ClientEvent.Join request, Member found) {
        LocalMember member = members.get(found.id());
        int slot = found.ownerSlot();
        if (member == null) {
            member = new LocalMember(found, seat);
            slot = rosterFlush.shownSlot(found);
            metrics.localMembers.incrementAndGet();
            metrics.resumes.increment(Resume.TAKEN_OVER_HERE);
        } else {
            giveUp(member);
            // The new seat holds the board itself.
            board.release();
            metrics.resumes.increment(Resume.SAME_NODE);
        }
        seat.sit(member, request.resumeKey());
        Profile profile = request.profile();
        members.put(
                member,
                found.takenOver(
                        slot,
                        profile == null ? found.profile().overriddenBy(seat.granted) : profile,
                        request.status(),
                        request.state().isEmpty() ? found.state() : PresenceState.of(request.state()),
                        found.version()));
        reconnectCursor(found.id());
    }

    /** A member's connection was lost: it stays for a while, for whoever comes with its key. */
    void lose(LocalMember member) {
        if (graceMs == 0) {
            leave(member, LeaveReason.TIMED_OUT);
            return;
        }
        member.seat = null;
        members.put(member, member.record.withStatus(Status.AWAY));
        graces.begin(member.id());
        metrics.gracesBegun.increment();
        flushes.request();
    }

    /** Whether a member's connection is lost and its time not over. */
    boolean isInGrace(MemberId id) {
        return graces.contains(id);
    }

    private void onGraceOver(MemberId id) {
        LocalMember member = members.get(id);
        if (member != null) {
            metrics.gracesExpired.increment();
            leave(member, LeaveReason.TIMED_OUT);
        }
    }

    /**
     * A member goes. If it was taken over just now it stays until the node that had it has noticed: that
     * node's record would otherwise be the only one again, and bring it back.
     */
    void leave(LocalMember member, LeaveReason reason) {
        member.seat = null;
        if (members.isClaimedElsewhere(member.id())) {
            member.leaving = reason;
            leaving.add(member);
        } else {
            remove(member, reason);
            metrics.leaves.increment();
        }
    }

    /** What other nodes say about a member has changed: whose it is now, and whether it may go at last. */
    void settle(MemberId id) {
        Origin owner = roster.owner(id);
        LocalMember member = members.get(id);
        Member winner = roster.member(id);
        if (member != null && winner != null && !self.equals(owner)) {
            onOutbid(member, winner);
        }
        if (winner != null && winner.status() == Status.AWAY && !self.equals(owner)) {
            buryIfAbandoned(winner);
        }
        reconnectCursor(id);
        if (!leaving.isEmpty()) {
            finishLeaving();
        }
    }

    /** Whose client came here and is somebody new now is taken over, and leaves. */
    private void buryIfAbandoned(Member found) {
        if (members.get(found.id()) != null || !abandoned.contains(found, shared.clock.getAsLong())) {
            return;
        }
        abandoned.remove(found.id());
        LocalMember member = new LocalMember(found);
        board.hold();
        metrics.localMembers.incrementAndGet();
        members.put(
                member,
                found.takenOver(
                        rosterFlush.shownSlot(found), found.profile(), Status.AWAY, found.state(), found.version()));
        leave(member, LeaveReason.LEFT);
        flushes.request();
    }

    /**
     * Another node has this member with a higher version. It is that node's from now on, without anybody
     * being told of a leave; except that one whose connection is lost there does not win over one that is
     * connected here, or has said goodbye here: it went there and came back before the nodes heard of each other.
     */
    private void onOutbid(LocalMember member, Member winner) {
        if (winner.status() == Status.AWAY && member.mayInsist()) {
            Member mine = member.record;
            members.put(
                    member,
                    mine.takenOver(mine.ownerSlot(), mine.profile(), mine.status(), mine.state(), winner.version()));
            flushes.request();
            return;
        }
        giveUp(member);
        remove(member, LeaveReason.TAKEN_OVER);
        metrics.resumes.increment(Resume.TAKEN_OVER_ELSEWHERE);
    }

    /** Whoever is meant, and is here, goes. */
    void kick(Kick kick) {
        for (LocalMember member : List.copyOf(members.all())) {
            if (kick.names(member.record) && member.leaving == null) {
                giveUp(member, ErrorCode.KICKED, kick.reason());
                leave(member, LeaveReason.KICKED);
            }
        }
        for (Seat seat : List.copyOf(audience.seats())) {
            if (seat.isObserver()
                    && kick.member() == null
                    && seat.granted.userId().equals(kick.userId())) {
                audience.expel(seat, ErrorCode.KICKED, kick.reason());
                forgetObserver(seat);
            }
        }
    }

    /** What a member has here, be it a connection, a grace or a farewell, is over. */
    private void giveUp(LocalMember member) {
        giveUp(member, ErrorCode.REPLACED, "another connection came with this member's key");
    }

    private void giveUp(LocalMember member, ErrorCode why, String message) {
        graces.end(member.id());
        leaving.remove(member);
        Seat seat = member.seat;
        if (seat != null) {
            audience.expel(seat, why, message);
        }
    }

    private void finishLeaving() {
        for (LocalMember member : new ArrayList<>(leaving)) {
            LeaveReason reason = member.leaving;
            if (reason != null && !members.isClaimedElsewhere(member.id())) {
                leaving.remove(member);
                remove(member, reason);
                metrics.leaves.increment();
            }
        }
    }

    private void remove(LocalMember member, LeaveReason reason) {
        if (occupants.get(member.id()) == null) {
            // Gone before anybody was told: nobody else will give the slot back.
            slots.free(member.record.ownerSlot(), shared.clock.getAsLong());
        }
        members.remove(member, reason);
        metrics.localMembers.decrementAndGet();
        flushes.request();
        board.release();
    }

    private void reconnectCursor(MemberId id) {
        SlotEntry occupant = occupants.get(id);
        Origin owner = roster.owner(id);
        Member record = roster.member(id);
        if (occupant != null && owner != null && record != null) {
            LocalMember local = self.equals(owner) ? members.get(id) : null;
            cursors.reconnect(occupant, owner, record.ownerSlot(), local == null ? null : local.cursor);
        }
    }
}
