package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.viewport.SlotSet;
import presence.wire.MemberFrames;

/**
 * The clients of a board that get its roster in parts. Before a frame that names slots goes to many readers, those of them
 * that do not know one of the members are told it; changes come to them only of members that they know. On a board without
 * such clients all of this is a look at an empty set. Board loop only.
 */
final class PagedReaders {
    /** The most bytes of members that a reader is told at once: more are sent in parts, each when the last was taken. */
    static final int TOLD_AT_ONCE = 16 * 1024;

    /** The tick of a frame that holds no positions. */
    static final long NO_TICK = Long.MAX_VALUE;

    /** Gives a reader a backlog: it gets no frames until that is empty. */
    interface Holder {
        /** @param sinceTick of the positions that it misses because of this, if that is earlier than others */
        void hold(Seat seat, long sinceTick);
    }

    /**
     * The beginning of a roster.
     *
     * @param frame the first one
     * @param rest members of this part that did not fit
     */
    record Beginning(ByteBuf frame, List<SlotEntry> rest) {}

    private final int boardRef;
    private final BoardLoop shared;
    private final SlotTable slotTable;
    private final Fanout fanout;
    private final ServiceMetrics metrics;
    private final Holder holder;
    private final Set<Seat> seats = new LinkedHashSet<>(0);

    PagedReaders(
            int boardRef, BoardLoop shared, SlotTable slotTable, Fanout fanout, ServiceMetrics metrics, Holder holder) {
        this.boardRef = boardRef;
        this.shared = shared;
        this.slotTable = slotTable;
        this.fanout = fanout;
        this.metrics = metrics;
        this.holder = holder;
    }

    private void add(Seat seat) {
        if (seats.add(seat)) {
            metrics.pagedRosters.incrementAndGet();
        }
    }

    void remove(Seat seat) {
        if (seats.remove(seat)) {
            metrics.pagedRosters.decrementAndGet();
            if (seats.isEmpty()) {
                slotTable.all().forEach(SlotEntry::dropRecord);
            }
        }
    }

    /** Returns how many of them get frames. */
    int reading() {
        int reading = 0;
        for (Seat seat : seats) {
            reading += fanout.has(seat) ? 1 : 0;
        }
        return reading;
    }

    /**
     * Begins a roster: with the client itself and those with the least slots.
     *
     * @throws OutOfMemoryError if the frame cannot be allocated
     */
    Beginning begin(Seat seat, KnownMembers known, BoardId board, @Nullable SlotEntry self, byte[] resumeKey) {
        List<SlotEntry> part = new ArrayList<>();
        SlotSet chosen = new SlotSet();
        if (self != null) {
            part.add(self);
            chosen.add(self.slot);
        }
        @Nullable SlotEntry next = slotTable.nextWithout(chosen, 1);
        while (next != null && part.size() < known.limit) {
            part.add(next);
            chosen.add(next.slot);
            next = slotTable.nextWithout(chosen, next.slot + 1);
        }
        List<MemberFrames.Entry> entries = new ArrayList<>();
        int bytes = 0;
        for (int i = 0; i < part.size() && bytes < MemberFrames.FIRST_BYTES; i++) {
            entries.add(part.get(i).entry());
            bytes += entries.get(i).bytes();
        }
        ByteBuf frame = MemberFrames.roster(
                shared.encoder.allocator(),
                board,
                boardRef,
                self == null ? 0 : self.slot,
                resumeKey,
                entries,
                entries.size() < part.size(),
                slotTable.size(),
                next == null ? 0 : next.slot);
        add(seat);
        part.subList(0, entries.size()).forEach(entry -> known.slots.add(entry.slot));
        return new Beginning(frame, List.copyOf(part.subList(entries.size(), part.size())));
    }

    /** Continues with a reader that gets frames from now on: it may lack members. */
    void entered(Seat seat) {
        KnownMembers known = seat.known;
        if (known != null) {
            fill(List.of(seat));
        }
    }

    /** Tells those of the seats what they do not know of these positions, which a frame from {@code sinceTick} on names. */
    void tell(Predicate<Seat> to, CursorColumns positions, long sinceTick) {
        if (!seats.isEmpty()) {
            tell(seats, to, slotsOf(positions), sinceTick);
        }
    }

    void tell(Collection<Seat> to, CursorColumns positions, long sinceTick) {
        tell(to, seat -> true, slotsOf(positions), sinceTick);
    }

    private static SlotSet slotsOf(CursorColumns positions) {
        SlotSet slots = new SlotSet();
        for (int row = 0; row < positions.size(); row++) {
            slots.add(positions.slot(row));
        }
        return slots;
    }

    private static SlotSet slotOf(SlotEntry entry) {
        SlotSet slots = new SlotSet();
        slots.add(entry.slot);
        return slots;
    }

    /** Does the same for one; returns whether the frame may be sent to it. */
    boolean tell(Seat seat, CursorColumns positions, long sinceTick) {
        if (seat.known == null) {
            return true;
        }
        tell(List.of(seat), positions, sinceTick);
        return fanout.has(seat);
    }

