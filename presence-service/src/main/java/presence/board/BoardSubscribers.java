package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.MemberId;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;
import presence.wire.MemberView;
import presence.wire.ServerFrameKind;
import presence.wire.WireEncoder;

/**
 * The seats of a board on this node and how much of the roster each has received: nothing yet, a part
 * ({@link RosterPager}), or all, in which case the seat is in the {@link Fanout}. A reader that has not taken what was
 * flushed to it gets a backlog instead of more frames, so that no burst of changes closes it. Board loop only.
 */
final class BoardSubscribers {
    private static final byte[] NO_KEY = {};

    /** Delay before a flush is repeated after a frame could not be allocated. */
    private static final long RETRY_MS = 100;

    /** Number of flushes, about a second, that a first roster waits for its connection to take what was sent before. */
    private static final int MOST_WAITS = 20;

    private final BoardId board;
    private final int boardRef;
    private final BoardLoop shared;
    private final WireEncoder encoder;
    private final SlotTable slotTable;
    private final LocalMembers members;
    private final Fanout fanout;
    private final PagedReaders paged;
    private final RosterPages pages;
    private final CursorTicker ticker;
    private final CountsFeed counts;
    private final ReactionFeed reactions;
    private final BoardLocks locks;
    private final Set<Seat> arrivals = new LinkedHashSet<>(4);
    private final Set<Seat> behind = new LinkedHashSet<>(0);
    private final Set<Seat> seats = new HashSet<>(4);

    BoardSubscribers(
            BoardId board,
            int boardRef,
            BoardLoop shared,
            SlotTable slotTable,
            LocalMembers members,
            Fanout fanout,
            PagedReaders paged,
            RosterPages pages,
            CursorTicker ticker,
            CountsFeed counts,
            ReactionFeed reactions,
            BoardLocks locks) {
        this.board = board;
        this.boardRef = boardRef;
        this.shared = shared;
        this.encoder = shared.encoder;
        this.slotTable = slotTable;
        this.members = members;
        this.fanout = fanout;
        this.paged = paged;
        this.pages = pages;
        this.ticker = ticker;
        this.counts = counts;
        this.reactions = reactions;
        this.locks = locks;
    }

    int size() {
        return seats.size();
    }

    Set<Seat> seats() {
        return seats;
    }

    /** Adds a seat; it gets its roster at the next flush. */
    void add(Seat seat) {
        seats.add(seat);
        arrivals.add(seat);
    }

    /** Removes a seat that was given back or taken away; it receives nothing more of the board. */
    void remove(Seat seat) {
        seat.gone = true;
        removeFormer(seat);
        if (seat.wantsCounts) {
            counts.remove(seat);
        }
        if (seat.wantsReactions) {
            reactions.remove(seat);
        }
        if (seat.wantsLocks) {
            locks.remove(seat);
        }
        seats.remove(seat);
        arrivals.remove(seat);
        if (behind.remove(seat)) {
            seat.backlog = null;
            fanout.arriving--;
        } else if (seat.watching) {
            fanout.remove(seat);
        }
        ticker.forget(seat);
        paged.remove(seat);
    }

    private void removeFormer(Seat seat) {
        Seat former = seat.former;
        seat.former = null;
        if (former != null) {
            remove(former);
        }
    }

    /** Removes a seat and sends its client the reason. */
    void expel(Seat seat, ErrorCode why, String message) {
        remove(seat);
        sendSeatLost(seat, why, encoder.error(why, message, -1, ClientEvent.NO_REQUEST_ID, boardRef));
    }

    /** Notifies a client that its seat is not valid. Takes the buffer over. */
    void sendSeatLost(Seat seat, ErrorCode why, ByteBuf frame) {
        fanout.run(seat.client.eventLoop(), () -> seat.client.onSeatLost(seat, why, frame));
    }

    /** Sends new seats their rosters; returns whether some have to wait for a later flush. */
    boolean sendFirstRosters() {
        if (!arrivals.isEmpty()) {
            arrivals.removeIf(this::sendFirstRoster);
        }
        return !arrivals.isEmpty();
    }

    /**
     * Sends a new subscriber the whole roster, in parts if it is large, and subscribes it to every later change.
     * Returns false if it is too early: its own member is not shown yet, its connection has not taken what was sent
     * before, or memory is short.
     */
    private boolean sendFirstRoster(Seat seat) {
        LocalMember member = seat.member;
        SlotEntry self = member == null ? null : slotTable.get(member.id());
        boolean waits = !seat.client.isClear() && ++seat.waits < MOST_WAITS;
        if (member != null && self == null || waits || shared.memory.isShort()) {
            return false;
        }
        KnownMembers known = seat.known;
        byte[] key = member == null ? NO_KEY : seat.resumeKey();
        List<SlotEntry> rest = new ArrayList<>(0);
        int slowed = ticker.maxCursorHz();
        ByteBuf pace = null;
        ByteBuf frame;
        try {
            pace = slowed > 0 ? encoder.pace(boardRef, slowed) : null;
            if (known == null) {
                Iterator<SlotEntry> all = membersFor(self).iterator();
                frame = encoder.roster(
                        board, boardRef, member == null ? 0 : member.record.ownerSlot(), key, views(all));
                all.forEachRemaining(rest::add);
            } else {
                PagedReaders.Beginning beginning = paged.begin(seat, known, board, self, key);
                frame = beginning.frame();
                rest.addAll(beginning.rest());
            }
        } catch (OutOfMemoryError e) {
            ReferenceCountUtil.release(pace);
            shared.memory.allocationFailed(e);
            return false;
        }
        seat.forgetResumeKey();
        removeFormer(seat);
        seat.watching = true;
        if (rest.isEmpty()) {
            fanout.add(seat, ServerFrameKind.ROSTER, frame);
            onRosterWritten(seat);
            onEntered(seat);
        } else {
            RosterPager backlog = known == null
                    ? RosterPager.ofFirstRoster(slotTable)
                    : RosterPager.ofFirstPart(slotTable, known, ticker.unsentSince(seat));
            rest.forEach(entry -> backlog.joined(entry.member.id()));
            startBacklog(seat, backlog);
            fanout.sendPart(seat, ServerFrameKind.ROSTER, frame);
        }
        if (pace != null) {
            fanout.sendTo(seat.client, ServerFrameKind.PACE, pace);
        }
        if (seat.wantsCounts) {
            counts.add(seat);
        }
        if (seat.wantsReactions) {
            reactions.add(seat);
        }
        if (seat.wantsLocks) {
            locks.add(seat);
        }
        return true;
    }

