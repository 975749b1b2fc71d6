package presence.board;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
 * Joins, disconnects, resumes, takes over and removes the members of this node. The holder of the resume key
 * is the member: a new connection takes it over from the old one, and of two nodes that have a member the one with
 * the higher version keeps it. Board loop only.
 */
final class MemberLifecycle {
    /** How long a member may be missing in the cluster because Redis is unreachable from its node. */
    private static final long HIDDEN_MS = 120_000;
    /** How long a take-over is held at most: rosters of a node that had just started were up to 5 s late. */
    static final long MOST_HELD_MS = 5_000;

    private final BoardLifetime board;
    private final FlushSchedule flushes;
    private final RosterFlush rosterFlush;
    private final BoardLoop shared;
    private final long graceMs;
    private final ServiceMetrics metrics;
    private final Origin self;
    private final Roster roster;
    private final LocalMembers members;
    private final SlotTable slotTable;
    private final CursorBindings cursors;
    private final SlotAllocator slotAllocator;
    private final BoardSubscribers subscribers;
    private final ObserverCounts observerCounts;
    private final BoardLocks locks;
    private final UserCounts observers = new UserCounts();
    private final GracePeriods gracePeriods;
    /** Members that left, kept until their previous owner has noticed that they were taken over here. */
    private final Set<LocalMember> leaving = new LinkedHashSet<>(0);

