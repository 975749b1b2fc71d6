package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardLink;
import presence.metrics.ServiceMetrics;
import presence.model.CursorColumns;
import presence.model.Origin;
import presence.viewport.Viewer;
import presence.wire.ClientEvent;
import presence.wire.ServerFrameKind;

/**
 * Encodes the positions of all members that moved since the last tick, once per tick; what of it observers get, and when,
 * is {@link ObserverLanes}'. The first move after
 * quiet is sent at once; a board where nothing moves has no timer. Board loop only, except the wake-up.
 */
final class CursorTicker {
    private final BoardLoop shared;
    private final SlotTable slotTable;
    private final Fanout fanout;
    private final PagedReaders paged;
    private final BoardLink link;
    private final Origin self;
    private final int boardRef;
    private final TickPace pace;
    private final ServiceMetrics metrics;
    private final ObserverLanes observers;
    private final ViewportTicker viewports;
    /** Finds the seat of a member's own connection if that is among the subscribers, else null. */
    private final Function<SlotEntry, @Nullable Seat> ownSeat;

    /** Receives a new rate, in cursor frames per second. */
    private final IntConsumer onNewPace;

    private final Runnable tick = this::tick;
    private final Runnable arm = this::arm;

    final DirtyCursors dirty = new DirtyCursors(this::wake);
    private long lastAtMs;
    /** When the next tick is due; read only while one is scheduled. */
    private long dueAtMs;

    private long tickNumber;
    private final SharedMoves sharedMoves = new SharedMoves();

    /** @param observerTickMs see {@link BoardSettings} */
    CursorTicker(
            BoardLoop shared,
            SlotTable slotTable,
            Fanout fanout,
            PagedReaders paged,
            BoardLink link,
            Origin self,
            int boardRef,
            long observerTickMs,
            int viewportThreshold,
            ServiceMetrics metrics,
            Function<SlotEntry, @Nullable Seat> ownSeat,
            IntConsumer onNewPace) {
        this.shared = shared;
        this.slotTable = slotTable;
        this.fanout = fanout;
        this.paged = paged;
        this.link = link;
        this.self = self;
        this.boardRef = boardRef;
        this.pace = new TickPace(shared.tickPolicy);
        this.metrics = metrics;
        this.observers = new ObserverLanes(
                shared, slotTable, fanout, paged, boardRef, observerTickMs, metrics, this::isByWindow);
        this.viewports = new ViewportTicker(
                shared,
                slotTable,
                fanout,
                paged,
                boardRef,
                viewportThreshold,
                observerTickMs,
                metrics,
                observers::unsentSince);
        this.ownSeat = ownSeat;
        this.onNewPace = onNewPace;
        // Makes the first move due at once.
        this.lastAtMs = shared.clock.getAsLong() - 2 * pace.intervalMs();
    }

    /** Any thread: called for the first dirty slot since the last drain. */
    private void wake() {
        // Goes through the queue even when called on the loop: several moves from one read make one tick.
        shared.loop.execute(arm);
    }

