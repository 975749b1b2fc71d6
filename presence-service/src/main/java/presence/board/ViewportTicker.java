package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.metrics.ServiceMetrics;
import presence.model.CursorColumns;
import presence.viewport.View;
import presence.viewport.Viewer;
import presence.viewport.ViewportFilter;
import presence.wire.ClientEvent;

/**
 * Sends the clients that told what they show the positions that {@link ViewportFilter} chooses, each frame encoded once
 * per distinct window, and the density of large boards. A board without such clients has no filter and no timer. Board
 * loop only.
 */
final class ViewportTicker implements ViewportFilter.Output {
    private final BoardLoop shared;
    private final SlotTable slotTable;
    private final Fanout fanout;
    private final PagedReaders paged;
    private final int boardRef;
    private final int threshold;
    private final int observerTickMs;
    private final ServiceMetrics metrics;
    /** The first tick that observers, who get frames of several ticks, may lack. */
    private final LongSupplier unsentToObservers;

    private final DensitySender density;

    private final Map<Viewer, Seat> seats = new IdentityHashMap<>(0);
    /** Those that get the roster in parts, by the id of their view. */
    private final Map<Integer, Set<Seat>> pagedByView = new HashMap<>(0);

    private @Nullable ViewportFilter filter;
    /** What is being collected; null outside a tick. */
    private @Nullable ViewFrames frames;

    private long lastTick;
    private boolean pumping;
    private boolean rounding;
    private boolean movedSinceRound;
    private int windows;
    /** What the filter has counted so far; a new one starts at 0. */
    private long filtered;

    /**
     * @param threshold see {@link BoardSettings}
     * @param observerTickMs the same
     */
    ViewportTicker(
            BoardLoop shared,
            SlotTable slotTable,
            Fanout fanout,
            PagedReaders paged,
            int boardRef,
            int threshold,
            long observerTickMs,
            ServiceMetrics metrics,
            LongSupplier unsentToObservers) {
        this.shared = shared;
        this.slotTable = slotTable;
        this.fanout = fanout;
        this.paged = paged;
        this.boardRef = boardRef;
        this.threshold = threshold;
        this.observerTickMs = (int) observerTickMs;
        this.metrics = metrics;
        this.unsentToObservers = unsentToObservers;
        this.density = new DensitySender(shared, fanout, boardRef);
    }

    /** Notes what a client shows. */
    void show(Seat seat, ClientEvent.Viewport shown, long lastTickNumber) {
        int[] follow = shown.follow().stream().mapToInt(Integer::intValue).toArray();
        Viewer viewer = seat.viewer;
        int before = viewer == null ? Seat.NO_VIEW : viewer.viewId();
        ViewportFilter present = filter;
        if (present == null) {
            present = newFilter(lastTickNumber);
            filter = present;
        }
        if (viewer == null) {
            viewer = present.add(
                    fanout.isApart(seat) ? observerTickMs : 0,
                    shown.x(),
                    shown.y(),
                    shown.width(),
                    shown.height(),
                    follow);
            seats.put(viewer, seat);
            seat.viewer = viewer;
            fanout.gotWindow(seat);
            if (present.isOn() && fanout.isApart(seat)) {
                fanout.fallBehind(seat, unsentToObservers.getAsLong());
            }
            density.missed();
            noteView(seat, before, viewer.viewId());
            owe(seat);
            entered(seat);
        } else {
            present.show(viewer, shown.x(), shown.y(), shown.width(), shown.height(), follow, shared.clock.getAsLong());
            noteView(seat, before, viewer.viewId());
        }
        int viewId = viewer.viewId();
        fanout.run(seat.client.eventLoop(), () -> seat.viewId = viewId);
        countWindows(present);
        roundSoon();
    }

    private void noteView(Seat seat, int before, int viewId) {
        if (seat.known == null || before == viewId) {
            return;
        }
        Set<Seat> left = pagedByView.get(before);
        if (left != null && left.remove(seat) && left.isEmpty()) {
            pagedByView.remove(before);
        }
        if (viewId != Seat.NO_VIEW) {
            pagedByView.computeIfAbsent(viewId, id -> new LinkedHashSet<>()).add(seat);
        }
    }

