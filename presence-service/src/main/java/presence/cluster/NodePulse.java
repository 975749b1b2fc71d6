package presence.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Envelope;
import presence.proto.NodeDead;
import presence.roster.NodeLiveness;

/**
 * Keeps this node alive in the eyes of the others, and watches them: heartbeats and lease, the deaths of
 * others, and whether this node itself is still heard. Everything runs on one housekeeping thread but for
 * the callbacks from Redis, which only take the lock for a moment.
 */
final class NodePulse {
    private static final Logger log = LoggerFactory.getLogger(NodePulse.class);

    /** What follows from what the pulse finds. */
    interface Consequences {
        /** An owner is dead: its members leave. */
        void onDead(Origin owner);

        /** This node was declared dead, or must assume it: it goes on under another incarnation. */
        void onSelfDead();

        /** Redis lost what it had: write everything again. */
        void onRedisEmpty();

        /** Own heartbeats no longer come back: only what is local is known. */
        void onDeaf();

        /** They come back: read everything again. */
        void onHearingAgain();

        /** Publishing works and nothing comes back: the subscription is dead though its socket lives. */
        void onSubscriberDead();

        /** Nothing works though connections look alive. */
        void onConnectionsDead();

        /** A node or incarnation not heard of before. */
        void onNewNode(Origin node);
    }

    /** Heartbeats without echo after which nobody else's silence is judged. */
    private static final int MISSED_ECHOES = 3;

    private static final int FAILED_BEATS = 3;

    private final RedisBus bus;
    private final LeaseStore leases;
    private final Consequences consequences;
    private final Duration heartbeat;
    private final long leaseMs;
    private final ServiceMetrics metrics;
    private final LongSupplier clock;
    /** Guarded by itself. */
    private final NodeLiveness liveness;

    private volatile long renewedMs;
    private volatile boolean everRenewed;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile long publishedMs;
    private volatile long beatMs;
    private volatile int failedBeats;
    private volatile boolean deaf;
    private long sweptMs;
    private long subscriberRenewedMs;

    NodePulse(
            RedisBus bus,
            LeaseStore leases,
            Consequences consequences,
            Duration heartbeat,
            Duration lease,
            ServiceMetrics metrics,
            LongSupplier clock) {
        this.bus = bus;
        this.leases = leases;
        this.consequences = consequences;
        this.heartbeat = heartbeat;
        this.leaseMs = lease.toMillis();
        this.metrics = metrics;
        this.clock = clock;
        long now = clock.getAsLong();
        this.liveness = new NodeLiveness(leaseMs, MISSED_ECHOES * heartbeat.toMillis(), now);
        this.renewedMs = now;
        this.sweptMs = now;
        this.publishedMs = now;
    }

    void start(ScheduledExecutorService housekeeping) {
        housekeeping.scheduleAtFixedRate(guarded(this::beat), 0, heartbeat.toMillis(), TimeUnit.MILLISECONDS);
        long sweepMs = heartbeat.toMillis() / 2;
        housekeeping.scheduleWithFixedDelay(guarded(this::sweep), sweepMs, sweepMs, TimeUnit.MILLISECONDS);
    }

