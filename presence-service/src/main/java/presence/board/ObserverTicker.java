package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import presence.metrics.ServiceMetrics;
import presence.model.CursorColumns;

/**
 * Sends the observers of a {@link ObserverLanes lane} the cursors of several ticks of their board together: the newest
 * position of every member that moved since the observers' last frame, encoded once for all of them, at most once per
 * interval. It goes along with a tick of the board where one is near, and has a timer only for what moved last: a board
 * without observers has none. Board loop only.
 */
final class ObserverTicker {
    private final BoardLoop shared;
    private final SlotTable slotTable;
    private final Fanout fanout;
    private final PagedReaders paged;
    private final int boardRef;
    private final int lane;
    private final long fastestIntervalMs;
    /** By how much a frame may be earlier or later than due, in order to go along with a tick. */
    private final long slackMs;

    private final ServiceMetrics metrics;
    /** Whether readers with a window get frames of their own. */
    private final BooleanSupplier byWindow;

    private final Runnable sendRest = this::sendRest;

    private long intervalMs;
    private long dueAtMs;
    /** When a frame of the first lane is due, or was. */
    private long firstLaneDueAtMs;

    private long lastTick;
    /** The last tick whose moves were sent. */
    private long sentTick;

    private boolean scheduled;

    /**
     * @param lane see {@link ObserverLanes}
     * @param intervalMs while the board is not slowed; see {@link #isApart}
     */
    ObserverTicker(
            BoardLoop shared,
            SlotTable slotTable,
            Fanout fanout,
            PagedReaders paged,
            int boardRef,
            int lane,
            long intervalMs,
            ServiceMetrics metrics,
            BooleanSupplier byWindow) {
        this.shared = shared;
        this.slotTable = slotTable;
        this.fanout = fanout;
        this.paged = paged;
        this.boardRef = boardRef;
        this.lane = lane;
        this.fastestIntervalMs = intervalMs;
        this.intervalMs = intervalMs;
        this.slackMs = shared.tickPolicy.fastestMs() / 3;
        this.metrics = metrics;
        this.byWindow = byWindow;
    }

    /** Returns whether observers with this interval get other frames than members: it is longer than a tick. */
    static boolean isApart(long intervalMs, TickPolicy policy) {
        return intervalMs > policy.fastestMs();
    }

    /** Returns when the next frame is due, or the last one was if nothing moved since. */
    long dueAtMs() {
        return dueAtMs;
    }

    /** Returns the first tick whose moves observers may not have been sent. */
    long unsentSince() {
        return sentTick;
    }

    /**
     * Continues after a tick in which members moved. Overwrites {@link BoardLoop#moved}.
     *
     * @param boardIntervalMs of the board's ticks: a board that is slowed down has slower observers, too
     * @param firstDueAtMs of the first lane
     */
    void ticked(long tick, long now, long boardIntervalMs, long firstDueAtMs) {
        firstLaneDueAtMs = firstDueAtMs;
        lastTick = tick;
        if (fanout.observersIn(lane) == 0) {
            sentTick = tick;
            return;
        }
        intervalMs = fastestIntervalMs * boardIntervalMs / shared.tickPolicy.fastestMs();
        if (now + slackMs >= dueAtMs) {
            send(now);
        } else if (!scheduled) {
            schedule(now);
        }
    }

    private void schedule(long now) {
        scheduled = true;
        shared.loop.schedule(sendRest, Math.max(1, dueAtMs + slackMs - now), TimeUnit.MILLISECONDS);
    }

    /** Sends what moved last, if no tick has come to send it along with. */
    private void sendRest() {
        scheduled = false;
        if (sentTick == lastTick) {
            return;
        }
        long now = shared.clock.getAsLong();
        if (fanout.observersIn(lane) == 0) {
            sentTick = lastTick;
        } else if (now < dueAtMs + slackMs) {
            schedule(now);
        } else {
            send(now);
        }
    }

    private long nextDueAtMs(long now) {
        if (lane > 0) {
            // The next time that is a part of the interval behind a frame of the first lane, and not the present one.
            long earliest = now + slackMs + 1;
            long phaseMs = lane * intervalMs / ObserverLanes.LANES;
            return earliest + Math.floorMod(firstLaneDueAtMs + phaseMs - earliest, intervalMs);
        }
        // Frames that were early are made up for: over time there are no more of them than the interval allows.
        return Math.max(dueAtMs + intervalMs, now + intervalMs - slackMs);
    }

    private void send(long now) {
        dueAtMs = nextDueAtMs(now);
        long since = sentTick + 1;
        sentTick = lastTick;
        CursorColumns moved = shared.moved;
        moved.clear();
        for (SlotEntry entry : slotTable.all()) {
            if (entry.movedTick >= since && entry.position != CursorSlot.NONE) {
                CursorSlot.addTo(moved, entry.slot, entry.position, entry.ageMs(now));
            }
        }
        if (moved.isEmpty()) {
            return;
        }
        ByteBuf frame = shared.cursors(boardRef, moved);
        if (frame == null) {
            fanout.missTick(since, true);
            return;
        }
        metrics.observerTicks.increment();
        boolean apart = byWindow.getAsBoolean();
        paged.tell(seat -> fanout.isApart(seat) && seat.lane == lane && (!apart || seat.viewer == null), moved, since);
        fanout.sendToObservers(frame, since, apart, lane);
    }
}