    /** Notes that a reader lacks positions of its window which neither its roster nor its backlog will bring. */
    private static void owe(Seat seat) {
        RosterPager backlog = seat.backlog;
        seat.fillOwed |= seat.known != null || backlog != null && !backlog.initial;
    }

    /** Sends a reader what it lacks of its window, once it gets frames. */
    void entered(Seat seat) {
        ViewportFilter present = filter;
        Viewer viewer = seat.viewer;
        if (seat.fillOwed && viewer != null && present != null && fanout.has(seat)) {
            seat.fillOwed = false;
            present.fill(viewer, shared.clock.getAsLong());
        }
    }

    /** Removes positions of members that a client neither knows nor shows: it is not told them for that. */
    void dropUnseen(Seat seat, Viewer viewer, CursorColumns positions) {
        KnownMembers known = seat.known;
        ViewportFilter present = filter;
        if (known != null && present != null) {
            positions.removeIf(slot -> !known.slots.contains(slot) && !present.isShown(viewer, slot));
        }
    }

    private ViewportFilter newFilter(long lastTickNumber) {
        lastTick = lastTickNumber;
        filtered = 0;
        ViewportFilter empty = new ViewportFilter(threshold, (int) shared.tickPolicy.fastestMs(), lastTickNumber, this);
        long now = shared.clock.getAsLong();
        for (SlotEntry entry : slotTable.all()) {
            if (entry.position != CursorSlot.NONE) {
                empty.load(
                        entry.slot,
                        CursorSlot.x(entry.position),
                        CursorSlot.y(entry.position),
                        CursorSlot.hidden(entry.position),
                        now - entry.ageMs(now),
                        entry.movedTick);
            }
        }
        return empty;
    }

    /** Forgets a seat that is given back. */
    void remove(Seat seat) {
        Viewer viewer = seat.viewer;
        ViewportFilter present = filter;
        if (viewer == null || present == null) {
            return;
        }
        seats.remove(viewer);
        noteView(seat, viewer.viewId(), Seat.NO_VIEW);
        present.remove(viewer);
        seat.viewer = null;
        countWindows(present);
        if (seats.isEmpty()) {
            filter = null;
            density.forget();
        }
    }

    private void countWindows(ViewportFilter present) {
        metrics.viewportWindows.addAndGet(present.views() - windows);
        windows = present.views();
    }

    /** Notes that a member has left. */
    void left(int slot) {
        ViewportFilter present = filter;
        if (present != null) {
            present.left(slot);
        }
    }

    /**
     * Continues after a tick in which members moved.
     *
     * @return the frames of the clients with a window; null if they are to get the same frame as all others
     */
    @Nullable ViewFrames ticked(CursorColumns moved, long tick, long now) {
        ViewportFilter present = filter;
        if (present == null) {
            return null;
        }
        lastTick = tick;
        movedSinceRound = true;
        roundSoon();
        boolean wasOn = present.isOn();
        ViewFrames collected = new ViewFrames(present.idLimit());
        frames = collected;
        boolean on = present.ticked(moved, slotTable.size(), tick, now);
        frames = null;
        if (!on) {
            collected.release();
            return null;
        }
        if (!wasOn) {
            seats.values().stream()
                    .filter(fanout::isApart)
                    .forEach(seat -> fanout.fallBehind(seat, unsentToObservers.getAsLong()));
        }
        metrics.positionsFiltered.increment(present.filtered() - filtered);
        filtered = present.filtered();
        pumpSoon(present);
        return collected;
    }

    boolean isOn() {
        ViewportFilter present = filter;
        return present != null && present.isOn();
    }

    private void pumpSoon(ViewportFilter present) {
        if (present.isWaiting() && !pumping) {
            pumping = true;
            shared.loop.schedule(() -> pump(lastTick), shared.tickPolicy.fastestMs(), TimeUnit.MILLISECONDS);
        }
    }

