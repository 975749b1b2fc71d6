package presence.board;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Joins of a board that was just opened: who else is on it, and whose a resume key is, shows only when the
 * other nodes' segments have been read. They wait for that, but not longer than {@value #PATIENCE_MS} ms, and
 * what their clients send behind them waits with them. Board loop only.
 */
final class PendingJoins {
    static final long PATIENCE_MS = 4_000;
    /** Frames kept for one join; with more it is decided by what is known. */
    private static final int MAX_BEHIND = 64;

    private final BoardLoop shared;
    private final Map<Seat, Queue<Runnable>> waiting = new LinkedHashMap<>(0);
    /** What came behind joins that wait for something else than the roster. */
    private final Map<Seat, Queue<Runnable>> held = new LinkedHashMap<>(0);

    private @Nullable Future<?> patience;
    private boolean decided;

    PendingJoins(BoardLoop shared) {
        this.shared = shared;
    }

    boolean contains(Seat seat) {
        return waiting.containsKey(seat) || held.containsKey(seat);
    }

    boolean isDecided() {
        return decided;
    }

    /** Keeps a join for later; false if there is no reason to wait any more. */
    boolean add(Seat seat, Runnable join) {
        if (decided) {
            return false;
        }
        if (waiting.isEmpty()) {
            endPatience();
            patience = shared.loop.schedule(this::decide, PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
        Queue<Runnable> tasks = new ArrayDeque<>(4);
        tasks.add(join);
        waiting.put(seat, tasks);
        return true;
    }

    /** Keeps what came behind a join that waits; false if it does not wait. */
    boolean defer(Seat seat, Runnable task) {
        Queue<Runnable> behind = held.get(seat);
        if (behind != null) {
            return behind.add(task);
        }
        Queue<Runnable> tasks = waiting.get(seat);
        if (tasks == null) {
            return false;
        }
        tasks.add(task);
        if (tasks.size() > MAX_BEHIND) {
            waiting.remove(seat);
            tasks.forEach(Runnable::run);
        }
        return true;
    }

    /** The client did not wait; false if it is not waiting. */
    boolean remove(Seat seat) {
        return waiting.remove(seat) != null || held.remove(seat) != null;
    }

    /** Keeps what comes behind a join until it is taken by {@link #release}, which is for a moment only. */
    void hold(Seat seat) {
        held.put(seat, new ArrayDeque<>(4));
    }

    /** What came behind a join that was held; null if its client did not wait. */
    @Nullable Queue<Runnable> release(Seat seat) {
        return held.remove(seat);
    }

    /** The board is closed. */
    void close() {
        endPatience();
    }

    /** A timer that is not needed would keep a board in memory that is closed. */
    private void endPatience() {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }

    /** All that can be known is known: nobody waits from now on. */
    void decide() {
        decided = true;
        endPatience();
        List<Queue<Runnable>> all = new ArrayList<>(waiting.values());
        waiting.clear();
        all.forEach(tasks -> tasks.forEach(Runnable::run));
    }
}