    private void arm() {
        long now = shared.clock.getAsLong();
        long wait = pace.nextMs(lastAtMs) - now;
        dueAtMs = now + Math.max(0, wait);
        if (wait <= 0) {
            tick();
        } else {
            shared.loop.schedule(tick, wait, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        assert shared.loop.inEventLoop();
        long startNanos = System.nanoTime();
        long now = shared.clock.getAsLong();
        shared.load.ticked(now - dueAtMs);
        metrics.tickLateness.record(Math.max(0, now - dueAtMs), TimeUnit.MILLISECONDS);
        long sinceLastMs = now - lastAtMs;
        lastAtMs = now;
        // Other nodes ignore older ticks. The clock makes the number rise even when a board is dropped and created
        // again.
        tickNumber = Math.max(tickNumber + 1, now);
        CursorColumns moved = shared.moved;
        CursorColumns movedLocally = shared.movedLocally;
        moved.clear();
        movedLocally.clear();
        CursorSlot slot = dirty.drain();
        while (slot != null) {
            CursorSlot following = slot.next;
            slot.next = null;
            long position = slot.take();
            SlotEntry entry = slot.entry;
            // Without an entry the roster has not shown the member yet; showing it marks the slot again.
            if (entry != null && position == CursorSlot.NONE) {
                // A new connection that has not moved yet: use the old connection's last position.
                position = entry.position;
            }
            if (entry != null && position != CursorSlot.NONE) {
                entry.position = position;
                entry.movedAtMs = now;
                entry.movedTick = tickNumber;
                int ageMs = CursorSlot.ageMs(position, now);
                CursorSlot.addTo(moved, entry.slot, position, ageMs);
                if (entry.owner.equals(self)) {
                    CursorSlot.addTo(movedLocally, entry.slot, position, ageMs);
                }
                metrics.cursorAge.record(ageMs, TimeUnit.MILLISECONDS);
            }
            slot = following;
        }
        if (moved.isEmpty()) {
            return;
        }
        metrics.ticks.increment();
        metrics.positionsTicked.increment(moved.size());
        sharedMoves.ticked(moved, sinceLastMs, pace.intervalMs());
        sendMoved(moved, movedLocally, now);
        if (!movedLocally.isEmpty()) {
            link.cursors(tickNumber, movedLocally);
        }
        observers.ticked(tickNumber, now, pace.intervalMs());
        adapt(System.nanoTime() - startNanos, now);
    }

    private void sendMoved(CursorColumns moved, CursorColumns movedLocally, long now) {
        ViewFrames byWindow = viewports.ticked(moved, tickNumber, now);
        if (byWindow != null) {
            sendByWindow(moved, byWindow);
            return;
        }
        Seat onlyMover = onlyMover(moved, movedLocally);
        int watchers = fanout.readersOfTicks();
        if (watchers == 0 || watchers == 1 && onlyMover != null && fanout.arriving == 0) {
            return;
        }
        ByteBuf frame = shared.cursors(boardRef, moved);
        if (frame == null) {
            fanout.missTick(tickNumber, false);
            return;
        }
        paged.tell(seat -> !fanout.isApart(seat), moved, tickNumber);
        fanout.sendCursors(frame, tickNumber, onlyMover, sharedMoves.mayWaitMs(pace.intervalMs()));
    }

    private void sendByWindow(CursorColumns moved, ViewFrames byWindow) {
        ByteBuf rest = null;
        if (fanout.readersWithoutWindow() > 0) {
            rest = shared.cursors(boardRef, moved);
            if (rest == null) {
                fanout.missTick(tickNumber, false);
            } else {
                paged.tell(seat -> seat.viewer == null && !fanout.isApart(seat), moved, tickNumber);
            }
        }
        fanout.sendByWindow(rest, byWindow, tickNumber, sharedMoves.mayWaitMs(pace.intervalMs()));
    }

    private boolean isByWindow() {
        return viewports.isOn();
    }

    /** Continues with a reader that gets frames from now on. */
    void entered(Seat seat) {
        viewports.entered(seat);
    }

    /** Notes what a client shows of the board. */
    void show(Seat seat, ClientEvent.Viewport shown) {
        viewports.show(seat, shown, tickNumber);
    }

    /** Forgets what a seat that is given back showed. */
    void forget(Seat seat) {
        viewports.remove(seat);
    }

    /** Notes that the member of a slot has left. */
    void left(int slot) {
        viewports.left(slot);
    }

    /** Returns the seat of the only member that moved, which needs no frame of it; null if others moved, too. */
    private @Nullable Seat onlyMover(CursorColumns moved, CursorColumns movedLocally) {
        SlotEntry mover = moved.size() == 1 && !movedLocally.isEmpty() ? slotTable.at(moved.slot(0)) : null;
        return mover == null ? null : ownSeat.apply(mover);
    }

    private void adapt(long tookNanos, long now) {
        pace.ticked(tookNanos, fanout.slowdown());
        if (pace.isSlowed()) {
            metrics.ticksSlowed.increment();
        }
        if (pace.isNews(now)) {
            onNewPace.accept(pace.hz());
        }
    }

    /** Returns the highest useful rate of cursors per second; 0 = the rate in the welcome. */
    int maxCursorHz() {
        return pace.isSlowed() ? pace.hz() : 0;
    }

    /** Returns the first tick whose moves a reader that is in the fanout may not have been sent. */
    long unsentSince(Seat seat) {
        long unsent = fanout.isApart(seat) ? observers.unsentSince() : tickNumber;
        Viewer viewer = seat.viewer;
        return viewer == null ? unsent : Math.min(unsent, viewports.unsentSince(viewer));
    }

    /**
     * Sends a reader that skipped frames the newest position of every member that moved since.
     *
     * @param waitMs how long the frame is queued on the link; added to the positions' age
     */
    void catchUp(Seat seat, long sinceTick, int waitMs) {
        CursorColumns moved = shared.moved;
        moved.clear();
        long now = shared.clock.getAsLong();
        Viewer viewer = seat.viewer;
        if (viewer != null) {
            viewports.catchUp(viewer, sinceTick, now + waitMs, moved);
            viewports.dropUnseen(seat, viewer, moved);
            sendCatchUp(seat, moved, sinceTick);
            return;
        }
        for (SlotEntry entry : slotTable.all()) {
            if (entry.movedTick >= sinceTick && entry.position != CursorSlot.NONE) {
                int ageMs = (int) Math.min((long) entry.ageMs(now) + waitMs, Integer.MAX_VALUE);
                CursorSlot.addTo(moved, entry.slot, entry.position, ageMs);
            }
        }
        sendCatchUp(seat, moved, sinceTick);
    }

    private void sendCatchUp(Seat seat, CursorColumns moved, long sinceTick) {
        if (!paged.tell(seat, moved, sinceTick)) {
            fanout.postponePositions(seat);
            return;
        }
        try {
            fanout.catchUp(seat, moved.isEmpty() ? null : shared.encoder.cursors(boardRef, moved), sinceTick);
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            fanout.retryPositions(seat, sinceTick);
        }
    }

    /**
     * Sends a reader that still has a backlog the newest positions of the members it knows. Where it gets the roster in
     * parts, the others that it is to be sent are added to its backlog: their positions come with them.
     */
    void sendKnown(Seat seat, RosterPager backlog) {
        CursorColumns moved = shared.moved;
        moved.clear();
        long now = shared.clock.getAsLong();
        Viewer viewer = seat.known == null ? null : seat.viewer;
        if (viewer != null) {
            viewports.catchUp(viewer, backlog.cursorsSince, now, moved);
            viewports.dropUnseen(seat, viewer, moved);
        } else {
            for (SlotEntry entry : slotTable.all()) {
                if (entry.movedTick >= backlog.cursorsSince
                        && entry.position != CursorSlot.NONE
                        && (seat.known != null || backlog.knows(entry.member.id()))) {
                    CursorSlot.addTo(moved, entry.slot, entry.position, entry.ageMs(now));
                }
            }
        }
        if (seat.known != null && moved.removeIf(slot -> isPostponed(slot, backlog)) && moved.isEmpty()) {
            backlog.cursorsSince = tickNumber + 1;
        }
        if (moved.isEmpty()) {
            return;
        }
        try {
            fanout.sendTo(seat.client, ServerFrameKind.CURSORS, shared.encoder.cursors(boardRef, moved));
            backlog.cursorsSince = tickNumber + 1;
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
        }
    }

    /** Adds a member to a backlog if the reader does not know it. */
    private boolean isPostponed(int slot, RosterPager backlog) {
        SlotEntry entry = slotTable.at(slot);
        if (entry == null || backlog.knows(entry.member.id())) {
            return entry == null;
        }
        backlog.joined(entry.member.id());
        return true;
    }

    /** Publishes all known local positions to the other nodes. */
    void publishAll() {
        CursorColumns known = shared.movedLocally;
        known.clear();
        long now = shared.clock.getAsLong();
        for (SlotEntry entry : slotTable.all()) {
            if (entry.owner.equals(self) && entry.position != CursorSlot.NONE) {
                CursorSlot.addTo(known, entry.slot, entry.position, entry.ageMs(now));
            }
        }
        if (!known.isEmpty()) {
            tickNumber++;
            link.cursors(tickNumber, known);
        }
    }
}
