package presence.roster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;

/**
 * All members of one board: a segment per owner, each written by that owner alone, and the view that follows from them.
 * When two owners claim a member (it moved between nodes) the higher version wins, on a tie the greater origin.
 *
 * <p>Changes are collected until {@link #takeDelta()}, which returns the difference between the present view and the
 * view at the previous take. A member that leaves and returns in between (a segment read again, a take-over) therefore
 * appears as an update or not at all, never as left and joined.
 *
 * <p>Not thread-safe; confined to the board's event loop.
 */
public final class Roster {
    /** The result of applying another owner's delta. */
    public enum Verdict {
        APPLIED,
        /** Already applied. */
        STALE,
        /** An earlier delta is missing: the segment must be read again. */
        GAP
    }

    /** Size of a member beside its profile and state: id, slot, version, times. */
    private static final int ENTRY_BYTES = 64;

    private static final int LEFT_BYTES = 8;

    private final Map<Origin, Segment> segments = new TreeMap<>();
    private final Map<MemberId, Member> view = new LinkedHashMap<>();
    private final UserCounts users = new UserCounts();
    /** The view at the last take, for members touched since: null if the member was not in it. */
    private final Map<MemberId, @Nullable Member> before = new LinkedHashMap<>();

    private final Map<MemberId, LeaveReason> reasons = new LinkedHashMap<>();
    /** Given up by their owner and possibly taken over by another one: still shown with their last record. */
    private final Map<MemberId, Member> inBetween = new LinkedHashMap<>(0);

    /** Returns all members, in the order they appeared. */
    public Collection<Member> members() {
        return Collections.unmodifiableCollection(view.values());
    }

    public int size() {
        return view.size();
    }

    /** Returns how many members a user has on the board. */
    public int membersOf(String userId) {
        return users.of(userId);
    }

    /** Returns the number of distinct users; members without a user id are not counted. */
    public int users() {
        return users.size();
    }

    public @Nullable Member member(MemberId id) {
        return view.get(id);
    }

    /** Returns the owner whose record of the member is in the view; null if it is not on the board. */
    public @Nullable Origin owner(MemberId id) {
        Member winner = view.get(id);
        Origin owner = null;
        if (winner != null) {
            for (Map.Entry<Origin, Segment> entry : segments.entrySet()) {
                if (entry.getValue().members.get(id) == winner) {
                    owner = entry.getKey();
                }
            }
        }
        return owner;
    }

    public Set<Origin> origins() {
        return Collections.unmodifiableSet(segments.keySet());
    }

    /** Returns the members in {@code owner}'s segment, whether or not they are in the view. */
    public Collection<Member> segment(Origin owner) {
        Segment segment = segments.get(owner);
        return segment == null ? List.of() : Collections.unmodifiableCollection(segment.members.values());
    }

    /** Returns a member's record in {@code owner}'s segment, whether or not it is in the view; null if it has none. */
    public @Nullable Member member(Origin owner, MemberId id) {
        Segment segment = segments.get(owner);
        return segment == null ? null : segment.members.get(id);
    }

    /** Returns the sequence number of {@code owner}'s segment; -1 if there is none. */
    public long seq(Origin owner) {
        Segment segment = segments.get(owner);
        return segment == null ? -1 : segment.seq;
    }

    /** Writes a member into {@code owner}'s segment. For the local node's own segment. */
    public void put(Origin owner, Member member) {
        segmentOf(owner).members.put(member.id(), member);
        settle(member.id(), LeaveReason.LEFT);
    }

    /** Removes a member from {@code owner}'s segment. For the local node's own segment. */
    public void remove(Origin owner, MemberId id, LeaveReason reason) {
        Segment segment = segments.get(owner);
        if (segment != null && segment.members.remove(id) != null) {
            settle(id, reason);
        }
    }

    /**
     * Applies another owner's change from {@code prev} to {@code seq}. Nothing changes unless the verdict is
     * {@link Verdict#APPLIED}.
     */
    public Verdict apply(Origin owner, long prev, long seq, SegmentDelta delta) {
        Segment segment = segments.get(owner);
        long known = segment == null ? 0 : segment.seq;
        if (seq <= known) {
            return Verdict.STALE;
        }
        if (prev != known) {
            return Verdict.GAP;
        }
        for (MemberPatch patch : delta.patched()) {
            Member before = segment == null ? null : segment.members.get(patch.id());
            if (before == null || before.version() != patch.base()) {
                return Verdict.GAP;
            }
        }
        segment = segmentOf(owner);
        segment.seq = seq;
        for (MemberPatch patch : delta.patched()) {
            segment.members.computeIfPresent(patch.id(), (id, record) -> patch.applyTo(record));
            settle(patch.id(), LeaveReason.LEFT);
        }
        for (Map.Entry<MemberId, LeaveReason> gone : delta.departed().entrySet()) {
            Member was = segment.members.remove(gone.getKey());
            if (was != null) {
                if (gone.getValue() == LeaveReason.TAKEN_OVER) {
                    inBetween.put(gone.getKey(), was);
                }
                settle(gone.getKey(), gone.getValue());
            }
        }
        for (Member member : delta.upserted()) {
            segment.members.put(member.id(), member);
            settle(member.id(), LeaveReason.LEFT);
        }
        return Verdict.APPLIED;
    }

