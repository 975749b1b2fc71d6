package presence.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * All counters and gauges of the service. Names follow Micrometer's conventions; no label has a value that a client
 * chooses. Thread-safe.
 */
public final class ServiceMetrics {
    /** Buckets of a cursor's age, in milliseconds: one tick is 33. */
    private static final long[] AGES = {1, 5, 10, 20, 35, 50, 75, 100, 200, 500, 1_000};

    private static final long[] LATENESS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000};
    private static final long[] TRIPS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000};

    private final MeterRegistry registry;

    public final AtomicInteger connections;
    public final AtomicInteger boards;
    public final AtomicInteger localMembers;
    public final AtomicLong bufferedBytes = new AtomicLong();

    public final Counter joins;
    public final Counter leaves;
    public final Counter joinsUncounted;
    public final Counter kicks;
    public final EnumCounters<Resume> resumes;
    public final Counter gracesBegun;
    public final Counter gracesExpired;
    public final Counter handshakeTimeouts;
    public final Counter bytesIn;
    public final Counter bytesOut;
    public final Counter cursorFramesSkipped;
    public final Counter signalsDropped;
    public final Counter reactions;
    public final Counter reactionsDropped;
    public final Counter reactionSumsDropped;
    public final EnumCounters<LockResult> lockRequests;
    public final Counter changesDeferred;
    public final Counter allocationFailures;
    public final Counter ticks;
    public final Counter ticksSlowed;
    public final Counter observerTicks;
    public final Counter positionsTicked;
    public final AtomicInteger viewportWindows;
    public final Counter viewportFrames;
    public final Counter positionsFiltered;
    public final AtomicInteger pagedRosters;
    public final Counter rosterPages;
    public final Counter membersTold;
    public final Timer cursorAge;
    public final Timer tickLateness;
    public final Timer loopLag;
    public final DistributionSummary fanout;

    public final Counter publishFailures;
    public final Counter writesDeferred;
    public final Counter echoesDropped;
    public final Counter envelopesMalformed;
    public final Counter recordsMalformed;
    public final Counter envelopesUnknown;
    public final Counter envelopesUnbacked;
    public final Counter cursorsDropped;
    public final Counter cursorsUnheard;
    public final Counter resyncs;
    public final Counter redisReconnects;
    public final Counter nodeDeaths;
    public final Counter incarnations;
    public final Timer heartbeatEcho;
    public final Timer publishTime;

    public final Counter watchReads;
    public final Counter watchFailures;

    public final Counter audits;
    public final Counter auditGhosts;
    public final Counter auditMissing;
    public final Counter auditRepaired;

    public ServiceMetrics(MeterRegistry registry) {
        this.registry = registry;
        connections = gauge("presence.connections", "open WebSocket connections");
        boards = gauge("presence.boards", "boards with a local member or lingering");
        localMembers = gauge("presence.members.local", "members of this node, including those in their grace period");

        Gauge.builder("presence.buffered", bufferedBytes, AtomicLong::get)
                .description("held for unfinished messages and for slow readers")
                .baseUnit("bytes")
                .register(registry);

        joins = counter("presence.joins", "members and observers that entered a board here");
        leaves = counter("presence.leaves", "members and observers that left a board here");
        joinsUncounted = counter(
                "presence.joins.uncounted", "joins not counted against a user's limit because Redis did not answer");
        kicks = counter("presence.kicks", "requests to this node to remove a member or a user");
        resumes = counterPer(Resume.class, "presence.resumes", "kind", "members that got a new connection");
        gracesBegun = counter("presence.graces.begun", "members whose connection was lost");
        gracesExpired = counter("presence.graces.expired", "members whose grace period ended without a resume");
        handshakeTimeouts = counter(
                "presence.handshake.timeouts",
                "connections closed because the WebSocket handshake was not complete in time");
        bytesIn = bytes("presence.in", "received from clients, including WebSocket headers, excluding TLS");
        bytesOut = bytes("presence.out", "sent to clients, including WebSocket headers, excluding TLS");
        cursorFramesSkipped =
                counter("presence.cursor.frames.skipped", "cursor frames not sent because the reader was slow");
        signalsDropped = counter("presence.signals.dropped", "signals not sent because the reader was behind");
        reactions = counter("presence.reactions", "reactions of clients of this node");
        reactionsDropped = counter(
                "presence.reactions.dropped",
                "reactions left out of the sums because a board had too many types of them within half a second");
        lockRequests = counterPer(
                LockResult.class, "presence.lock.requests", "result", "requests for locks, by what became of them");
        reactionSumsDropped =
                counter("presence.reaction.sums.dropped", "sums of reactions not sent because the reader was behind");
        changesDeferred = counter(
                "presence.changes.deferred",
                "roster ticks that deferred changes to the next because they were too large");
        allocationFailures =
                counter("presence.allocation.failures", "frames that could not be allocated; they are retried later");
        ticks = counter("presence.ticks", "cursor frames encoded, one per board and tick");
        ticksSlowed =
                counter("presence.ticks.slowed", "ticks of boards that tick slower because an event loop is busy");
        observerTicks = counter(
                "presence.observer.ticks",
                "cursor frames encoded for observers, where they get fewer than members; one per board, whose ticks it"
                        + " puts together");
        positionsTicked = counter("presence.positions.ticked", "positions in encoded cursor frames");
        viewportWindows = gauge(
                "presence.viewport.windows",
                "distinct windows of boards that clients have told to show, over all boards");
        viewportFrames = counter(
                "presence.viewport.frames",
                "cursor frames encoded for a window; clients with equal windows share them");
        positionsFiltered = counter(
                "presence.positions.filtered", "positions not sent to a client because they are outside its window");
        pagedRosters = gauge(
                "presence.rosters.paged", "rosters of clients that get them in parts (roster_limit), over all boards");
        rosterPages = counter("presence.roster.pages", "parts of rosters sent because a client asked for them");
        membersTold = counter(
                "presence.members.told",
                "members that clients with a roster in parts were told later: asked for, about to be named, or in the"
                        + " place of one that left");
        cursorAge = timer("presence.cursor.age", "from a position's arrival in the cluster to its encoding here", AGES);
        tickLateness = timer("presence.tick.lateness", "delay of ticks behind their due time", LATENESS);
        loopLag = timer("presence.eventloop.lag", "delay of an event loop's timer behind its due time", LATENESS);
        fanout = DistributionSummary.builder("presence.fanout")
                .description("clients to which one event loop sends a frame at once")
                .serviceLevelObjectives(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000)
                .register(registry);

        publishFailures = counter("presence.publish.failures", "envelopes that Redis did not accept");
        writesDeferred = counter("presence.writes.deferred", "segment writes delayed by the limit on a board's writes");
        echoesDropped = counter("presence.echoes.dropped", "own envelopes received back and dropped");
        envelopesMalformed = counter(
                "presence.envelopes.malformed", "messages on the service's channels that are not a valid envelope");
        recordsMalformed = counter("presence.records.malformed", "invalid entries of segments in Redis, skipped");
        envelopesUnknown = counter("presence.envelopes.unknown", "envelopes of a kind this release does not know");
        envelopesUnbacked = counter(
                "presence.envelopes.unbacked", "envelopes ignored because no lease in Redis confirms their origin");
        cursorsDropped = counter(
                "presence.cursors.dropped", "cursor envelopes not published because Redis was unreachable or slow");
        cursorsUnheard = counter(
                "presence.cursors.unheard", "cursor envelopes not published because no other connection receives them");
        resyncs = counter("presence.resyncs", "segments read again after a gap or a reconnect");
        nodeDeaths = counter("presence.node.deaths", "other nodes found or declared dead");
        incarnations = counter("presence.node.incarnations", "times this node started a new incarnation");
        heartbeatEcho = timer("presence.heartbeat.echo", "round trip of own heartbeats through Redis", TRIPS);
        publishTime = timer("presence.publish", "time from a PUBLISH to the answer of Redis", TRIPS);
        watchReads = counter("presence.watch.reads", "watched boards read from Redis");
        watchFailures = counter("presence.watch.failures", "reads of watched boards that failed");
        audits = counter("presence.audits", "audits of connections, boards and Redis");
        auditGhosts = counter("presence.audit.ghosts", "members, seats and users found that should not have existed");
        auditMissing = counter("presence.audit.missing", "members, seats and users found missing or outdated");
        auditRepaired = counter(
                "presence.audit.repaired", "inconsistencies repaired by an audit; one may stand for many ghosts");
        redisReconnects = counter("presence.redis.reconnects", "connections to Redis established again");
    }

    /** A counter for each constant of an enum, labelled with its name in lower case. */
    public <E extends Enum<E>> EnumCounters<E> counterPer(Class<E> type, String name, String label, String meaning) {
        return new EnumCounters<>(registry, type, name, label, meaning);
    }

    /** Registers a gauge that reads {@code source} on every scrape; {@code source} must stay reachable. */
    public <T> void watch(String name, String meaning, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(meaning).register(registry);
    }

    /** A counter that starts at zero. */
    public Counter counter(String name, String meaning) {
        return Counter.builder(name).description(meaning).register(registry);
    }

    /** @param bounds of its buckets */
    public DistributionSummary distribution(String name, String unit, String meaning, double... bounds) {
        return DistributionSummary.builder(name)
                .description(meaning)
                .baseUnit(unit)
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    private Counter bytes(String name, String meaning) {
        return Counter.builder(name).description(meaning).baseUnit("bytes").register(registry);
    }

    /** @param boundsMs bounds of its buckets */
    private Timer timer(String name, String meaning, long... boundsMs) {
        return Timer.builder(name)
                .description(meaning)
                .serviceLevelObjectives(
                        LongStream.of(boundsMs).mapToObj(Duration::ofMillis).toArray(Duration[]::new))
                .register(registry);
    }

    private AtomicInteger gauge(String name, String meaning) {
        AtomicInteger value = new AtomicInteger();
        Gauge.builder(name, value, AtomicInteger::get).description(meaning).register(registry);
        return value;
    }
}
