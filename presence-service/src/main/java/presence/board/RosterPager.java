package presence.board;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.wire.MemberChange;

/**
 * What one reader has not been told of the roster: the rest of a roster that did not fit one frame, and the changes
 * since the reader fell behind. Changes are merged by member, so the backlog is bounded by the board, not by the time.
 * A member is read when its part is encoded: the reader gets the newest record, compared with the one it was told.
 * Board loop only.
 */
final class RosterPager {
    private final SlotTable occupants;
    /** It is the rest of a first roster: no cursors are sent before it is complete. */
    final boolean initial;

    /** From which tick on the reader has been sent no cursors. */
    long cursorsSince;

    /** By member, in the order of the changes: the record the reader was told last, null if it was told none. */
    private final Map<MemberId, @Nullable Member> open = new LinkedHashMap<>();
    /** Slots the reader knows whose members have left. */
    private final Map<Integer, LeaveReason> left = new LinkedHashMap<>(0);

    private boolean promisedMore;

    private RosterPager(SlotTable occupants, boolean initial, long cursorsSince) {
        this.occupants = occupants;
        this.initial = initial;
        this.cursorsSince = cursorsSince;
    }

    /** The rest of a first roster, to be filled with {@link #joined}. */
    static RosterPager ofFirstRoster(SlotTable occupants) {
        RosterPager rest = new RosterPager(occupants, true, 0);
        rest.promiseMore();
        return rest;
    }

    /** Empty: the reader knows all, and was sent the cursors of all ticks before {@code tick}. */
    static RosterPager since(SlotTable occupants, long tick) {
        return new RosterPager(occupants, false, tick);
    }

    /** A member joined that the reader has not been told of. */
    void joined(MemberId id) {
        open.putIfAbsent(id, null);
    }

    /** A member changed; {@code before} is the record shown before the change. */
    void updated(MemberId id, Member before) {
        if (!open.containsKey(id)) {
            open.put(id, before);
        }
    }

    /** A member left; a member the reader was never told of is forgotten. */
    void left(MemberId id, int slot, LeaveReason reason) {
        boolean never = open.containsKey(id) && open.get(id) == null;
        open.remove(id);
        if (!never) {
            left.put(slot, reason);
        }
    }

    /** Whether the reader knows this member as it is shown now. */
    boolean isCurrent(MemberId id) {
        return !open.containsKey(id);
    }

    /** Whether the reader knows this member's slot. */
    boolean knows(MemberId id) {
        return !open.containsKey(id) || open.get(id) != null;
    }

    boolean isEmpty() {
        return open.isEmpty() && left.isEmpty();
    }

    /** The last frame said that more follows: one more frame is due even if there is nothing left to say. */
    boolean hasPromisedMore() {
        return promisedMore;
    }

    void promiseMore() {
        promisedMore = true;
    }

    /** The changes in the order to send them: left first, because a slot may have been given to somebody else since. */
    Part part() {
        return new Part();
    }

    /** A walk over the backlog; what was walked over is removed by {@link #commit()}. */
    final class Part implements Iterator<MemberChange> {
        private final Iterator<Map.Entry<Integer, LeaveReason>> leaving =
                left.entrySet().iterator();
        private final Iterator<Map.Entry<MemberId, @Nullable Member>> changing =
                open.entrySet().iterator();
        private final List<Integer> sentSlots = new ArrayList<>(0);
        private final List<MemberId> sentIds = new ArrayList<>();
        private @Nullable MemberChange ahead;

        @Override
        public boolean hasNext() {
            if (ahead == null) {
                ahead = find();
            }
            return ahead != null;
        }

        @Override
        public MemberChange next() {
            if (!hasNext() || ahead == null) {
                throw new NoSuchElementException();
            }
            MemberChange found = ahead;
            ahead = null;
            return found;
        }

        private @Nullable MemberChange find() {
            if (leaving.hasNext()) {
                Map.Entry<Integer, LeaveReason> gone = leaving.next();
                sentSlots.add(gone.getKey());
                return new MemberChange.Left(gone.getKey(), gone.getValue());
            }
            while (changing.hasNext()) {
                Map.Entry<MemberId, @Nullable Member> entry = changing.next();
                sentIds.add(entry.getKey());
                SlotEntry occupant = occupants.get(entry.getKey());
                Member before = entry.getValue();
                if (occupant != null && before == null) {
                    return new MemberChange.Joined(occupant.view());
                }
                if (occupant != null && before != null && !before.equals(occupant.member)) {
                    return occupant.changeSince(before);
                }
            }
            return null;
        }

        /** Removes what {@link #next()} returned. To be called once, before the backlog changes. */
        void commit() {
            // What was looked at and not taken stays.
            if (ahead != null && ahead instanceof MemberChange.Left) {
                sentSlots.remove(sentSlots.size() - 1);
            } else if (ahead != null) {
                sentIds.remove(sentIds.size() - 1);
            }
            sentSlots.forEach(left::remove);
            sentIds.forEach(open::remove);
        }
    }
}