    private final OrphanedMembers orphans;

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
            SlotTable slotTable,
            CursorBindings cursors,
            SlotAllocator slotAllocator,
            BoardSubscribers subscribers,
            ObserverCounts observerCounts,
            BoardLocks locks) {
        this.board = board;
        this.flushes = flushes;
        this.rosterFlush = rosterFlush;
        this.shared = shared;
        this.graceMs = graceMs;
        this.metrics = metrics;
        this.self = self;
        this.roster = roster;
        this.members = members;
        this.slotTable = slotTable;
        this.cursors = cursors;
        this.slotAllocator = slotAllocator;
        this.subscribers = subscribers;
        this.observerCounts = observerCounts;
        this.locks = locks;
        this.gracePeriods = new GracePeriods(shared, graceMs, this::onGraceOver);
        // A node without Redis notices lost connections late and publishes the grace period later still.
        this.orphans = new OrphanedMembers(graceMs + HIDDEN_MS);
    }

    /**
     * Creates a member with a new key. A key that its client brought belongs to no known member and is kept as an
     * orphan's.
     *
     * @param derived the key that follows from what the client chose; empty if it chose none
     */
    void join(Seat seat, ClientEvent.Join request, byte[] derived) {
        if (request.resumeKey().length > 0) {
            orphans.add(KeyHash.of(request.resumeKey()).memberId(), seat.granted.userId(), shared.clock.getAsLong());
        }
        byte[] key = isUnused(derived) ? derived : shared.newResumeKey();
        KeyHash hash = KeyHash.of(key);
        // A join that is sent again may have created the member on a node that this one has not heard of yet.
        long version = request.afterVersion() > 0 ? Member.versionAbove(request.afterVersion()) : Member.FIRST_VERSION;
        Profile profile = request.profile();
        Member record = new Member(
                hash.memberId(),
                slotAllocator.allocate(shared.clock.getAsLong()),
                profile == null ? seat.granted : profile,
                request.status() == null ? Status.ACTIVE : request.status(),
                PresenceState.of(request.state()),
                version,
                System.currentTimeMillis(),
                hash);
        LocalMember member = new LocalMember(record, seat);
        seat.sit(member, key);
        members.put(member, record);
        metrics.joins.increment();
        metrics.localMembers.incrementAndGet();
    }

    /** Returns whether a key can be a new member's: an id that is in use, or was until just now, is not used twice. */
    private boolean isUnused(byte[] key) {
        if (key.length == 0) {
            return false;
        }
        MemberId id = KeyHash.of(key).memberId();
        return roster.member(id) == null && members.get(id) == null;
    }

    /** Adds an observer. */
    void observe(Seat seat) {
        observers.add(seat.granted.userId());
        observerCounts.add();
        metrics.joins.increment();
    }

    /** Removes an observer. */
    void forgetObserver(Seat seat) {
        observers.remove(seat.granted.userId());
        observerCounts.remove();
        metrics.leaves.increment();
        board.release();
    }

    /** Returns how many members (of all nodes) and observers (of this node) a user has on this board. */
    int clientsOf(String userId) {
        return roster.membersOf(userId) + observers.of(userId);
    }

    /** Finds the member by its key; null if the key belongs to no member, or to another user's. */
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

    /** Gives a member, which was found by this key, the seat of its new connection. */
    void resume(Seat seat, ClientEvent.Join request, Member found, byte[] key) {
        LocalMember member = members.get(found.id());
        int slot = found.ownerSlot();
        if (member == null) {
            member = new LocalMember(found, seat);
            slot = rosterFlush.shownSlot(found);
            if (members.isConnectedElsewhere(found.id())) {
                hold(member);
            }
            metrics.localMembers.incrementAndGet();
            metrics.resumes.increment(Resume.TAKEN_OVER_HERE);
        } else {
            detach(member);
            // The new seat holds the board itself.
            board.release();
            metrics.resumes.increment(Resume.SAME_NODE);
        }
        seat.sit(member, key);
        Profile profile = request.profile();
        members.put(
                member,
                found.takenOver(
                        slot,
                        profile == null ? found.profile().overriddenBy(seat.granted) : profile,
                        request.status() == null ? withConnection(found.status()) : request.status(),
                        request.state().isEmpty() ? found.state() : PresenceState.of(request.state()),
                        request.afterVersion()));
        reconnectCursor(found.id());
    }

    /** Returns the status that a resumed member keeps: active instead of away, which is that of a lost connection. */
    private static Status withConnection(Status before) {
        return before == Status.AWAY ? Status.ACTIVE : before;
    }

    /**
     * Delays the news of a take-over until the client has its roster: the node where its earlier connection lives closes
     * that connection when it hears of it, and the client would be on no board meanwhile.
     */
    private void hold(LocalMember member) {
        members.hold(member);
        shared.loop.schedule(() -> announce(member), MOST_HELD_MS, TimeUnit.MILLISECONDS);
    }

    /** Publishes a take-over that was held. Does nothing for a member that is not. */
    void announce(LocalMember member) {
        if (members.announce(member)) {
            rosterFlush.publishChanges();
        }
    }

    /** Starts a member's grace period after its connection was lost; a client with its key may resume it. */
    void lose(LocalMember member) {
        if (members.isHeld(member)) {
            // The earlier connection goes on, as if this one had never been there.
            remove(member, LeaveReason.TAKEN_OVER);
            reconnectCursor(member.id());
            return;
        }
        if (graceMs == 0) {
            leave(member, LeaveReason.TIMED_OUT);
            return;
        }
        member.seat = null;
        members.put(member, member.record.withStatus(Status.AWAY));
        gracePeriods.begin(member.id());
        metrics.gracesBegun.increment();
        flushes.request();
    }

    /** Returns whether a member's connection is lost and its grace period not over. */
    boolean isInGrace(MemberId id) {
        return gracePeriods.contains(id);
    }

    private void onGraceOver(MemberId id) {
        LocalMember member = members.get(id);
        if (member != null) {
            metrics.gracesExpired.increment();
            leave(member, LeaveReason.TIMED_OUT);
        }
    }

    /**
     * Removes a member. A member that was taken over just now stays until its previous owner has noticed: otherwise
     * that node's record would be the only one left and bring the member back.
     */
    void leave(LocalMember member, LeaveReason reason) {
        member.seat = null;
        announce(member);
        locks.left(member.id(), reason == LeaveReason.TIMED_OUT);
        if (members.isClaimedElsewhere(member.id())) {
            member.leaving = reason;
            leaving.add(member);
        } else {
            remove(member, reason);
            metrics.leaves.increment();
        }
    }

    /** Applies a change in other nodes' records of a member: a new owner, or the end of a leave that waits for them. */
    void settle(MemberId id) {
        Origin owner = roster.owner(id);
        LocalMember member = members.get(id);
        Member winner = roster.member(id);
        if (member != null && winner != null && !self.equals(owner)) {
            onHigherVersion(member, winner);
        }
        if (member != null && members.isHeld(member) && !members.isConnectedElsewhere(id)) {
            announce(member);
        }
        if (winner != null && winner.status() == Status.AWAY && !self.equals(owner)) {
            removeIfOrphaned(winner);
        }
        reconnectCursor(id);
        if (!leaving.isEmpty()) {
            finishLeaving();
        }
    }

    /** Takes over and removes a member whose client joined here as a new member. */
    private void removeIfOrphaned(Member found) {
        if (members.get(found.id()) != null || !orphans.contains(found, shared.clock.getAsLong())) {
            return;
        }
        orphans.remove(found.id());
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
     * Gives a member up to the node that has it with a higher version, without showing a leave. Exception: a record
     * whose connection is lost there does not override a member that is connected here, or that left cleanly here; it
     * moved there and back before the nodes had received each other's updates.
     */
    private void onHigherVersion(LocalMember member, Member winner) {
        if (winner.status() == Status.AWAY && member.mayReclaim()) {
            Member mine = member.record;
            members.put(
                    member,
                    mine.takenOver(mine.ownerSlot(), mine.profile(), mine.status(), mine.state(), winner.version()));
            flushes.request();
            return;
        }
        detach(member);
        remove(member, LeaveReason.TAKEN_OVER);
        metrics.resumes.increment(Resume.TAKEN_OVER_ELSEWHERE);
    }

    /** Removes the local members and observers named by the kick. */
    void kick(Kick kick) {
        for (LocalMember member : List.copyOf(members.all())) {
            if (kick.names(member.record) && member.leaving == null) {
                detach(member, ErrorCode.KICKED, kick.reason());
                leave(member, LeaveReason.KICKED);
            }
        }
        for (Seat seat : List.copyOf(subscribers.seats())) {
            if (seat.isObserver()
                    && kick.member() == null
                    && seat.granted.userId().equals(kick.userId())) {
                subscribers.expel(seat, ErrorCode.KICKED, kick.reason());
                forgetObserver(seat);
            }
        }
    }

    /** Ends what a member has here: a connection, a grace period, or a leave that waits for another node. */
    private void detach(LocalMember member) {
        detach(member, ErrorCode.REPLACED, "another connection came with this member's key");
    }

    private void detach(LocalMember member, ErrorCode why, String message) {
        gracePeriods.end(member.id());
        leaving.remove(member);
        Seat seat = member.seat;
        if (seat != null) {
            subscribers.expel(seat, why, message);
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
        if (slotTable.get(member.id()) == null) {
            // It was never shown, so no flush frees its slot.
            slotAllocator.free(member.record.ownerSlot(), shared.clock.getAsLong());
        }
        members.remove(member, reason);
        metrics.localMembers.decrementAndGet();
        flushes.request();
        board.release();
    }

    private void reconnectCursor(MemberId id) {
        SlotEntry entry = slotTable.get(id);
        Origin owner = roster.owner(id);
        Member record = roster.member(id);
        if (entry != null && owner != null && record != null) {
            LocalMember local = self.equals(owner) ? members.get(id) : null;
            cursors.reconnect(entry, owner, record.ownerSlot(), local == null ? null : local.cursor);
        }
    }
}