    /** Tells all but one the sender of a signal, where they do not know it. */
    void tellSender(SlotEntry sender, @Nullable Seat except) {
        if (!seats.isEmpty()) {
            tell(seats, seat -> seat != except, slotOf(sender), NO_TICK);
        }
    }

    /** Does the same for one. */
    void tellSender(Seat seat, SlotEntry sender) {
        KnownMembers known = seat.known;
        if (known != null && !known.has(sender)) {
            tell(List.of(seat), any -> true, slotOf(sender), NO_TICK);
        }
    }

    private void tell(Collection<Seat> some, Predicate<Seat> to, SlotSet named, long sinceTick) {
        Telling telling = new Telling(shared, fanout);
        for (Seat seat : some) {
            KnownMembers known = seat.known;
            if (known != null && fanout.has(seat) && to.test(seat)) {
                int unknown = named.nextWithout(known.slots, 0);
                if (unknown >= 0) {
                    tell(telling, seat, known, entriesWithout(known, named, unknown), sinceTick);
                }
            }
        }
        telling.send();
    }

    private List<SlotEntry> entriesWithout(KnownMembers known, SlotSet named, int first) {
        List<SlotEntry> unknown = new ArrayList<>();
        for (int slot = first; slot >= 0; slot = named.nextWithout(known.slots, slot + 1)) {
            SlotEntry entry = slotTable.at(slot);
            if (entry != null) {
                unknown.add(entry);
            }
        }
        return unknown;
    }

    private void tell(Telling telling, Seat seat, KnownMembers known, List<SlotEntry> unknown, long sinceTick) {
        List<Integer> slots = unknown.stream().map(entry -> entry.slot).toList();
        boolean told = bytesOf(unknown) <= TOLD_AT_ONCE
                && seat.client.isClear()
                && telling.add(seat, slots, () -> List.of(joined(unknown, null)));
        if (told) {
            slots.forEach(known.slots::add);
            metrics.membersTold.increment(slots.size());
        } else {
            holder.hold(seat, sinceTick);
            RosterPager backlog = seat.backlog;
            if (backlog != null) {
                unknown.forEach(entry -> backlog.joined(entry.member.id()));
            }
        }
    }

    /** @param end set if it is the answer to a request */
    ByteBuf joined(List<SlotEntry> members, MemberFrames.@Nullable PageEnd end) {
        List<MemberFrames.Entry> entries =
                members.stream().map(SlotEntry::entry).toList();
        return MemberFrames.joined(shared.encoder.allocator(), boardRef, entries, end);
    }

    /** Sends changes to those that get frames, and members in the place of those that left. */
    void show(RosterNews news) {
        if (seats.isEmpty()) {
            return;
        }
        Telling telling = new Telling(shared, fanout);
        for (Seat seat : seats) {
            KnownMembers known = seat.known;
            if (known != null && fanout.has(seat)) {
                show(telling, seat, known, news);
            }
        }
        telling.send();
        fill(seats);
    }

    private void show(Telling telling, Seat seat, KnownMembers known, RosterNews news) {
        List<RosterNews.Gone> left =
                news.left().stream().filter(gone -> known.has(gone.entry())).toList();
        List<RosterNews.Renewed> updated =
                news.updated().stream().filter(one -> known.has(one.entry())).toList();
        if (left.isEmpty() && updated.isEmpty()) {
            return;
        }
        left.forEach(gone -> known.slots.remove(gone.entry().slot));
        List<SlotEntry> joined = known.missing(slotTable);
        if (bytesOf(joined) > TOLD_AT_ONCE) {
            joined = List.of();
        }
        List<Integer> content = new ArrayList<>(left.size() + joined.size() + updated.size() + 2);
        left.forEach(gone -> content.add(gone.entry().slot));
        content.add(0);
        joined.forEach(entry -> content.add(entry.slot));
        content.add(0);
        updated.forEach(one -> content.add(one.entry().slot));
        RosterNews own = new RosterNews(left, joined, updated);
        if (telling.add(seat, content, () -> shared.encoder.change(boardRef, own.changes()))) {
            joined.forEach(entry -> known.slots.add(entry.slot));
            metrics.membersTold.increment(joined.size());
        } else {
            left.forEach(gone -> known.slots.add(gone.entry().slot));
            holder.hold(seat, NO_TICK);
            RosterPager backlog = seat.backlog;
            if (backlog != null) {
                backlog.add(news);
            }
        }
    }

    private static int bytesOf(List<SlotEntry> members) {
        return members.stream().mapToInt(entry -> entry.entry().bytes()).sum();
    }

    /** Tells readers that know fewer members than they asked for so many others. */
    private void fill(Collection<Seat> some) {
        Telling telling = new Telling(shared, fanout);
        for (Seat seat : some) {
            KnownMembers known = seat.known;
            if (known != null && fanout.has(seat)) {
                List<SlotEntry> missing = known.missing(slotTable);
                if (!missing.isEmpty()) {
                    tell(telling, seat, known, missing, NO_TICK);
                }
            }
        }
        telling.send();
    }
}
