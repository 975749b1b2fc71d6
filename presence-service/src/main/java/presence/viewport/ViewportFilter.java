package presence.viewport;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.model.CursorColumns;
import presence.model.Density;

/**
 * Chooses the positions that each client of a board is sent. It exists from the first client that tells what it shows
 * until the last of them is gone; while little moves on the board it is off and everybody is sent everything.
 *
 * <p>What a client with a window can rely on while the filter is on: it has the last position of every member within its
 * window within a tick (or the longer interval of a window that is zoomed out, or by turns where more than
 * {@value View#MOST} move), and of a member that left its window the last position. When the filter goes off, it is
 * brought up to date with everything.
 *
 * <p>Ticks are numbers that rise; times are milliseconds of one monotonic clock.
 */
public final class ViewportFilter {
    /** The largest board whose members are all shown once a second, wherever they are. */
    public static final int MOST_IN_ROUNDS = 500;

    /** Time between two calls of {@link #round}: two of them show a board of {@value #MOST_IN_ROUNDS}. */
    public static final int ROUND_MS = 500;

    private static final int ROUNDS_PER_TURN = 2;

    /** How long a client that has caught up counts as slow. */
    private static final int SLOW_MS = 30_000;

    /**
     * Receives what is to be sent. The columns are valid during the call only.
     *
     * <p>{@code since} is the tick from which on a client that does not get these positions misses moves.
     */
    public interface Output {
        void toView(View view, CursorColumns positions, long since);

        void toViewer(Viewer viewer, CursorColumns positions, long since);

        /** To all clients with a window. */
        void toViewers(CursorColumns positions, long since);
    }

    private final Output output;
    private final FilterSwitch toggle;
    private final Views views;
    private final LatestPositions positions = new LatestPositions();
    private final TickGrid grid = new TickGrid();
    private final Rounds rounds = new Rounds();
    private final List<Viewer> followers = new ArrayList<>(0);
    private final List<Viewer> slow = new ArrayList<>(0);
    private final CursorColumns rows = new CursorColumns();
    private int viewers;
    private long lastTick;
    private boolean waiting;

    /** Positions that clients did not get because of their windows, since the start. */
    private long filtered;

    /**
     * @param threshold positions per tick from which on the filter is on, on boards of twice as many members; 0 = never
     * @param tickMs shortest time between two ticks
     * @param lastTick the last tick so far, whose positions and all earlier ones {@link #load} tells
     */
    public ViewportFilter(int threshold, int tickMs, long lastTick, Output output) {
        this.output = output;
        this.toggle = new FilterSwitch(threshold);
        this.views = new Views(tickMs);
        this.lastTick = lastTick;
    }

    /** Tells a position that clients know already. */
    public void load(int slot, int x, int y, boolean hidden, long arrivedMs, long tick) {
        positions.set(slot, x, y, hidden, arrivedMs, tick);
    }

    /** Tells that a member has left: its slot is in no frame from now on. */
    public void left(int slot) {
        positions.forget(slot);
        followers.forEach(viewer -> viewer.unfollow(slot));
        followers.removeIf(viewer -> viewer.follow.length == 0);
    }

    public boolean isOn() {
        return toggle.isOn();
    }

    /** Returns how many clients have told what they show. */
    public int viewers() {
        return viewers;
    }

    /** Returns the number of distinct windows. */
    public int views() {
        return views.all().size();
    }

    /** Returns a number above the ids of all views. */
    public int idLimit() {
        return views.idLimit();
    }

    /** Returns how many positions were not sent to clients because of their windows. */
    public long filtered() {
        return filtered;
    }

    /** Returns whether a view waits for its next frame: {@link #pump} is to be called within a tick. */
    public boolean isWaiting() {
        return waiting;
    }

    /**
     * Adds a client that was sent everything so far.
     *
     * @param leastMs least time between two frames to it; 0 = every tick
     * @param follow slots, at most {@value Viewer#MOST_FOLLOWED}
     */
    public Viewer add(int leastMs, int x, int y, int width, int height, int[] follow) {
        viewers++;
        Viewer viewer = new Viewer(
                leastMs,
                views.enter(Window.of(x, y, width, height), leastMs),
                Area.around(x, y, width, height),
                follow);
        if (follow.length > 0) {
            followers.add(viewer);
        }
        return viewer;
    }

    public void remove(Viewer viewer) {
        viewers--;
        stopNoting(viewer);
        followers.remove(viewer);
        views.leave(viewer.view);
    }

