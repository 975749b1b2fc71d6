package presence.board;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardFeed;
import presence.model.CursorColumns;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.roster.Roster;
import presence.roster.SegmentDelta;

/** Applies remote roster, cursor and signal updates to this board. Board loop only. */
final class RemoteUpdates implements BoardFeed {
    /** How long after a clean departure the new owner's claim may arrive: time for a failed read and another one. */
    private static final long TAKE_OVER_MS = 2_000;
    /** How long the claim may take when a segment was read and no departure was published: time for one read. */
    private static final long MISSING_MS = 500;

    private final FlushSchedule flushes;
    private final Signals signals;
    private final BoardLoop shared;
    private final Origin self;
    private final Roster roster;
    private final LocalMembers members;
    private final RemoteSlots remoteSlots;
    private final CursorTicker ticker;
    private final MemberLifecycle lifecycle;
    private final PendingJoins pendingJoins;
    private final ObserverCounts observers;
    private final ReactionFeed reactions;

    RemoteUpdates(
            FlushSchedule flushes,
            Signals signals,
            BoardLoop shared,
            Origin self,
            Roster roster,
            LocalMembers members,
            RemoteSlots remoteSlots,
            CursorTicker ticker,
            MemberLifecycle lifecycle,
            PendingJoins pendingJoins,
            ObserverCounts observers,
            ReactionFeed reactions) {
        this.flushes = flushes;
        this.signals = signals;
        this.shared = shared;
        this.self = self;
        this.roster = roster;
        this.members = members;
        this.remoteSlots = remoteSlots;
        this.ticker = ticker;
        this.lifecycle = lifecycle;
        this.pendingJoins = pendingJoins;
        this.observers = observers;
        this.reactions = reactions;
    }

    @Override
    public Roster.Verdict onDelta(Origin owner, long prev, long seq, SegmentDelta delta) {
        Roster.Verdict verdict = roster.apply(owner, prev, seq, delta);
        if (verdict == Roster.Verdict.APPLIED) {
            settle(delta.ids());
            awaitTakeOvers(delta.departed().keySet(), TAKE_OVER_MS);
        }
        return verdict;
    }

    /**
     * Removes members that may have been taken over by another node, if no other node has claimed them after
     * {@code waitMs}.
     */
    private void awaitTakeOvers(Collection<MemberId> departed, long waitMs) {
        List<Member> inBetween = roster.inBetween().stream()
                .filter(member -> departed.contains(member.id()))
                .toList();
        if (!inBetween.isEmpty()) {
            shared.loop.schedule(
                    () -> {
                        inBetween.forEach(roster::removeUnclaimed);
                        settle(inBetween.stream().map(Member::id).toList());
                    },
                    waitMs,
                    TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onSegment(Origin owner, long seq, Collection<Member> members) {
        Set<MemberId> touched = idsOf(owner);
        roster.replace(owner, seq, members);
        touched.addAll(idsOf(owner));
        settle(touched);
        awaitTakeOvers(touched, MISSING_MS);
    }

    @Override
    public Set<Origin> owners() {
        Set<Origin> others = new HashSet<>(roster.origins());
        others.remove(self);
        return others;
    }

    @Override
    public void onOwnerGone(Origin owner, LeaveReason reason) {
        Set<MemberId> touched = idsOf(owner);
        roster.drop(owner, reason);
        settle(touched);
        awaitTakeOvers(touched, MISSING_MS);
        remoteSlots.forget(owner);
    }

    @Override
    public void onNodeGone(NodeId node) {
        for (Origin known : owners()) {
            if (known.node().equals(node)) {
                onOwnerGone(known, LeaveReason.NODE_LOST);
            }
        }
    }

    private Set<MemberId> idsOf(Origin owner) {
        Set<MemberId> ids = new LinkedHashSet<>();
        roster.segment(owner).forEach(member -> ids.add(member.id()));
        return ids;
    }

    private void settle(Collection<MemberId> touched) {
        touched.forEach(lifecycle::settle);
        if (roster.isTouched()) {
            flushes.request();
        }
    }

    @Override
    public void onSynced() {
        pendingJoins.decide();
    }

    @Override
    public void onReactions(Map<String, Integer> sums) {
        reactions.onRemote(sums);
    }

    @Override
    public void onObservers(NodeId node, int count) {
        observers.set(node, count);
    }

    @Override
    public void onObservers(Map<NodeId, Integer> counts) {
        observers.replace(counts);
    }

    @Override
    public void onCursors(Origin owner, long tick, CursorColumns moved) {
        remoteSlots.move(owner, tick, moved, shared.clock.getAsLong());
    }

    @Override
    public void onSignal(@Nullable MemberId from, String type, byte[] payload, List<MemberId> to) {
        signals.onRemote(from, type, payload, to);
    }

    @Override
    public void onHello() {
        ticker.publishAll();
    }

    @Override
    public long knownSeq(Origin owner) {
        return roster.seq(owner);
    }

    @Override
    public Collection<Member> knownMembers(Origin owner) {
        return roster.segment(owner);
    }

    @Override
    public Collection<Member> localMembers() {
        return members.announced();
    }
}
