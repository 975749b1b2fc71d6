package presence.activity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what this node's boards counted, at the ends of periods that are the same for all nodes, and adds it to the
 * store. What the store does not take is kept and repeated. Thread-safe.
 */
public final class ActivityRecorder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ActivityRecorder.class);
    private static final long RETRY_MS = 2_000;
    private static final long CLOSE_MS = 2_000;
    /** Nodes write at different times, up to this part of a period later. */
    private static final int SPREAD = 12;

    private final ActivityStore store;
    private final ActivityMetrics metrics;
    private final long periodMs;
    private final int most;
    private final LongSupplier wallClock;
    private final ScheduledExecutorService timer;
    private final Set<ActivityLink> links = ConcurrentHashMap.newKeySet();

    /** All guarded by this. */
    private final TreeMap<Long, HourTally> pending = new TreeMap<>();

    private final Deque<Batch> sending = new ArrayDeque<>();
    private long number;
    private long lastPeriod = Long.MIN_VALUE;
    private boolean failed;
    private @Nullable CompletableFuture<Void> drained;

    /**
     * @param periodMs how often boards are counted and written
     * @param most boards of an hour that are kept until they are written
     * @param wallClock milliseconds since 1970
     */
    public ActivityRecorder(
            ActivityStore store, ActivityMetrics metrics, long periodMs, int most, LongSupplier wallClock) {
        this(store, metrics, periodMs, most, wallClock, Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "presence-activity");
            thread.setDaemon(true);
            return thread;
        }));
    }

    ActivityRecorder(
            ActivityStore store,
            ActivityMetrics metrics,
            long periodMs,
            int most,
            LongSupplier wallClock,
            ScheduledExecutorService timer) {
        this.store = store;
        this.metrics = metrics;
        this.periodMs = periodMs;
        this.most = most;
        this.wallClock = wallClock;
        this.timer = timer;
    }

    /** Begins to collect. */
    public void begin() {
        long now = wallClock.getAsLong();
        later(this::onPeriodOver, periodMs - Math.floorMod(now, periodMs));
    }

    private void later(Runnable task, long ms) {
        try {
            timer.schedule(() -> guarded(task), ms, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The node is stopping.
            return;
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.warn("recording activity failed, going on", e);
        }
    }

    /** The number of boards' hours that are not written yet. */
    public synchronized int waiting() {
        return pending.values().stream().mapToInt(HourTally::boards).sum()
                + sending.stream().mapToInt(batch -> batch.boards().size()).sum();
    }

    void opened(ActivityLink link) {
        links.add(link);
    }

    /** Takes what a board counted that is closed. */
    void closed(ActivityLink link) {
        links.remove(link);
        add(Batch.hourOf(wallClock.getAsLong()), link, true);
    }

    private void onPeriodOver() {
        begin();
        collect();
        later(this::send, ThreadLocalRandom.current().nextLong(periodMs / SPREAD + 1));
    }

    /** Takes what all boards counted in the period that ends now. */
    void collect() {
        // Half a period back: the timer may run a little early or late.
        long period = Math.floorDiv(wallClock.getAsLong() - periodMs / 2, periodMs) * periodMs;
        long hour = Batch.hourOf(period);
        boolean isNewHour;
        boolean isNewPeriod;
        synchronized (this) {
            isNewPeriod = period > lastPeriod;
            isNewHour = isNewPeriod && (lastPeriod == Long.MIN_VALUE || hour != Batch.hourOf(lastPeriod));
            lastPeriod = Math.max(period, lastPeriod);
        }
        int members = 0;
        for (ActivityLink link : links) {
            members += add(hour, link, isNewHour);
        }
        // A late timer, or a clock that was set back, does not add a second sample of the same time.
        if (members > 0 && isNewPeriod) {
            synchronized (this) {
                tally(hour).sample(period, members);
            }
        }
    }

    /** Returns the board's members of this node. */
    private int add(long hour, ActivityLink link, boolean allUsers) {
        ActivityLink.Taken taken = link.take(allUsers);
        if (taken.members() > 0) {
            metrics.boards().record(taken.activity().most());
        }
        if (!taken.activity().equals(Activity.NONE) || !taken.users().isEmpty()) {
            synchronized (this) {
                int dropped = tally(hour).add(link.board().value(), taken.activity(), taken.users());
                metrics.dropped().increment(dropped);
            }
        }
        return taken.members();
    }

    private HourTally tally(long hour) {
        return pending.computeIfAbsent(hour, key -> new HourTally(key, most));
    }

    /** Writes what was collected, the oldest hour first, one batch after the other. */
    synchronized void send() {
        if (!sending.isEmpty()) {
            return;
        }
        Map.Entry<Long, HourTally> oldest = pending.pollFirstEntry();
        if (oldest == null) {
            CompletableFuture<Void> waited = drained;
            if (waited != null) {
                waited.complete(null);
            }
            return;
        }
        sending.addAll(oldest.getValue().batches());
        number++;
        sendFirst();
    }

    private synchronized void sendFirst() {
        Batch batch = sending.peek();
        if (batch != null) {
            store.add(number, batch).whenComplete(this::onAnswer);
        }
    }

    private synchronized void onAnswer(@Nullable Integer dropped, @Nullable Throwable failure) {
        if (failure != null) {
            metrics.failures().increment();
            if (!failed) {
                log.warn("writing activity failed, retrying reason={}", failure.toString());
            }
            failed = true;
            later(this::sendFirst, RETRY_MS);
            return;
        }
        failed = false;
        metrics.dropped().increment(dropped == null ? 0 : dropped);
        sending.remove();
        if (sending.isEmpty()) {
            send();
        } else {
            number++;
            sendFirst();
        }
    }

    /** Writes what was collected so far, if the store takes it, and stops. */
    @Override
    public void close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        long hour = Batch.hourOf(wallClock.getAsLong());
        // Without a sample: the members may be on other nodes by the end of the period.
        links.forEach(link -> add(hour, link, true));
        synchronized (this) {
            drained = done;
        }
        send();
        try {
            done.get(CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("activity of the last {} ms or longer was not written", periodMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
    }
}
