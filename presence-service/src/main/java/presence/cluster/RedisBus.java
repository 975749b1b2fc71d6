package presence.cluster;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.board.BoardFeed;
import presence.board.BoardLink;
import presence.board.ClusterBus;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.Member;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Envelope;
import presence.proto.NodeBye;

/** The cluster over Redis: what the lines of all boards share. Thread-safe. */
public final class RedisBus implements ClusterBus {
    private static final Logger log = LoggerFactory.getLogger(RedisBus.class);
    private static final Duration RECONCILE = Duration.ofSeconds(5);
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    /** How long a start may wait for Redis. */
    private static final Duration START = Duration.ofSeconds(8);

    private final Origin self;
    private final ServiceConfig.Redis config;
    private final RedisNames names;
    private final EnvelopeCodec codec;
    private final ServiceMetrics metrics;
    private final RedisConnections redis;
    private final SegmentStore store;
    private final RedisSubscriber subscriber;
    private final CursorPublisher cursors;
    private final QuietLog failures = new QuietLog(log);
    private final AtomicLong seq = new AtomicLong();
    private final Set<RedisLink> links = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService housekeeping = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "presence-redis-housekeeping");
        thread.setDaemon(true);
        return thread;
    });

    /** @throws IllegalArgumentException if the URL cannot be read */
    public RedisBus(NodeId node, ServiceConfig.Redis config, ServiceMetrics metrics) {
        this.self = new Origin(node, 0);
        this.config = config;
        this.metrics = metrics;
        names = new RedisNames(config.prefix());
        codec = new EnvelopeCodec(node, config.jsonEnvelopes());
        redis = new RedisConnections(config, metrics);
        store = new SegmentStore(redis, names, codec, config.segmentTtl().toSeconds());
        subscriber = new RedisSubscriber(redis, codec, metrics);
        cursors = new CursorPublisher(redis, metrics);
    }

    /**
     * Connects. Where Redis is not required, a failure is logged and tried again in the background.
     *
     * @throws RedisUnavailableException if Redis is required and cannot be reached within ten seconds
     */
    public void start() throws RedisUnavailableException {
        redis.onCommandsUp(() -> links.forEach(RedisLink::onCommandsUp));
        subscriber.follow(names.globalChannel(), new GlobalChannel());
        try {
            redis.connect(START, subscriber);
            log.info("redis connected redis={} prefix={}", redis.address(), config.prefix());
        } catch (RedisUnavailableException e) {
            if (config.required()) {
                close();
                throw e;
            }
            log.warn("{}, starting alone and trying on", e.getMessage());
        }
        subscriber.reconcile();
        housekeeping.scheduleWithFixedDelay(
                this::keepHouse, RECONCILE.toMillis(), RECONCILE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void keepHouse() {
        try {
            redis.connect(START, subscriber);
            subscriber.reconcile();
        } catch (RedisUnavailableException e) {
            failures.warn("redis is still away", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.warn("redis housekeeping failed", e);
        }
    }

    @Override
    public NodeId node() {
        return self.node();
    }

    /** Whether commands and subscription both work right now. */
    public boolean isUp() {
        return redis.isUp();
    }

    @Override
    public BoardLink link(BoardId board, EventLoop loop) {
        return new RedisLink(this, board, loop);
    }

    void opened(RedisLink link) {
        links.add(link);
    }

    void closed(RedisLink link) {
        links.remove(link);
    }

    SegmentWriter newWriter(BoardId board, EventLoop loop, Supplier<Collection<Member>> members) {
        long touchMs = config.segmentTtl().toMillis() / 3;
        return new SegmentWriter(
                board,
                loop,
                store,
                codec,
                self,
                seq::incrementAndGet,
                members,
                touchMs,
                redis::areCommandsUp,
                metrics,
                failures);
    }

    SegmentReader newReader(BoardId board, EventLoop loop, BoardFeed feed) {
        return new SegmentReader(board, loop, store, feed, metrics, failures);
    }

    /** Publishes at most once, on the command connection. */
    void publish(String channel, byte[] envelope) {
        redis.commands()
                .thenCompose(commands -> commands.publish(channel, envelope))
                .whenComplete((receivers, failure) -> {
                    if (failure == null) {
                        metrics.envelopesPublished.increment();
                    } else {
                        metrics.publishFailures.increment();
                        warn("publish failed, going on locally", failure);
                    }
                });
    }

    void warn(String event, @Nullable Throwable failure) {
        failures.warn(event, failure == null ? "" : String.valueOf(failure.getMessage()));
    }

    Envelope.Builder envelope() {
        return codec.envelope(self.inc());
    }

    boolean isSelf(Origin owner) {
        return owner.node().equals(self.node());
    }

    RedisNames names() {
        return names;
    }

    EnvelopeCodec codec() {
        return codec;
    }

    SegmentStore store() {
        return store;
    }

    RedisSubscriber subscriber() {
        return subscriber;
    }

    CursorPublisher cursors() {
        return cursors;
    }

    ServiceMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        housekeeping.shutdownNow();
        if (redis.areCommandsUp()) {
            CompletableFuture<?>[] reaped = links.stream()
                    .map(link -> link.retire().toCompletableFuture())
                    .toArray(CompletableFuture<?>[]::new);
            byte[] bye = codec.encode(envelope().setBye(NodeBye.getDefaultInstance()));
            CompletableFuture<?> goodbye = CompletableFuture.allOf(reaped)
                    .thenCompose(all -> redis.commands())
                    .thenCompose(commands -> commands.publish(names.globalChannel(), bye));
            try {
                goodbye.get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                warn("could not say goodbye to the other nodes", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        redis.close();
    }

    private final class GlobalChannel implements RedisSubscriber.Follower {
        @Override
        public void onSubscribed() {
            // Nothing to read: the channel has no state.
        }

        @Override
        public void onEnvelope(Envelope envelope) {
            if (envelope.getEventCase() != Envelope.EventCase.BYE) {
                metrics.envelopesUnknown.increment();
                return;
            }
            try {
                NodeId node = NodeId.parse(envelope.getNode());
                links.forEach(link -> link.onBye(node));
            } catch (IllegalArgumentException e) {
                metrics.envelopesMalformed.increment();
            }
        }
    }
}
