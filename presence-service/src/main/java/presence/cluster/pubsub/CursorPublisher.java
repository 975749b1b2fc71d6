package presence.cluster.pubsub;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import presence.cluster.envelope.EnvelopeCounters;
import presence.cluster.redis.NodeConnection;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.Publication;
import presence.cluster.redis.RedisConnections;
import presence.metrics.ServiceMetrics;
import presence.proto.Envelope;

/**
 * Publishes cursor envelopes without a queue: all of one event-loop turn are sent in one dispatch, and while Redis is
 * unavailable or slow they are dropped and counted. The next tick carries newer positions; boards whose envelopes were
 * dropped send all positions again when there is room. Any event loop.
 */
public final class CursorPublisher {
    /** Most commands in flight; more would only delay cursors. */
    private static final int MAX_IN_FLIGHT = 2_000;

    /** Commands in flight below which dropped positions are sent again. */
    private static final int CALM = MAX_IN_FLIGHT / 2;

    /** Checks without a reply to commands in flight after which the connection is replaced. */
    private static final int MAX_SILENT_CHECKS = 20;

    private final RedisConnections redis;
    private final PubSubMode pubSub;
    private final ServiceMetrics metrics;
    private final EnvelopeCounters counters;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong answered = new AtomicLong();
    /** Only read and written by {@link #check}. */
    private long answeredBefore;

    private int silentChecks;
    /** How to send all positions of a board again, for each that had an envelope dropped. */
    private final Set<Runnable> owed = ConcurrentHashMap.newKeySet();

    private final FastThreadLocal<List<Publication>> turn = new FastThreadLocal<>() {
        @Override
        protected List<Publication> initialValue() {
            return new ArrayList<>();
        }
    };

    /** @param pubSub pub/sub mode of board channels */
    public CursorPublisher(RedisConnections redis, PubSubMode pubSub, ServiceMetrics metrics) {
        this.redis = redis;
        this.pubSub = pubSub;
        this.metrics = metrics;
        this.counters = new EnvelopeCounters(metrics);
    }

    /**
     * Publishes at the end of this turn of {@code loop}, which is the caller's.
     *
     * @param sendAgain sends all positions of the board; always the same object. Called, on a thread that must not be
     *     blocked, when there is room again after this envelope was dropped
     * @param onReceivers takes the number of receivers that Redis answers; on a thread that must not be blocked
     */
    public void publish(EventLoop loop, String channel, byte[] envelope, Runnable sendAgain, LongConsumer onReceivers) {
        if (redis.cursorsOrNull() == null || inFlight.get() >= MAX_IN_FLIGHT) {
            onDropped(sendAgain);
            return;
        }
        inFlight.incrementAndGet();
        long sentNanos = System.nanoTime();
        List<Publication> publications = turn.get();
        if (publications.isEmpty()) {
            loop.execute(this::dispatch);
        }
        Publication publication = new Publication(pubSub, channel, envelope);
        publication.whenComplete((receivers, failure) -> {
            inFlight.decrementAndGet();
            if (failure == null) {
                answered.incrementAndGet();
                counters.published(Envelope.EventCase.CURSORS);
                metrics.publishTime.record(System.nanoTime() - sentNanos, TimeUnit.NANOSECONDS);
                onReceivers.accept(receivers);
            } else {
                onDropped(sendAgain);
            }
        });
        publications.add(publication);
    }

    private void onDropped(Runnable sendAgain) {
        metrics.cursorsDropped.increment();
        owed.add(sendAgain);
    }

    /**
     * Has boards with dropped envelopes send all positions again. Called periodically, by one thread at a time.
     *
     * @return false if replies stopped though the connection looks alive: then it is to be dropped, because its
     *     commands have no timeout
     */
    public boolean check() {
        long now = answered.get();
        boolean silent = inFlight.get() > 0 && now == answeredBefore;
        answeredBefore = now;
        silentChecks = silent ? silentChecks + 1 : 0;
        if (!owed.isEmpty() && redis.cursorsOrNull() != null && inFlight.get() < CALM) {
            for (Runnable sendAgain : owed) {
                owed.remove(sendAgain);
                sendAgain.run();
            }
        }
        boolean alive = silentChecks < MAX_SILENT_CHECKS;
        if (!alive) {
            silentChecks = 0;
        }
        return alive;
    }

    private void dispatch() {
        List<Publication> publications = new ArrayList<>(turn.get());
        turn.get().clear();
        NodeConnection.Commands connection = redis.cursorsOrNull();
        if (connection == null) {
            publications.forEach(Publication::cancel);
        } else {
            connection.dispatch(publications);
        }
    }
}
