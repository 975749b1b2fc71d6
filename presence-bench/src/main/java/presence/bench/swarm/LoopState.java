package presence.bench.swarm;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import presence.bench.client.CursorFrame;

/** State shared by the users of one event loop, and the timers for moves and heartbeats. That loop only. */
final class LoopState {
    final EventLoop loop;
    final Tally tally;
    final CursorFrame cursors = new CursorFrame();
    private final List<User> users = new ArrayList<>();
    /** The movers, in the order of their times within the period. */
    private final List<User> movers = new ArrayList<>();

    private final Runnable moveDue = this::moveDue;
    private MoveTimes times = MoveTimes.NONE;
    private long startedNanos;
    private long done;
    private int nextHeart;

    LoopState(EventLoop loop, long patienceNanos) {
        this.loop = loop;
        this.tally = new Tally(patienceNanos);
    }

    /**
     * Starts heartbeats of these users and moves of some of them, each at its own time within the period.
     *
     * @param hz moves per second and user; 0 = none
     * @param moversPerBoard users of each board that move
     */
    void start(List<User> present, double hz, int moversPerBoard, Spacing spacing) {
        users.addAll(present);
        if (users.isEmpty()) {
            return;
        }
        // Users that failed to connect have no interval.
        beatHearts(users.stream().mapToInt(User::heartbeatMs).max().orElse(0));
        if (hz > 0) {
            users.stream().filter(user -> user.index < moversPerBoard).forEach(movers::add);
            // Users of one board move at unrelated times, the same in every run.
            Collections.shuffle(movers, new Random(movers.size()));
            times = new MoveTimes(spacing, movers.size(), hz);
            startedNanos = System.nanoTime();
            done = 0;
            moveDue();
        }
    }

    /** Spreads heartbeats over the interval instead of sending all at once. */
    private void beatHearts(int everyMs) {
        if (everyMs == 0) {
            return;
        }
        int perRound = users.size() / everyMs + 1;
        long roundNanos = TimeUnit.MILLISECONDS.toNanos(everyMs) * perRound / users.size();
        loop.scheduleAtFixedRate(
                () -> {
                    for (int i = 0; i < perRound; i++) {
                        users.get(nextHeart++ % users.size()).heartbeat();
                    }
                },
                roundNanos,
                roundNanos,
                TimeUnit.NANOSECONDS);
    }

    void replace(User before, User after) {
        users.replaceAll(user -> user == before ? after : user);
        movers.replaceAll(user -> user == before ? after : user);
    }

    void stop() {
        movers.clear();
    }

    private void moveDue() {
        if (movers.isEmpty()) {
            return;
        }
        long nowNanos = System.nanoTime();
        long due = times.dueBy(nowNanos - startedNanos);
        // After a long delay it does not catch up: no user moves twice at once.
        done = Math.max(done, due - movers.size());
        while (done < due) {
            movers.get((int) (done % movers.size())).move(nowNanos);
            done++;
        }
        long waitNanos = startedNanos + times.dueAtNanos(done) - System.nanoTime();
        loop.schedule(moveDue, Math.max(0, waitNanos), TimeUnit.NANOSECONDS);
    }
}
