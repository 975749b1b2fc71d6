package presence.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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

/** A board's side of a link that records events; its roster is the real one. */
public final class RecordingFeed implements BoardFeed {
    record ReceivedSignal(@Nullable MemberId from, String type, byte[] payload, List<MemberId> to) {}

    /** How long a board keeps members that are between two owners. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS);

    private final Origin self;
    private final Roster roster = new Roster();
    private final List<String> cursors = new ArrayList<>();
    private final List<ReceivedSignal> signals = new ArrayList<>();
    private final Map<String, Integer> reactions = new HashMap<>();
    private final Map<NodeId, Integer> observers = new HashMap<>();
    private final Set<String> missed = new TreeSet<>();
    private final Set<String> unclaimed = new TreeSet<>();
    private int hellos;
    private int synced;
    private TreeSet<String> namesWhenSynced = new TreeSet<>();

    public RecordingFeed(NodeId node) {
        self = new Origin(node, 0);
    }

    synchronized void putLocally(Member member) {
        roster.put(self, member);
    }

    synchronized void removeLocally(MemberId id) {
        roster.remove(self, id, LeaveReason.LEFT);
    }

    public synchronized TreeSet<String> names() {
        TreeSet<String> names = new TreeSet<>();
        roster.members().forEach(member -> names.add(member.profile().name()));
        return names;
    }

    synchronized Member member(MemberId id) {
        return roster.member(id);
    }

    synchronized List<String> cursors() {
        return List.copyOf(cursors);
    }

    synchronized List<ReceivedSignal> signals() {
        return List.copyOf(signals);
    }

    /** Members that were missing after a segment was read, even briefly. */
    public synchronized Set<String> missed() {
        return Set.copyOf(missed);
    }

    /** Members that had no owner after one was removed, even briefly: they leave if no other is known in time. */
    public synchronized Set<String> unclaimed() {
        return Set.copyOf(unclaimed);
    }

    synchronized int synced() {
        return synced;
    }

    synchronized TreeSet<String> namesWhenSynced() {
        return namesWhenSynced;
    }

    synchronized int hellos() {
        return hellos;
    }

    @Override
    public synchronized Roster.Verdict onDelta(Origin owner, long prev, long seq, SegmentDelta delta) {
        Roster.Verdict verdict = roster.apply(owner, prev, seq, delta);
        holdMembersBetweenOwners();
        return verdict;
    }

    @Override
    public synchronized void onSegment(Origin owner, long seq, Collection<Member> members) {
        TreeSet<String> before = names();
        roster.replace(owner, seq, members);
        before.removeAll(names());
        missed.addAll(before);
        holdMembersBetweenOwners();
    }

    @Override
    public synchronized Set<Origin> owners() {
        Set<Origin> others = new HashSet<>(roster.origins());
        others.remove(self);
        return others;
    }

    @Override
    public synchronized void onOwnerGone(Origin owner, LeaveReason reason) {
        roster.drop(owner, reason);
        roster.inBetween().forEach(member -> unclaimed.add(member.profile().name()));
        holdMembersBetweenOwners();
    }

    private void holdMembersBetweenOwners() {
        List<Member> inBetween = List.copyOf(roster.inBetween());
        if (!inBetween.isEmpty()) {
            LATER.execute(() -> giveUp(inBetween));
        }
    }

    private synchronized void giveUp(List<Member> inBetween) {
        inBetween.forEach(roster::removeUnclaimed);
    }

    @Override
    public synchronized void onNodeGone(NodeId node) {
        List.copyOf(roster.origins()).stream()
                .filter(known -> known.node().equals(node))
                .forEach(known -> roster.drop(known, LeaveReason.NODE_LOST));
    }

    @Override
    public synchronized void onObservers(NodeId node, int count) {
        observers.put(node, count);
        observers.values().removeIf(number -> number == 0);
    }

    @Override
    public synchronized void onObservers(Map<NodeId, Integer> counts) {
        observers.clear();
        observers.putAll(counts);
    }

    @Override
    public synchronized void onReactions(Map<String, Integer> sums) {
        sums.forEach((type, count) -> reactions.merge(type, count, Integer::sum));
    }

    /** The sum of all. */
    synchronized Map<String, Integer> reactions() {
        return Map.copyOf(reactions);
    }

    synchronized Map<NodeId, Integer> observers() {
        return Map.copyOf(observers);
    }

    @Override
    public synchronized void onCursors(Origin owner, long tick, CursorColumns moved) {
        for (int row = 0; row < moved.size(); row++) {
            cursors.add(
                    moved.slot(row) + ":" + moved.x(row) + "," + moved.y(row) + (moved.hidden(row) ? " hidden" : ""));
        }
    }

    @Override
    public synchronized void onSignal(@Nullable MemberId from, String type, byte[] payload, List<MemberId> to) {
        signals.add(new ReceivedSignal(from, type, payload, to));
    }

    @Override
    public synchronized void onSynced() {
        if (synced++ == 0) {
            namesWhenSynced = names();
        }
    }

    @Override
    public synchronized void onHello() {
        hellos++;
    }

    @Override
    public synchronized long knownSeq(Origin owner) {
        return roster.seq(owner);
    }

    @Override
    public synchronized Collection<Member> knownMembers(Origin owner) {
        return List.copyOf(roster.segment(owner));
    }

    @Override
    public synchronized Collection<Member> localMembers() {
        return List.copyOf(roster.segment(self));
    }
}