    /**
     * Notes what a client shows now, and sends it the position of everybody there, at rest or not, except those whom it
     * showed before: it forgets the others.
     */
    public void show(Viewer viewer, int x, int y, int width, int height, int[] follow, long nowMs) {
        if (follow.length > 0 && viewer.follow.length == 0) {
            followers.add(viewer);
        } else if (follow.length == 0 && viewer.follow.length > 0) {
            followers.remove(viewer);
        }
        View before = viewer.view;
        Area areaBefore = viewer.area;
        int[] followedBefore = viewer.follow;
        viewer.follow = follow;
        viewer.area = Area.around(x, y, width, height);
        Window window = Window.after(before.window, x, y, width, height);
        if (!window.equals(before.window)) {
            viewer.view = views.enter(window, viewer.leastMs);
            MissedSlots missed = viewer.missed;
            if (missed != null) {
                before.behind.remove(missed);
                viewer.view.behind.add(missed);
            }
        }
        fill(viewer, before, areaBefore, followedBefore, nowMs);
        if (viewer.view != before) {
            views.leave(before);
        }
    }

    /** Sends a client the position of everybody whom it shows or follows, at rest or not. */
    public void fill(Viewer viewer, long nowMs) {
        rows.clear();
        for (int slot = 0; slot < positions.end(); slot++) {
            if (positions.isIn(viewer.area, slot) || positions.has(slot) && viewer.follows(slot)) {
                addFill(viewer, slot, lastTick, nowMs);
            }
        }
        viewer.filledTick = lastTick;
        sendTo(viewer, lastTick);
    }

    /** Returns whether the client shows or follows the member of a slot. */
    public boolean isShown(Viewer viewer, int slot) {
        return positions.isIn(viewer.view.window, slot)
                || positions.isIn(viewer.area, slot)
                || positions.has(slot) && viewer.follows(slot);
    }

    private void fill(Viewer viewer, View before, Area areaBefore, int[] followedBefore, long nowMs) {
        rows.clear();
        long since = lastTick;
        boolean someWait = viewer.view != before && before.isWaiting();
        if (someWait) {
            since = addWaiting(viewer, before, since, nowMs);
        }
        for (int slot = positions.nextIn(viewer.area, 0); slot >= 0; slot = positions.nextIn(viewer.area, slot + 1)) {
            if (!positions.isIn(areaBefore, slot) && !(someWait && before.isWaitingFor(slot))) {
                addFill(viewer, slot, since, nowMs);
            }
        }
        for (int slot : viewer.follow) {
            if (positions.has(slot) && !contains(followedBefore, slot)) {
                addFill(viewer, slot, since, nowMs);
            }
        }
        viewer.filledTick = lastTick;
        sendTo(viewer, since);
    }

    /** Adds what waited for a view that the viewer leaves; returns the oldest tick of it and {@code since}. */
    private long addWaiting(Viewer viewer, View left, long since, long nowMs) {
        long oldest = since;
        for (int slot = 0; slot < positions.end(); slot++) {
            if (left.isWaitingFor(slot) && positions.has(slot)) {
                oldest = Math.min(oldest, positions.tick(slot));
                addFill(viewer, slot, oldest, nowMs);
            }
        }
        return oldest;
    }

    private void addFill(Viewer viewer, int slot, long since, long nowMs) {
        if (rows.size() == View.MOST) {
            sendTo(viewer, since);
            rows.clear();
        }
        positions.addTo(rows, slot, nowMs);
    }

    private static boolean contains(int[] slots, int slot) {
        for (int one : slots) {
            if (one == slot) {
                return true;
            }
        }
        return false;
    }

    /**
     * Notes a tick. While the filter is on, sends its positions by window and returns true; else the caller sends them to
     * all.
     *
     * @param members shown on the board
     */
    public boolean ticked(CursorColumns moved, int members, long tick, long nowMs) {
        boolean wasOn = toggle.isOn();
        boolean on = toggle.ticked(moved.size(), members);
        if (wasOn && !on) {
            turnOff(nowMs);
        } else if (on && !wasOn) {
            rounds.start(tick);
        }
        lastTick = tick;
        grid.clear();
        for (int row = 0; row < moved.size(); row++) {
            int slot = moved.slot(row);
            int x = moved.x(row);
            int y = moved.y(row);
            if (on) {
                boolean known = positions.has(slot);
                grid.add(slot, x, y, known ? positions.x(slot) : x, known ? positions.y(slot) : y);
            }
            positions.set(slot, x, y, moved.hidden(row), nowMs - moved.ageMs(row), tick);
        }
        waiting = false;
        if (on) {
            for (View view : views.all()) {
                send(view, grid.find(view.window), tick, nowMs);
                waiting |= view.isWaiting();
                filtered += (long) view.viewers * Math.max(0, moved.size() - rows.size());
            }
            sendFollowed(tick, nowMs);
        }
        return on;
    }