    private void onEntered(Seat seat) {
        ticker.entered(seat);
        paged.entered(seat);
        pages.entered(seat);
    }

    private void onRosterWritten(Seat seat) {
        LocalMember member = seat.member;
        if (member != null && members.isHeld(member)) {
            fanout.run(seat.client.eventLoop(), seat::awaitRosterTaken);
        }
    }

    private void startBacklog(Seat seat, RosterPager backlog) {
        seat.backlog = backlog;
        behind.add(seat);
        fanout.arriving++;
    }

    /** Sends the next part of its backlog to a reader that took all it was sent. */
    void nextPart(Seat seat) {
        RosterPager backlog = seat.backlog;
        if (backlog == null || seat.gone) {
            return;
        }
        if (!seat.client.isClear()) {
            fanout.sendPart(seat, ServerFrameKind.CHANGE, null);
            return;
        }
        if (!backlog.initial && seat.known != null) {
            // Adds members that have moved and were not told.
            ticker.sendKnown(seat, backlog);
        }
        RosterPager.Part part = backlog.part();
        ByteBuf frame = null;
        try {
            if (part.hasNext() || backlog.hasPromisedMore()) {
                frame = encoder.part(boardRef, part);
            }
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            shared.loop.schedule(() -> nextPart(seat), RETRY_MS, TimeUnit.MILLISECONDS);
            return;
        }
        if (!backlog.initial && seat.known == null) {
            // Known positions go before the part: a slow reader may never reach the end of its backlog.
            ticker.sendKnown(seat, backlog);
        }
        part.commit();
        if (backlog.isEmpty()) {
            behind.remove(seat);
            seat.backlog = null;
            fanout.arriving--;
            fanout.addAgain(seat, ServerFrameKind.CHANGE, frame, backlog.cursorsSince);
            if (backlog.initial) {
                onRosterWritten(seat);
            }
            onEntered(seat);
        } else {
            backlog.promiseMore();
            fanout.sendPart(seat, ServerFrameKind.CHANGE, frame);
        }
    }

    /** Returns the seats that have not received the whole roster. */
    Set<Seat> behind() {
        return behind;
    }

    /** Returns whether a seat has received this member, if it is to know it, and all its changes so far. */
    boolean isCurrent(Seat seat, MemberId id) {
        RosterPager backlog = seat.backlog;
        return seat.watching && (backlog == null || backlog.isCurrent(id));
    }

    /**
     * Sends changes to all subscribers: at once to readers that have taken what was sent before, later to the others. A
     * seat that is replaced is not sent any more changes: its client's own are among them, and a roster follows.
     */
    void show(RosterNews news) {
        news.left().forEach(gone -> ticker.left(gone.entry().slot));
        for (Seat seat : seats) {
            if (seat.watching && seat.backlog == null && (seat.gone || !seat.client.isClear())) {
                hold(seat);
            }
        }
        if (fanout.size() > paged.reading()) {
            try {
                fanout.sendAll(ServerFrameKind.CHANGE, encoder.change(boardRef, news.changes()));
            } catch (OutOfMemoryError e) {
                shared.memory.allocationFailed(e);
                for (Seat seat : seats) {
                    if (seat.watching && seat.backlog == null) {
                        hold(seat);
                    }
                }
            }
        }
        for (Seat seat : behind) {
            RosterPager backlog = seat.backlog;
            if (backlog != null) {
                backlog.add(news);
            }
        }
        paged.show(news);
    }

    private void hold(Seat seat) {
        hold(seat, PagedReaders.NO_TICK);
    }

    /** Gives a reader a backlog, to which positions from {@code sinceTick} on belong if it does not have them. */
    void hold(Seat seat, long sinceTick) {
        startBacklog(seat, RosterPager.since(slotTable, seat.known, Math.min(sinceTick, ticker.unsentSince(seat))));
        fanout.hold(seat);
    }

    /** Sends all subscribers the board's new cursor rate. */
    void sendPace(int hz) {
        ByteBuf frame;
        try {
            frame = encoder.pace(boardRef, hz);
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            return;
        }
        behind.forEach(seat -> fanout.sendTo(seat.client, ServerFrameKind.PACE, frame.retainedDuplicate()));
        fanout.sendAll(ServerFrameKind.PACE, List.of(frame));
    }

    /** Returns all shown members, the client's own first so that it is in the first part of its roster. */
    private List<SlotEntry> membersFor(@Nullable SlotEntry self) {
        List<SlotEntry> all = new ArrayList<>(slotTable.size());
        if (self != null) {
            all.add(self);
        }
        for (SlotEntry entry : slotTable.all()) {
            if (entry != self) {
                all.add(entry);
            }
        }
        return all;
    }

    private static Iterator<MemberView> views(Iterator<SlotEntry> slotTable) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return slotTable.hasNext();
            }

            @Override
            public MemberView next() {
                return slotTable.next().view();
            }
        };
    }
}
