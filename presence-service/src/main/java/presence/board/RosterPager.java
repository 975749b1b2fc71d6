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
 * The part of the roster one reader has not received: the rest of a roster that did not fit one frame, and the changes
 * since the reader fell behind. Changes are merged by member, so the backlog is bounded by the board, not by time.
 * A member is read when its part is encoded: the reader gets the newest record, compared with the one it got last.
 * Board loop only.
 */
final class RosterPager {
    private final SlotTable slotTable;
    /** Null for a reader that is told all members. */
    private final @Nullable KnownMembers known;

    /** Whether it is the rest of a first roster: no cursors are sent before it is complete. */
    final boolean initial;

    /** The first tick whose cursors the reader was not sent. */
    long cursorsSince;

    /** By member, in the order of the changes: the record the reader got last, null if it got none. */
    private final Map<MemberId, @Nullable Member> open = new LinkedHashMap<>();
    /** Slots the reader knows whose members have left. */
    private final Map<Integer, LeaveReason> left = new LinkedHashMap<>(0);

    private boolean promisedMore;

    private RosterPager(SlotTable slotTable, @Nullable KnownMembers known, boolean initial, long cursorsSince) {
        this.slotTable = slotTable;
        this.known = known;
        this.initial = initial;
        this.cursorsSince = cursorsSince;
    }

    /** Creates the rest of a first roster, to be filled with {@link #joined}. */
    static RosterPager ofFirstRoster(SlotTable slotTable) {
        RosterPager rest = new RosterPager(slotTable, null, true, 0);
        rest.promiseMore();
        return rest;
    }

    /**
     * Does the same for a reader that gets the roster in parts: of the members that it is not told it gets the cursors of
     * the ticks from {@code tick} on.
     */
    static RosterPager ofFirstPart(SlotTable slotTable, KnownMembers known, long tick) {
        RosterPager rest = new RosterPager(slotTable, known, true, tick);
        rest.promiseMore();
        return rest;
    }

    /**
     * Creates an empty backlog: the reader knows all members, and was sent the cursors of all ticks before
     * {@code tick}.
     */
    static RosterPager since(SlotTable slotTable, long tick) {
        return since(slotTable, null, tick);
    }

    /** @param known what the reader was told; null if that is all members */
    static RosterPager since(SlotTable slotTable, @Nullable KnownMembers known, long tick) {
        return new RosterPager(slotTable, known, false, tick);
    }

    /** Adds what was shown to others; members that joined only for a reader that is told all members. */
    void add(RosterNews news) {
        news.left().forEach(gone -> left(gone.entry().member.id(), gone.entry().slot, gone.reason()));
        if (known == null) {
            news.joined().forEach(joined -> joined(joined.member.id()));
        }
        news.updated().forEach(renewed -> updated(renewed.entry().member.id(), renewed.before()));
    }

    /** Adds a member that joined and was not sent to the reader. */
    void joined(MemberId id) {
        open.putIfAbsent(id, null);
    }

    /** Adds a member that changed; {@code before} is the record shown before the change. */
    void updated(MemberId id, Member before) {
        if (!open.containsKey(id) && isTold(id)) {
            open.put(id, before);
        }
    }

    /** Adds a member that left; a member the reader never received is dropped. */
    void left(MemberId id, int slot, LeaveReason reason) {
        boolean never = known == null ? open.containsKey(id) && open.get(id) == null : !known.slots.remove(slot);
        open.remove(id);
        if (!never) {
            left.put(slot, reason);
        }
    }

    /** Returns whether the reader knows this member as it is shown now. */
    boolean isCurrent(MemberId id) {
        return !open.containsKey(id) && isTold(id);
    }

    /** Returns whether the reader knows this member's slot. */
    boolean knows(MemberId id) {
        return known == null ? !open.containsKey(id) || open.get(id) != null : isTold(id);
    }

    /** Returns whether a member that is not in this backlog was told. */
    private boolean isTold(MemberId id) {
        SlotEntry entry = known == null ? null : slotTable.get(id);
        return known == null || entry != null && known.has(entry);
    }

    boolean isEmpty() {
        return open.isEmpty() && left.isEmpty();
    }

    /** Returns whether the last frame announced more: one more frame is due even if there are no changes left. */
    boolean hasPromisedMore() {
        return promisedMore;
    }

    void promiseMore() {
        promisedMore = true;
    }

    /**
     * Returns the changes in the order to send them: left first, because a slot may have been assigned to another
     * member since.
     */
    Part part() {
        return new Part();
    }

    /** Iterates over the backlog; {@link #commit()} removes what was returned. */
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
                Map.Entry<MemberId, @Nullable Member> changed = changing.next();
                sentIds.add(changed.getKey());
                SlotEntry entry = slotTable.get(changed.getKey());
                Member before = changed.getValue();
                if (entry != null && before == null) {
                    return new MemberChange.Joined(entry.view());
                }
                if (entry != null && before != null && !before.equals(entry.member)) {
                    return entry.changeSince(before);
                }
            }
            return null;
        }

        /** Removes what {@link #next()} returned. To be called once, before the backlog changes. */
        void commit() {
            // What was prepared and not taken stays.
            if (ahead != null && ahead instanceof MemberChange.Left) {
                sentSlots.remove(sentSlots.size() - 1);
            } else if (ahead != null) {
                sentIds.remove(sentIds.size() - 1);
            }
            sentSlots.forEach(left::remove);
            sentIds.forEach(id -> {
                SlotEntry entry = slotTable.get(id);
                if (known != null && entry != null) {
                    known.slots.add(entry.slot);
                }
                open.remove(id);
            });
        }
    }
}
