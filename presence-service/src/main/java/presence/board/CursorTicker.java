package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import presence.board.spi.BoardLink;
import presence.metrics.ServiceMetrics;
import presence.model.CursorColumns;
import presence.model.Origin;
import presence.wire.ServerFrameKind;

/**
 * The tick of a board: everybody who moved since the last one, encoded once. The first move after
 * quiet goes out at once; a board where nothing moves has no timer. Board loop only, but for the wake-up.
 */
final class CursorTicker {
    private final BoardLoop shared;
    private final SlotTable occupants;
    private final Fanout fanout;
    private final BoardLink link;
    private final Origin self;
    private final int boardRef;
    private final TickPace pace;
    private final ServiceMetrics metrics;
    /** Whether a member's own connection is among the watchers. */
    private final Predicate<SlotEntry> watches;

    /** Told of a new pace, in cursor frames per second. */
    private final IntConsumer onNewPace;

    private final Runnable tick = this::tick;
    private final Runnable arm = this::arm;

    final DirtyCursors dirty = new DirtyCursors(this::wake);
    private long lastAtMs;
    /** When the next tick is due; only looked at while one is armed. */
    private long dueAtMs;

    private long tickNumber;

    CursorTicker(
            BoardLoop shared,
            SlotTable occupants,
            Fanout fanout,
            BoardLink link,
            Origin self,
            int boardRef,
            ServiceMetrics metrics,
            Predicate<SlotEntry> watches,
            IntConsumer onNewPace) {
        this.shared = shared;
        this.occupants = occupants;
        this.fanout = fanout;
        this.link = link;
        this.self = self;
        this.boardRef = boardRef;
        this.pace = new TickPace(shared.tickPolicy);
        this.metrics = metrics;
        this.watches = watches;
        this.onNewPace = onNewPace;
        // The first move goes out at once.
        this.lastAtMs = shared.clock.getAsLong() - 2 * pace.intervalMs();
    }

    /** Any thread: the first dirty slot since the last drain. */
    private void wake() {
        // Also from the loop itself through the queue: a read that brings several moves makes one tick.
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
        lastAtMs = now;
        // Other nodes ignore older ticks; tied to the clock it also rises over a board dropped and made anew.
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
            SlotEntry occupant = slot.occupant;
            // Without an occupant the roster has not shown the member yet; showing it marks the slot again.
            if (occupant != null && position == CursorSlot.NONE) {
                // A new connection that has not moved yet: where the old one was last.
                position = occupant.position;
            }
            if (occupant != null && position != CursorSlot.NONE) {
                occupant.position = position;
                occupant.movedAtMs = now;
                occupant.movedTick = tickNumber;
                int ageMs = CursorSlot.ageMs(position, now);
                CursorSlot.addTo(moved, occupant.slot, position, ageMs);
                if (occupant.owner.equals(self)) {
                    CursorSlot.addTo(movedLocally, occupant.slot, position, ageMs);
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
        if (hasAudience(moved, movedLocally)) {
            sendMoved(moved);
        }
        if (!movedLocally.isEmpty()) {
            link.cursors(tickNumber, movedLocally);
        }
        adapt(System.nanoTime() - startNanos, now);
    }

    private void sendMoved(CursorColumns moved) {
        ByteBuf frame;
        try {
            frame = shared.encoder.cursors(boardRef, moved);
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            fanout.missTick(tickNumber);
            return;
        }
        fanout.sendCursors(frame, tickNumber);
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

    /** How often cursors are of use now, per second; 0 = as often as the welcome says. */
    int maxCursorHz() {
        return pace.isSlowed() ? pace.hz() : 0;
    }

    /** Skips the frame when the only mover is also the only watcher. */
    private boolean hasAudience(CursorColumns moved, CursorColumns movedLocally) {
        int watchers = fanout.size();
        if (watchers != 1 || fanout.arriving > 0) {
            return watchers > 0;
        }
        SlotEntry mover = moved.size() == 1 && !movedLocally.isEmpty() ? occupants.at(moved.slot(0)) : null;
        return mover == null || !watches.test(mover);
    }

    /** The number of the last tick. */
    long lastTick() {
        return tickNumber;
    }

    /**
     * Sends a reader that skipped frames the newest position of all that moved meanwhile.
     *
     * @param waitMs how long the frame waits on the way, part of the positions' age
     */
    void catchUp(Seat seat, long sinceTick, int waitMs) {
        CursorColumns moved = shared.moved;
        moved.clear();
        long now = shared.clock.getAsLong();
        for (SlotEntry occupant : occupants.all()) {
            if (occupant.movedTick >= sinceTick && occupant.position != CursorSlot.NONE) {
                int ageMs = (int) Math.min((long) ageMs(occupant, now) + waitMs, Integer.MAX_VALUE);
                CursorSlot.addTo(moved, occupant.slot, occupant.position, ageMs);
            }
        }
        try {
            fanout.catchUp(seat, moved.isEmpty() ? null : shared.encoder.cursors(boardRef, moved), sinceTick);
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            fanout.retryPositions(seat, sinceTick);
        }
    }

    /** Sends a reader in the middle of its backlog the newest positions of the members it knows. */
    void sendKnown(Seat seat, RosterPager backlog) {
        CursorColumns moved = shared.moved;
        moved.clear();
        long now = shared.clock.getAsLong();
        for (SlotEntry occupant : occupants.all()) {
            if (occupant.movedTick >= backlog.cursorsSince
                    && occupant.position != CursorSlot.NONE
                    && backlog.knows(occupant.member.id())) {
                CursorSlot.addTo(moved, occupant.slot, occupant.position, ageMs(occupant, now));
            }
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

    /** Sends the other nodes all local positions known. */
    void publishAll() {
        CursorColumns known = shared.movedLocally;
        known.clear();
        long now = shared.clock.getAsLong();
        for (SlotEntry occupant : occupants.all()) {
            if (occupant.owner.equals(self) && occupant.position != CursorSlot.NONE) {
                CursorSlot.addTo(known, occupant.slot, occupant.position, ageMs(occupant, now));
            }
        }
        if (!known.isEmpty()) {
            tickNumber++;
            link.cursors(tickNumber, known);
        }
    }

    private static int ageMs(SlotEntry occupant, long now) {
        long sinceTick = now - occupant.movedAtMs;
        return (int) Math.min(sinceTick + CursorSlot.ageMs(occupant.position, occupant.movedAtMs), Integer.MAX_VALUE);
    }
}
