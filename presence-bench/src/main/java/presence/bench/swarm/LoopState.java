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
    /** Shorter than the service's interval of heartbeats. */
    private static final int OPENING_BEAT_SECONDS = 10;

    final EventLoop loop;
    final Tally tally;
    /** The counters of observers. */
    final Tally observers;

    final List<Watcher> watchers = new ArrayList<>(0);
    final CursorFrame cursors = new CursorFrame();
    private final List<User> users = new ArrayList<>();
    /** The movers, in the order of their times within the period. */
    private final List<User> movers = new ArrayList<>();

    private final Runnable moveDue = this::moveDue;
    private MoveTimes times = MoveTimes.NONE;
    private long startedNanos;
    private long done;
    private int nextHeart;
    private int nextWindow;
    private boolean panning;
    private boolean started;
    /** Those that have joined before the start. */
    private final List<User> waiting = new ArrayList<>();

    LoopState(EventLoop loop, long patienceNanos) {
        this.loop = loop;
        this.tally = new Tally(patienceNanos);
        this.observers = new Tally(patienceNanos);
    }

    /** Keeps a user's connection alive until the start, which may be a minute away. */
    void onJoined(User user) {
        if (started) {
            return;
        }
        if (waiting.isEmpty()) {
            loop.schedule(this::beatWaiting, OPENING_BEAT_SECONDS, TimeUnit.SECONDS);
        }
        waiting.add(user);
    }

    private void beatWaiting() {
        if (!started) {
            waiting.forEach(User::heartbeat);
            loop.schedule(this::beatWaiting, OPENING_BEAT_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Starts heartbeats of these users, changes of their windows, and moves of the movers, each at its own time. */
    void start(List<User> present, SwarmPlan plan) {
        started = true;
        waiting.clear();
        users.addAll(present);
        if (users.isEmpty()) {
            return;
        }
        // Users that failed to connect have no interval.
        beatHearts(users.stream().mapToInt(User::heartbeatMs).max().orElse(0));
        if (plan.crowd().hasViewports() && plan.crowd().panHz() > 0) {
            panning = true;
            every(1_000 / plan.crowd().panHz(), () -> {
                if (panning) {
                    users.get(nextWindow++ % users.size()).showNext();
                }
            });
        }
        if (plan.hz() > 0) {
            users.stream().filter(user -> user.index < plan.movers()).forEach(movers::add);
            // Users of one board move at unrelated times, the same in every run.
            Collections.shuffle(movers, new Random(movers.size()));
            times = new MoveTimes(plan.spacing(), movers.size(), plan.hz());
            startedNanos = System.nanoTime();
            done = 0;
            moveDue();
        }
    }

    private void beatHearts(int everyMs) {
        if (everyMs > 0) {
            every(everyMs, () -> users.get(nextHeart++ % users.size()).heartbeat());
        }
    }

    /** Runs a task as often within this time as there are users, spread over it. */
    private void every(double ms, Runnable task) {
        int perRound = (int) (users.size() / ms) + 1;
        long roundNanos = (long) (ms * 1e6 * perRound / users.size());
        loop.scheduleAtFixedRate(
                () -> {
                    for (int i = 0; i < perRound; i++) {
                        task.run();
                    }
                },
                roundNanos,
                roundNanos,
                TimeUnit.NANOSECONDS);
    }

    /** @param filtered whether the service sends by window from now on */
    void forget(boolean filtered) {
        tally.forget();
        observers.forget();
        tally.filtered = filtered;
        observers.filtered = filtered;
    }

    void replace(User before, User after) {
        users.replaceAll(user -> user == before ? after : user);
        movers.replaceAll(user -> user == before ? after : user);
    }

    void stop() {
        movers.clear();
        panning = false;
        tally.filtered = false;
        observers.filtered = false;
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