    /** A task for housekeeping that goes on when it fails once. */
    static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // A scheduled task that throws is never run again.
                log.warn("cluster housekeeping failed", e);
            }
        };
    }

    /** Says "alive" on the global channel and renews the lease. */
    void beat() {
        Origin self = bus.self();
        long now = clock.getAsLong();
        beatMs = now;
        bus.publishGlobally(bus.envelope().setHeartbeat(bus.load().setSentMs(System.currentTimeMillis())))
                .whenComplete((receivers, failure) -> {
                    if (failure == null) {
                        publishedMs = clock.getAsLong();
                        failedBeats = 0;
                    } else {
                        failedBeats++;
                    }
                });
        if (!renewing.compareAndSet(false, true)) {
            // One at a time: two answers that cross would look like a lease that was lost.
            return;
        }
        leases.renew(self).whenComplete((wasThere, failure) -> {
            try {
                if (failure == null && self.equals(bus.self())) {
                    onRenewed(wasThere, now);
                }
            } finally {
                renewing.set(false);
            }
        });
    }

    private void onRenewed(boolean wasThere, long sentMs) {
        long sinceRenewal = sentMs - renewedMs;
        boolean first = !everRenewed;
        everRenewed = true;
        renewedMs = Math.max(renewedMs, sentMs);
        if (sinceRenewal > leaseMs && !first) {
            log.warn("lease ran out, going on under a new incarnation silentMs={}", sinceRenewal);
            consequences.onSelfDead();
        } else if (!wasThere && !first) {
            consequences.onRedisEmpty();
        }
    }

    /** One of this node's own messages came back on the global channel. Lettuce's thread. */
    void onEcho() {
        long now = clock.getAsLong();
        synchronized (liveness) {
            liveness.echo(now);
        }
        metrics.heartbeatEcho.record(Math.max(0, now - beatMs), TimeUnit.MILLISECONDS);
    }

    /** Any sign of life of another node. Any thread. */
    void onHeard(Origin node) {
        boolean news;
        synchronized (liveness) {
            news = liveness.heard(node, clock.getAsLong());
        }
        if (news) {
            consequences.onNewNode(node);
        }
    }

    /** A node said goodbye. */
    void onBye(NodeId node) {
        synchronized (liveness) {
            liveness.left(node);
        }
    }

    /** Another node declared this one dead, by the name it has now. */
    void onSelfDeclaredDead(Origin owner) {
        if (owner.equals(bus.self())) {
            log.warn("declared dead by another node, going on under a new incarnation origin={}", owner);
            // The new incarnation has a lease of its own to keep.
            renewedMs = clock.getAsLong();
            consequences.onSelfDead();
        }
    }

    /** Whether this node's lease should have run out by now. */
    boolean isOverdue() {
        return clock.getAsLong() - renewedMs > leaseMs;
    }

    /** For how long another node has been silent, in milliseconds; very long for one that is not among those alive. */
    long silentMs(NodeId node) {
        synchronized (liveness) {
            return liveness.silentMs(node, clock.getAsLong()).orElse(Long.MAX_VALUE);
        }
    }

    /** Whether it is one of the others that count as alive. */
    boolean isAlive(Origin owner) {
        synchronized (liveness) {
            return liveness.isAlive(owner);
        }
    }

    /** Whether own heartbeats stopped coming back: what others write is not followed until they do. */
    boolean isDeaf() {
        return deaf;
    }

    boolean isDead(Origin owner) {
        synchronized (liveness) {
            return liveness.isDead(owner);
        }
    }

    boolean accepts(Origin owner, OptionalLong lease) {
        synchronized (liveness) {
            return liveness.accepts(owner, lease);
        }
    }

    /** The other nodes alive. */
    List<Origin> alive() {
        synchronized (liveness) {
            return liveness.alive();
        }
    }

    private void sweep() {
        long now = clock.getAsLong();
        boolean late = now - sweptMs > 2 * heartbeat.toMillis();
        sweptMs = now;
        if (late) {
            // This process was held up: what looks like silence may wait unread. Hear first, judge next time.
            return;
        }
        List<Origin> suspects;
        long sinceEcho;
        synchronized (liveness) {
            suspects = new ArrayList<>(liveness.suspects(now));
            sinceEcho = liveness.sinceEchoMs(now);
        }
        suspects.forEach(this::verifyDeath);
        watchSelf(now, sinceEcho);
    }

    /** Silent and without a lease is dead; silent with a lease is not, yet. */
    private void verifyDeath(Origin suspect) {
        leases.readOfSilent(suspect.node()).whenComplete((inc, failure) -> {
            if (failure == null && (inc == null || inc != suspect.inc())) {
                log.warn("node is dead origin={} lease={}", suspect, inc);
                bury(suspect);
                bus.publishGlobally(bus.envelope().setDead(NodeDead.newBuilder().setOrigin(suspect.toString())));
            }
        });
    }

    /** An origin is dead: it stays so. */
    void bury(Origin owner) {
        synchronized (liveness) {
            if (liveness.isDead(owner)) {
                return;
            }
            liveness.declareDead(owner);
        }
        metrics.nodeDeaths.increment();
        consequences.onDead(owner);
    }

    private void watchSelf(long now, long sinceEcho) {
        boolean silent = sinceEcho > leaseMs;
        if (silent && !deaf) {
            deaf = true;
            log.warn("own heartbeats do not come back, showing local members only silentMs={}", sinceEcho);
            consequences.onDeaf();
        } else if (!silent && deaf) {
            deaf = false;
            log.info("own heartbeats come back");
            consequences.onHearingAgain();
        }
        // Early enough for a new subscription to be heard on before this node counts as deaf.
        long watchdogMs = heartbeat.toMillis() * 5 / 2;
        if (failedBeats >= FAILED_BEATS) {
            failedBeats = 0;
            consequences.onConnectionsDead();
        } else if (sinceEcho > watchdogMs
                && now - publishedMs < 2 * heartbeat.toMillis()
                && now - subscriberRenewedMs > watchdogMs) {
            subscriberRenewedMs = now;
            consequences.onSubscriberDead();
        }
    }

    /** Whether an envelope of this kind is worth noting as a sign of life: rare ones, not every tick. */
    static boolean isSignOfLife(Envelope envelope) {
        return !envelope.hasCursors();
    }
}