    private void turnOff(long nowMs) {
        for (View view : views.all()) {
            view.forgetWaiting();
        }
        while (sendRound(1, nowMs)) {
            // Until each member had its turn.
        }
        while (!slow.isEmpty()) {
            stopNoting(slow.get(slow.size() - 1));
        }
    }

    private void send(View view, int found, long tick, long nowMs) {
        rows.clear();
        long since = view.select(grid, found, positions, tick, nowMs, rows);
        if (!rows.isEmpty()) {
            for (MissedSlots missed : view.behind) {
                note(missed);
            }
            output.toView(view, rows, since);
        }
    }

    /** Sends who is followed to clients that did not get it with their window. */
    private void sendFollowed(long tick, long nowMs) {
        for (Viewer viewer : followers) {
            rows.clear();
            for (int slot : viewer.follow) {
                boolean sent = viewer.view.isComplete() && positions.isIn(viewer.view.window, slot);
                if (positions.tick(slot) == tick && !sent) {
                    positions.addTo(rows, slot, nowMs);
                }
            }
            sendTo(viewer, tick);
        }
    }

    /** Sends the views that waited longer than a tick; to be called while {@link #isWaiting}, a tick after the last. */
    public void pump(long nowMs) {
        waiting = false;
        for (View view : views.all()) {
            if (view.isWaiting()) {
                send(view, 0, Long.MAX_VALUE, nowMs);
                waiting |= view.isWaiting();
            }
        }
    }

    /**
     * Shows all members of a board that is not too large to all clients with a window; to be called every
     * {@value #ROUND_MS} ms while members move, and once after.
     *
     * @return whether something was sent
     */
    public boolean round(int members, long nowMs) {
        for (int at = slow.size() - 1; at >= 0; at--) {
            MissedSlots missed = slow.get(at).missed;
            if (missed != null && nowMs - missed.askedMs() > SLOW_MS) {
                stopNoting(slow.get(at));
            }
        }
        return isOn() && members <= MOST_IN_ROUNDS && sendRound(ROUNDS_PER_TURN, nowMs);
    }

    private boolean sendRound(int part, long nowMs) {
        rows.clear();
        long since = rounds.next(positions, part, lastTick + 1, nowMs, rows);
        if (rows.isEmpty()) {
            return false;
        }
        for (Viewer viewer : slow) {
            note(viewer.missed);
        }
        output.toViewers(rows, since);
        return true;
    }

    /**
     * Adds what a client that skipped frames may lack.
     *
     * @param since the least of the ticks that the skipped frames named
     */
    public void catchUp(Viewer viewer, long since, long nowMs, CursorColumns into) {
        MissedSlots missed = viewer.missed;
        SlotSet slots = missed == null ? null : missed.since(since, lastTick + 1, nowMs);
        if (missed == null && isOn()) {
            viewer.missed = new MissedSlots(lastTick + 1, nowMs);
            viewer.view.behind.add(viewer.missed);
            slow.add(viewer);
        }
        boolean filled = viewer.filledTick >= since;
        Window window = viewer.view.window;
        for (int slot = 0; slot < positions.end(); slot++) {
            if (!positions.has(slot)) {
                continue;
            }
            boolean lacks = slots == null ? positions.tick(slot) >= since : slots.contains(slot);
            if (lacks || filled && (positions.isIn(window, slot) || viewer.follows(slot))) {
                positions.addTo(into, slot, nowMs);
            }
        }
    }

    /** Returns the first tick whose moves a client may not have been sent although it skipped no frame. */
    public long unsentSince(Viewer viewer) {
        return isOn() ? Math.min(lastTick, viewer.view.oldestWaiting(positions)) : lastTick;
    }

    /** Returns where the members are; null while none has a position. */
    public @Nullable Density density() {
        return DensityGrid.of(positions);
    }

    private void sendTo(Viewer viewer, long since) {
        if (!rows.isEmpty()) {
            note(viewer.missed);
            output.toViewer(viewer, rows, since);
        }
    }

    private void note(@Nullable MissedSlots missed) {
        if (missed != null) {
            for (int row = 0; row < rows.size(); row++) {
                missed.sent(rows.slot(row));
            }
        }
    }

    private void stopNoting(Viewer viewer) {
        MissedSlots missed = viewer.missed;
        if (missed != null) {
            viewer.missed = null;
            viewer.view.behind.remove(missed);
            slow.remove(viewer);
        }
    }
}