    /**
     * Replaces an owner's whole segment, unless a newer one is known. Members missing in it have left or were taken
     * over: until that is known they are {@link #inBetween}.
     */
    public void replace(Origin owner, long seq, Collection<Member> members) {
        Segment segment = segmentOf(owner);
        if (seq < segment.seq) {
            return;
        }
        segment.seq = seq;
        Map<MemberId, Member> missing = new TreeMap<>(segment.members);
        segment.members.clear();
        for (Member member : members) {
            segment.members.put(member.id(), member);
            missing.remove(member.id());
            settle(member.id(), LeaveReason.LEFT);
        }
        inBetween.putAll(missing);
        missing.keySet().forEach(id -> settle(id, LeaveReason.LEFT));
    }

    /**
     * Removes an owner and all members that are on the board through it alone. Those with {@link LeaveReason#LEFT} may
     * have been taken over, and are {@link #inBetween} until that is known.
     */
    public void drop(Origin owner, LeaveReason reason) {
        Segment segment = segments.remove(owner);
        if (segment != null) {
            if (reason == LeaveReason.LEFT) {
                inBetween.putAll(segment.members);
            }
            List.copyOf(segment.members.keySet()).forEach(id -> settle(id, reason));
        }
    }

    /** Includes a member in the next take again, for clients that were last shown {@code shown} of it. */
    public void repeatChange(MemberId id, @Nullable Member shown) {
        before.putIfAbsent(id, shown);
    }

    /** Returns the shown members that their last owner gave up and no other owner has claimed yet. */
    public Collection<Member> inBetween() {
        return Collections.unmodifiableCollection(inBetween.values());
    }

    /** Removes a member that is {@link #inBetween}, unless an owner has claimed it by now. */
    public void removeUnclaimed(Member member) {
        if (inBetween.remove(member.id(), member)) {
            settle(member.id(), LeaveReason.LEFT);
        }
    }

    /** Returns whether anything was touched since the last take. */
    public boolean isTouched() {
        return !before.isEmpty();
    }

    /** Returns whether this member was touched since the last take that included it. */
    public boolean isTouched(MemberId id) {
        return before.containsKey(id);
    }

    /** Returns the difference to the view at the last take. */
    public RosterDelta takeDelta() {
        return takeDelta(Integer.MAX_VALUE, null);
    }

    /**
     * Returns the difference to the view at the last take, or the part of it that was touched first: at least one
     * member, and no more once {@code maxBytes} are reached. The next take returns the rest.
     *
     * @param maxBytes of the members' profiles and states, roughly as they are encoded
     * @param first comes before all others if it was touched; null for none
     */
    public RosterDelta takeDelta(int maxBytes, @Nullable MemberId first) {
        if (before.isEmpty()) {
            return RosterDelta.NONE;
        }
        List<RosterDelta.Left> left = new ArrayList<>();
        List<Member> joined = new ArrayList<>();
        List<RosterDelta.Updated> updated = new ArrayList<>();
        long bytes = 0;
        if (first != null && before.containsKey(first)) {
            bytes += take(first, before.remove(first), left, joined, updated);
        }
        Iterator<Map.Entry<MemberId, @Nullable Member>> touched =
                before.entrySet().iterator();
        while (bytes < maxBytes && touched.hasNext()) {
            Map.Entry<MemberId, @Nullable Member> entry = touched.next();
            bytes += take(entry.getKey(), entry.getValue(), left, joined, updated);
            touched.remove();
        }
        return new RosterDelta(left, joined, updated);
    }

    /** Adds one member's change to the delta; returns its approximate size in bytes. */
    private int take(
            MemberId id,
            @Nullable Member then,
            List<RosterDelta.Left> left,
            List<Member> joined,
            List<RosterDelta.Updated> updated) {
        Member now = view.get(id);
        LeaveReason reason = reasons.remove(id);
        if (then == null && now != null) {
            joined.add(now);
            return ENTRY_BYTES + now.profile().length() + now.state().length();
        }
        if (then != null && now == null) {
            left.add(new RosterDelta.Left(then, reason == null ? LeaveReason.LEFT : reason));
            return LEFT_BYTES;
        }
        if (then != null && now != null && !now.equals(then)) {
            updated.add(new RosterDelta.Updated(then, now));
            return ENTRY_BYTES
                    + (now.profile().equals(then.profile()) ? 0 : now.profile().length())
                    + now.state().lengthSince(then.state());
        }
        return 0;
    }

    private Segment segmentOf(Origin owner) {
        return segments.computeIfAbsent(owner, o -> new Segment(0));
    }

    private void count(@Nullable Member was, @Nullable Member now) {
        String before = was == null ? "" : was.profile().userId();
        String after = now == null ? "" : now.profile().userId();
        if (!before.equals(after)) {
            users.remove(before);
            users.add(after);
        }
    }

    /** Recomputes a member's winning record after a segment changed, and keeps the record before. */
    private void settle(MemberId id, LeaveReason reasonIfGone) {
        Member winner = null;
        // Ascending origins: on equal versions the last, greatest origin wins.
        for (Segment segment : segments.values()) {
            Member candidate = segment.members.get(id);
            if (candidate != null && (winner == null || candidate.version() >= winner.version())) {
                winner = candidate;
            }
        }
        if (winner == null) {
            winner = inBetween.get(id);
        } else {
            inBetween.remove(id);
        }
        Member was = winner == null ? view.remove(id) : view.put(id, winner);
        count(was, winner);
        if (!before.containsKey(id)) {
            before.put(id, was);
        }
        if (winner == null) {
            reasons.put(id, reasonIfGone);
        }
    }
}
