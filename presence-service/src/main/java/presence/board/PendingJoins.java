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
 * Joins of a board that was just opened: the other members, and the owner of a resume key, are known only when the
 * other nodes' segments have been read. The joins are held until then, but not longer than {@value #PATIENCE_MS} ms,
 * together with the frames their clients send after them. Board loop only.
 */
final class PendingJoins {
    static final long PATIENCE_MS = 4_000;
    /** Frames kept for one join; with more the join is decided with what is known. */
    private static final int MAX_BEHIND = 64;

    private final BoardLoop shared;
    private final Map<Seat, Queue<Runnable>> waiting = new LinkedHashMap<>(0);
    /** Frames behind joins that wait for something else than the roster. */
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

    /** Holds a join for later; false if joins do not wait any more. */
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

    /** Holds a frame that follows a waiting join; false if the join does not wait. */
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

    /** Removes the join of a client that left; false if it does not wait. */
    boolean remove(Seat seat) {
        return waiting.remove(seat) != null || held.remove(seat) != null;
    }

    /** Holds what follows a join until {@link #release} takes it, which is for a moment only. */
    void hold(Seat seat) {
        held.put(seat, new ArrayDeque<>(4));
    }

    /** Returns what followed a held join; null if its client has left. */
    @Nullable Queue<Runnable> release(Seat seat) {
        return held.remove(seat);
    }

    /** Closes this with the board. */
    void close() {
        endPatience();
    }

    /** An active timer would keep a closed board in memory. */
    private void endPatience() {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }

    /** Decides all waiting joins; later joins do not wait. */
    void decide() {
        decided = true;
        endPatience();
        List<Queue<Runnable>> all = new ArrayList<>(waiting.values());
        waiting.clear();
        all.forEach(tasks -> tasks.forEach(Runnable::run));
    }
}
