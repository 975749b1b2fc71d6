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

/** What a node does for its connections to Redis from time to time, on threads of its own. Thread-safe. */
final class Maintenance implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

    /** How long a start, and each attempt after it, may wait for Redis. */
    static final Duration START = Duration.ofSeconds(8);

    private static final Duration RECONCILE = Duration.ofSeconds(5);
    /** How often cursors that were dropped are made good; a connection without an answer for 20 of it is given up. */
    private static final Duration LOOK = Duration.ofMillis(250);
    /** Connections to several servers come about one shortly after the other. */
    private static final Duration RENEW = Duration.ofMillis(200);

    /** How long a connection may be idle, by a third of the shortest timeout that is usual between here and Redis. */
    private static final long QUIET_MS = 20_000;

    private static final int QUIET_HEARTBEATS = 10;

    private final RedisConnections redis;
    private final RedisSubscriber subscriber;
    private final Duration heartbeat;
    private final ThrottledLog failures;
    private final AtomicBoolean renewing = new AtomicBoolean();
    // Two, so that a connection attempt that hangs holds up no heartbeat.
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "presence-redis-maintenance");
        thread.setDaemon(true);
        return thread;
    });

    Maintenance(RedisConnections redis, RedisSubscriber subscriber, Duration heartbeat, ThrottledLog failures) {
        this.redis = redis;
        this.subscriber = subscriber;
        this.heartbeat = heartbeat;
        this.failures = failures;
    }

    /** For what must not be done on a thread of Lettuce's. */
    ScheduledExecutorService executor() {
        return executor;
    }

    /** From now on. */
    void start(
            Heartbeat beats,
            FailureDetector detector,
            SubscriptionWatchdog watchdog,
            CursorPublisher cursors,
            RedisDirectory directory,
            RedisModeration moderation,
            SegmentReaper reaper) {
        executor.scheduleAtFixedRate(guarded(beats::beat), 0, heartbeat.toMillis(), TimeUnit.MILLISECONDS);
        again(
                () -> {
                    if (detector.sweep()) {
                        watchdog.check();
                    }
                },
                heartbeat.toMillis() / 2);
        executor.scheduleAtFixedRate(
                guarded(directory::touch), heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS);
        again(() -> lookAtCursors(cursors), LOOK.toMillis());
        again(moderation::sync, BanStore.READ_EVERY_MS);
        again(reaper::retry, RECONCILE.toMillis());
        again(this::keepConnected, RECONCILE.toMillis());
        again(redis::keepAlive, Math.min(QUIET_MS, QUIET_HEARTBEATS * heartbeat.toMillis()));
    }

    /** A task that goes on when it fails once: a scheduled task that throws is never run again. */
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
            // The node stops.
            return;
        }
    }

    private void again(Runnable task, long everyMs) {
        executor.scheduleWithFixedDelay(guarded(task), everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    private void lookAtCursors(CursorPublisher cursors) {
        if (!cursors.look()) {
            log.warn("cursor connection does not answer, making it anew");
            redis.dropCursors();
            keepConnected();
        }
    }

    /** Makes the connections that were given up, as soon as may be. Any thread. */
    void keepConnectedNow() {
        executor.execute(guarded(this::keepConnected));
    }

    private void keepConnected() {
        try {
            redis.connect(START, subscriber::newListener);
            subscriber.reconcile();
        } catch (RedisUnavailableException e) {
            failures.warn("redis is still away", String.valueOf(e.getMessage()));
        }
    }

    /** Subscribes to all shard channels again, once for all connections that come about within a moment. Any thread. */
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
