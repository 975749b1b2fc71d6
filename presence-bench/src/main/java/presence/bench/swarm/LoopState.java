package presence.bench.swarm;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import presence.bench.client.CursorFrame;

/** State shared by the users of one event loop, and the timers for moves and heartbeats. That loop only. */
final class LoopState {
    final EventLoop loop;
    final Tally tally;
    final CursorFrame cursors = new CursorFrame();
    private final List<User> users = new ArrayList<>();
    /** Users by the millisecond of the period in which they move. */
    private final List<List<User>> slices = new ArrayList<>();

    private long periodMs;
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
     * @param movers users of each board that move
     */
    void start(List<User> present, double hz, int movers) {
        users.addAll(present);
        if (users.isEmpty()) {
            return;
        }
        // Users that failed to connect have no interval.
        beatHearts(users.stream().mapToInt(User::heartbeatMs).max().orElse(0));
        if (hz > 0) {
            move(users.stream().filter(user -> user.index < movers).toList(), hz);
        }
    }

    private void move(List<User> moving, double hz) {
        periodMs = Math.max(1, Math.round(1_000 / hz));
        for (long ms = 0; ms < periodMs; ms++) {
            slices.add(new ArrayList<>());
        }
        for (int i = 0; i < moving.size(); i++) {
            // Spread evenly, with neighbours of a board apart.
            slices.get((int) (i * 7919L % periodMs)).add(moving.get(i));
        }
        startedNanos = System.nanoTime();
        done = 0;
        loop.scheduleAtFixedRate(this::moveDue, 1, 1, TimeUnit.MILLISECONDS);
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
        slices.forEach(slice -> slice.replaceAll(user -> user == before ? after : user));
    }

    void stop() {
        slices.clear();
    }

    private void moveDue() {
        if (slices.isEmpty()) {
            return;
        }
        long nowNanos = System.nanoTime();
        long due = (nowNanos - startedNanos) / 1_000_000;
        // After a long delay it does not catch up: no user moves twice at once.
        done = Math.max(done, due - periodMs);
        while (done < due) {
            List<User> slice = slices.get((int) (done % periodMs));
            for (User user : slice) {
                user.move(nowNanos);
            }
            done++;
        }
    }
}