    /** Sends what waits, unless a tick since {@code tick} did. */
    private void pump(long tick) {
        pumping = false;
        ViewportFilter present = filter;
        if (present == null) {
            return;
        }
        if (tick == lastTick && present.isOn()) {
            ViewFrames collected = new ViewFrames(present.idLimit());
            frames = collected;
            present.pump(shared.clock.getAsLong());
            frames = null;
            fanout.sendByWindow(null, collected, tick, 0);
        }
        pumpSoon(present);
    }

    private void roundSoon() {
        if (!rounding) {
            rounding = true;
            shared.loop.schedule(this::round, ViewportFilter.ROUND_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void round() {
        rounding = false;
        ViewportFilter present = filter;
        if (present == null) {
            return;
        }
        boolean moved = movedSinceRound;
        movedSinceRound = false;
        boolean isLarge = slotTable.size() > ViewportFilter.MOST_IN_ROUNDS;
        if (present.round(slotTable.size(), shared.clock.getAsLong()) || moved || isLarge || density.isShown()) {
            roundSoon();
        }
        density.round(isLarge, present::density);
        if (!seats.values().stream().allMatch(fanout::has)) {
            // Clients that still get their roster were not sent it.
            density.missed();
        }
    }

    /** Adds what a reader that skipped frames may lack. */
    void catchUp(Viewer viewer, long sinceTick, long nowMs, CursorColumns into) {
        ViewportFilter present = filter;
        if (present != null) {
            present.catchUp(viewer, sinceTick, nowMs, into);
        }
    }

    /** Returns the first tick whose moves a reader that is in the fanout may not have been sent. */
    long unsentSince(Viewer viewer) {
        ViewportFilter present = filter;
        return present == null ? lastTick : present.unsentSince(viewer);
    }

    @Override
    public void toView(View view, CursorColumns positions, long since) {
        ViewFrames collecting = frames;
        if (collecting != null) {
            Set<Seat> partly = pagedByView.get(view.id());
            if (partly != null) {
                paged.tell(partly, positions, since);
            }
            collecting.set(view.id(), shared.cursors(boardRef, positions), since);
            metrics.viewportFrames.increment();
        }
    }

    @Override
    public void toViewer(Viewer viewer, CursorColumns positions, long since) {
        Seat seat = seats.get(viewer);
        if (seat == null) {
            return;
        }
        if (!fanout.has(seat) || !paged.tell(seat, positions, since)) {
            // It gets its positions with its roster, or when its backlog is empty.
            owe(seat);
            return;
        }
        ByteBuf frame = shared.cursors(boardRef, positions);
        if (frame == null) {
            fanout.retryPositions(seat, since);
        } else {
            fanout.sendCursorsTo(seat, frame, since);
        }
    }

    @Override
    public void toViewers(CursorColumns positions, long since) {
        for (Seat seat : seats.values()) {
            RosterPager backlog = seat.backlog;
            if (backlog != null) {
                backlog.cursorsSince = Math.min(backlog.cursorsSince, since);
            }
        }
        ByteBuf frame = shared.cursors(boardRef, positions);
        if (frame == null) {
            List.copyOf(seats.values()).forEach(seat -> fanout.fallBehind(seat, since));
        } else {
            pagedByView.values().forEach(some -> some.forEach(seat -> sendKnown(seat, positions, frame, since)));
            fanout.sendToWindows(frame, since);
        }
    }

    /** Sends a reader those of the positions whose members it knows: what it does not show it is not told. */
    private void sendKnown(Seat seat, CursorColumns positions, ByteBuf all, long since) {
        KnownMembers known = seat.known;
        if (known == null || !fanout.has(seat)) {
            return;
        }
        CursorColumns rows = positions.copy();
        ByteBuf frame = all.retainedDuplicate();
        if (rows.removeIf(slot -> !known.slots.contains(slot))) {
            frame.release();
            frame = rows.isEmpty() ? null : shared.cursors(boardRef, rows);
        }
        if (frame != null) {
            fanout.sendCursorsTo(seat, frame, since);
        } else if (!rows.isEmpty()) {
            fanout.retryPositions(seat, since);
        }
    }
}
