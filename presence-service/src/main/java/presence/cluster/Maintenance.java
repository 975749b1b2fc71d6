package presence.cluster;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.cluster.node.FailureDetector;
import presence.cluster.node.Heartbeat;
import presence.cluster.node.SubscriptionWatchdog;
import presence.cluster.pubsub.CursorPublisher;
import presence.cluster.pubsub.RedisSubscriber;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.ThrottledLog;
import presence.cluster.segment.SegmentReaper;
import presence.cluster.user.BanStore;
import presence.cluster.user.RedisDirectory;
import presence.cluster.user.RedisModeration;

/** Runs the periodic tasks of a node's Redis connections on threads of its own. Thread-safe. */
final class Maintenance implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

    /** Longest wait for Redis when all connections are made anew. */
    private static final Duration CONNECT = Duration.ofSeconds(20);
    /** Longest wait for Redis at an attempt to write on a new connection. */
    static final Duration ATTEMPT = Duration.ofSeconds(8);

    private static final Duration RECONCILE = Duration.ofSeconds(5);
    /**
     * How often dropped cursors are sent again; a cursor connection without an answer for 20 such intervals is dropped.
     */
    private static final Duration CURSOR_CHECK = Duration.ofMillis(250);
    /** Delay that gathers the connections to several servers, which are made shortly after each other. */
    private static final Duration RENEW = Duration.ofMillis(200);

    /** Longest idle time of a connection: a third of the shortest idle timeout that is usual on the way to Redis. */
    private static final long IDLE_MS = 20_000;

    private static final int IDLE_HEARTBEATS = 10;

    private final RedisConnections redis;
    private final RedisSubscriber subscriber;
    private final Duration heartbeat;
    private final ThrottledLog failures;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private final ScheduledExecutorService executor;

    /** @param executor shut down by {@link #close} */
    Maintenance(
            RedisConnections redis,
            RedisSubscriber subscriber,
            Duration heartbeat,
            ScheduledExecutorService executor,
            ThrottledLog failures) {
        this.redis = redis;
        this.subscriber = subscriber;
        this.heartbeat = heartbeat;
        this.executor = executor;
        this.failures = failures;
    }

    /** Makes two threads, so that a hanging connection attempt does not delay heartbeats. */
    static ScheduledExecutorService newThreads() {
        return Executors.newScheduledThreadPool(2, task -> {
            Thread thread = new Thread(task, "presence-redis-maintenance");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The threads for work that must not run on Lettuce's event loops. */
    ScheduledExecutorService executor() {
        return executor;
    }

    /** Schedules all periodic tasks. */
    void start(
            Heartbeat beats,
            FailureDetector detector,
            SubscriptionWatchdog watchdog,
            CursorPublisher cursors,
            RedisDirectory directory,
            RedisModeration moderation,
            SegmentReaper reaper) {
        executor.scheduleAtFixedRate(guarded(beats::beat), 0, heartbeat.toMillis(), TimeUnit.MILLISECONDS);
        repeat(
                () -> {
                    if (detector.sweep()) {
                        watchdog.check();
                    }
                },
                heartbeat.toMillis() / 2);
        executor.scheduleAtFixedRate(
                guarded(directory::touch), heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS);
        repeat(() -> checkCursors(cursors), CURSOR_CHECK.toMillis());
        repeat(moderation::sync, BanStore.READ_EVERY_MS);
        repeat(reaper::retry, RECONCILE.toMillis());
        repeat(this::keepConnected, RECONCILE.toMillis());
        repeat(redis::keepAlive, Math.min(IDLE_MS, IDLE_HEARTBEATS * heartbeat.toMillis()));
    }

    /** Catches and logs a task's exceptions: the executor never runs a scheduled task again once it has thrown. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.warn("maintenance task failed", e);
            }
        };
    }

    /** Runs a task once. Any thread. */
    void later(Runnable task, Duration delay) {
        try {
            executor.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The node is stopping.
            return;
        }
    }

    /** Runs a task once, as soon as a thread is free; not while the node stops. Any thread. */
    void soon(Runnable task) {
        later(task, Duration.ZERO);
    }

    private void repeat(Runnable task, long everyMs) {
        executor.scheduleWithFixedDelay(guarded(task), everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    private void checkCursors(CursorPublisher cursors) {
        if (!cursors.check()) {
            log.warn("cursor connection does not answer; reconnecting it redis={}", redis.address());
            redis.dropCursors();
            keepConnected();
        }
    }

    /** Connects again, without waiting for the next interval, what was dropped. Any thread. */
    void keepConnectedNow() {
        soon(this::keepConnected);
    }

    private void keepConnected() {
        try {
            redis.connect(CONNECT, subscriber::newListener);
            subscriber.reconcile();
        } catch (RedisUnavailableException e) {
            failures.warn("redis is still unavailable", String.valueOf(e.getMessage()));
        }
    }

    /** Subscribes to all shard channels again, once for all connections made within {@link #RENEW}. Any thread. */
    void renewShards() {
        if (renewing.compareAndSet(false, true)) {
            executor.schedule(
                    guarded(() -> {
                        renewing.set(false);
                        subscriber.renewShards();
                    }),
                    RENEW.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
