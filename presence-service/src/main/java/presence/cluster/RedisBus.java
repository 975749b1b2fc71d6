package presence.cluster;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.activity.ActivityStore;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.JoinLimit;
import presence.board.spi.ModerationBus;
import presence.cluster.activity.RedisActivityStore;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.EnvelopeCounters;
import presence.cluster.envelope.LocalOrigin;
import presence.cluster.events.EventLimits;
import presence.cluster.events.RedisDeliveryStore;
import presence.cluster.events.RedisEventStore;
import presence.cluster.lock.LockStore;
import presence.cluster.node.FailureDetector;
import presence.cluster.node.GlobalChannel;
import presence.cluster.node.Heartbeat;
import presence.cluster.node.LeaseStore;
import presence.cluster.node.NodeClaims;
import presence.cluster.node.NodeEvents;
import presence.cluster.node.SubscriptionWatchdog;
import presence.cluster.pubsub.BoardTap;
import presence.cluster.pubsub.CursorPublisher;
import presence.cluster.pubsub.EnvelopePublisher;
import presence.cluster.pubsub.OriginGate;
import presence.cluster.pubsub.RedisSubscriber;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.RedisTarget;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.ThrottledLog;
import presence.cluster.redis.WriteHealth;
import presence.cluster.segment.BoardLinks;
import presence.cluster.segment.ObserverStore;
import presence.cluster.segment.PatchReaders;
import presence.cluster.segment.SegmentContext;
import presence.cluster.segment.SegmentReaper;
import presence.cluster.segment.SegmentStore;
import presence.cluster.segment.SummaryStore;
import presence.cluster.user.BanStore;
import presence.cluster.user.RedisDirectory;
import presence.cluster.user.RedisJoinLimit;
import presence.cluster.user.RedisModeration;
import presence.cluster.user.UserStore;
import presence.cluster.user.UserWriter;
import presence.config.ActivityConfig;
import presence.config.EventsConfig;
import presence.config.RedisConfig;
import presence.events.EventMetrics;
import presence.events.EventStore;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.ClusterHealth;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.NodeBye;
import presence.proto.NodeHeartbeat;
import presence.webhook.DeliveryStore;

/** The cluster over Redis: builds its parts, starts and closes them, and connects their events. Thread-safe. */
public final class RedisBus implements ClusterBus {
    private static final Logger log = LoggerFactory.getLogger(RedisBus.class);
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(2);

    private final String label;
    private final RedisConfig config;
    private final RedisKeys keys;
    private final ServiceMetrics metrics;
    private final EnvelopeCounters envelopes;
    private final LocalOrigin self;
    private final RedisConnections redis;
    private final PubSubMode pubSub;
    private final EnvelopePublisher publisher;
    private final WriteHealth writes;
    private final WriteRecovery recovery;
    private final StartupChecks checks;
    private final SegmentReaper reaper;
    private final LeaseStore leases;
    private final OriginGate gate;
    private final NodeClaims claims;
    private final RedisSubscriber subscriber;
    private final CursorPublisher cursors;
    private final Heartbeat heartbeat;
    private final FailureDetector detector;
    private final SubscriptionWatchdog watchdog;
    private final BoardLinks links;
    private final UserStore users;
    private final RedisDirectory directory;
    /** Null unless events are recorded. */
    private volatile @Nullable RedisEventStore events;

    private final RedisModeration moderation;
    private final Maintenance maintenance;
    private final ThrottledLog failures = new ThrottledLog(log);

    /**
     * @param label of this node, for display; may be empty
     * @param clock monotonic milliseconds
     * @param boardLoops epoll event loops that Redis connections may share with boards; null for none
     * @throws IllegalArgumentException if the URL cannot be read
     */
    public RedisBus(
            NodeId node,
            String label,
            RedisConfig config,
            ServiceMetrics metrics,
            LongSupplier clock,
            @Nullable MultiThreadIoEventLoopGroup boardLoops) {
        this(
                node,
                label,
                config,
                metrics,
                clock,
                new RedisConnections(config, metrics, boardLoops),
                Maintenance.newThreads(),
                ThreadLocalRandom::current);
    }

    /**
     * @param redis closed with the bus
     * @param executor runs maintenance and whatever must not block the caller; closed with the bus
     * @param random supplies the random source of the calling thread, for jitter
     */
    public RedisBus(
            NodeId node,
            String label,
            RedisConfig config,
            ServiceMetrics metrics,
            LongSupplier clock,
            RedisConnections redis,
            ScheduledExecutorService executor,
            Supplier<RandomGenerator> random) {
        this.label = label;
        this.config = config;
        this.metrics = metrics;
        self = new LocalOrigin(node);
        envelopes = new EnvelopeCounters(metrics);
        EnvelopeCodec codec = new EnvelopeCodec(node, config.jsonEnvelopes());
        this.redis = redis;
        keys = redis.keys(config.prefix());
        pubSub = config.sharded() ? PubSubMode.SHARDED : PubSubMode.CLASSIC;
        BoardTap tap = new BoardTap(Set.copyOf(config.tapped()), redis, keys);
        publisher = new EnvelopePublisher(redis, pubSub, keys, codec, self, tap, metrics, failures);
        long leaseMs = config.nodeLease().toMillis();
        long segmentTtlMs = config.segmentTtl().toMillis();
        writes = new WriteHealth(
                redis.address(), new WriteHandler(), 2 * config.nodeHeartbeat().toMillis(), metrics, clock);
        leases = new LeaseStore(redis, keys, config.nodeLease(), writes);
        SegmentStore segments = new SegmentStore(
                redis, keys, codec, leases, metrics, config.segmentTtl().toSeconds(), pubSub, tap);
        ObserverStore observers = new ObserverStore(
                redis, keys, leases, metrics, config.segmentTtl().toSeconds(), pubSub, tap);
        LockStore locks = new LockStore(
                redis, keys, codec, self, leases, writes, config.lockStays().toMillis(), pubSub, tap);
        reaper = new SegmentReaper(segments, codec, self, writes, segmentTtlMs, clock);
        gate = new OriginGate(leases::read, this::refusesWrites, this::later, origin -> resync(), metrics);
        subscriber = new RedisSubscriber(redis, codec, pubSub, gate, metrics);
        cursors = new CursorPublisher(redis, pubSub, metrics);
        maintenance = new Maintenance(redis, subscriber, config.nodeHeartbeat(), executor, failures);
        recovery = new WriteRecovery(
                redis, leases, self, writes, maintenance, Maintenance.ATTEMPT, this::beat, clock, random);
        checks = new StartupChecks(
                redis, leases, self, writes, config.commandTimeout().toMillis(), failures);

        NodeEventHandler events = new NodeEventHandler();
        heartbeat = new Heartbeat(self, leases, publisher, this::load, events, config.nodeLease(), metrics, clock);
        detector = new FailureDetector(
                self, leases, publisher, events, config.nodeHeartbeat(), config.nodeLease(), metrics, clock);
        watchdog = new SubscriptionWatchdog(
                heartbeat, detector, events, config.nodeHeartbeat(), config.nodeLease(), clock);
        claims = new NodeClaims(leases, self, heartbeat, detector, this::refusesWrites, leaseMs, metrics, clock);

        links = new BoardLinks(new SegmentContext(
                self,
                keys,
                codec,
                redis,
                publisher,
                cursors,
                tap,
                subscriber,
                gate,
                leases,
                detector,
                watchdog,
                segments,
                reaper,
                observers,
                locks,
                new PatchReaders(),
                writes,
                new AtomicLong(),
                random,
                segmentTtlMs / 3,
                config.boardWriteBytesPerSecond(),
                config.skipsUnheardCursors() && (!config.isCluster() || config.sharded()),
                metrics,
                failures));
        moderation = new RedisModeration(publisher, new BanStore(redis, keys), redis::areCommandsUp, failures, clock);
        users = new UserStore(redis, keys, codec, leases, Math.max(segmentTtlMs, 3 * leaseMs));
        directory = new RedisDirectory(
                redis,
                keys,
                subscriber,
                segments,
                observers,
                new SummaryStore(redis, keys, leases, detector, clock),
                leases,
                detector,
                users,
                new UserWriter(users, self, redis::areCommandsUp, writes, maintenance.executor(), failures),
                writes,
                metrics,
                failures);
    }

    /**
     * Connects to Redis. Where Redis is not required, logs a failure and retries in the background.
     *
     * @throws RedisUnavailableException if Redis is required and refuses, or does not answer within {@link
     *     RedisConfig#start()}
     */
    public void start() throws RedisUnavailableException {
        redis.onCommandsUp(() -> {
            links.onCommandsUp();
            directory.verify();
            moderation.sync();
            ifRecording(RedisEventStore::onConnected);
            maintenance.soon(this::beat);
        });
        // A SUBSCRIBE made while the connection was down was never sent.
        redis.onSubscriberUp(() -> maintenance.soon(subscriber::reconcile));
        if (pubSub == PubSubMode.SHARDED) {
            redis.onShardConnected(maintenance::renewShards);
            // A new master has no subscribers yet, and the old one does not revoke its acknowledgements.
            redis.onSubscriberUp(maintenance::renewShards);
        }
        subscriber.follow(
                keys.globalChannel(),
                new GlobalChannel(
                        heartbeat,
                        detector,
                        metrics,
                        this::onHeartbeat,
                        claims::onDead,
                        node -> claims.onBye(node, () -> onBye(node)),
                        moderation::onEnvelope,
                        this::onGlobalSubscribed));
        boolean isLone = false;
        try {
            redis.connectAtStart(config.start(), subscriber::newListener);
            log.info("redis connected redis={} prefix={} database={}", redis.address(), keys.prefix(), keys.database());
            isLone = checks.isLoneServerOfCluster();
            if (!isLone) {
                checks.requireWrites();
                checks.warnOfEviction();
            }
        } catch (RedisUnavailableException e) {
            if (config.required()) {
                close();
                throw e;
            }
            log.warn("{}; starting without Redis, retrying in the background", e.getMessage());
        }
        if (isLone) {
            close();
            throw new RedisUnavailableException(RedisTarget.LONE + ": write it as " + redis.clusterUrl()
                    + ", with user, password and options as now");
        }
        subscriber.reconcile();
        directory.reapLeftovers();
        maintenance.start(heartbeat, detector, watchdog, cursors, directory, moderation, reaper);
    }

    @Override
    public NodeId node() {
        return self.node();
    }

    /** The present state of the connections and of writes. */
    public ClusterHealth health() {
        Refusal refusal = writes.refusal();
        return redis.health(
                !watchdog.isIsolated(), refusal == null ? "" : refusal.word().name());
    }

    @Override
    public BoardLink link(BoardId board, EventLoop loop) {
        return links.link(board, loop);
    }

    @Override
    public ClusterDirectory directory() {
        return directory;
    }

    @Override
    public ModerationBus moderation() {
        return moderation;
    }

    /** @param perMinute joins of a user; 0 = no limit */
    public JoinLimit joinLimit(int perMinute) {
        return new RedisJoinLimit(redis, keys, node(), perMinute, metrics);
    }

    /** Begins to record events; called once, before this node has members. */
    public EventStore recordEvents(EventsConfig recorded) {
        EventLimits limits = new EventLimits(recorded.kinds(), recorded.most(), recorded.age());
        RedisEventStore store = new RedisEventStore(
                redis,
                keys,
                limits,
                self,
                leases,
                detector,
                maintenance.executor(),
                EventMetrics.in(metrics),
                failures);
        metrics.watch(
                "presence.events.waiting",
                "changes of this node that the event log has not taken yet",
                store,
                RedisEventStore::waiting);
        users.recordEvents(limits);
        events = store;
        maintenance.later(store::reapLeftovers, config.nodeLease());
        return store;
    }

    /** Where the nodes keep how far webhooks are. */
    public DeliveryStore deliveries(EventsConfig recorded, int mostDead) {
        // Longer than a request is repeated.
        return new RedisDeliveryStore(
                redis, keys, node(), recorded.age().plusDays(8).toMillis(), mostDead);
    }

    /** Where the nodes add up activity. */
    public ActivityStore activity(ActivityConfig recorded) {
        return new RedisActivityStore(redis, keys, node(), recorded.days(), recorded.mostBoards());
    }

    private void ifRecording(Consumer<RedisEventStore> action) {
        RedisEventStore store = events;
        if (store != null) {
            action.accept(store);
        }
    }

    /** The number of envelopes published, of all kinds. */
    public double envelopesPublished() {
        return envelopes.publishedTotal();
    }

    /** The number of envelopes received from other nodes, of all kinds. */
    public double envelopesReceived() {
        return envelopes.receivedTotal();
    }

    @Override
    public void close() {
        CompletableFuture<?> left = leave().toCompletableFuture();
        if (!left.isDone()) {
            try {
                left.get(LEAVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                failures.warn("could not leave the cluster cleanly node=" + node() + " redis=" + redis.address(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        redis.close();
    }

    /** Stops maintenance and leaves the cluster: removes what this node wrote and publishes a bye. */
    public CompletionStage<?> leave() {
        maintenance.close();
        if (!redis.areCommandsUp()) {
            return CompletableFuture.completedStage(null);
        }
        // Each step runs even if the one before failed: the bye alone prevents ghosts.
        return links.retire()
                .handle((all, failure) -> directory.retire())
                .thenCompose(retired -> retired)
                .handle((all, failure) -> leases.release(self.node()))
                .thenCompose(released -> released)
                .handle((released, failure) ->
                        publisher.publishGlobally(publisher.envelope().setBye(NodeBye.getDefaultInstance())))
                .thenCompose(published -> published);
    }

    private boolean refusesWrites() {
        return writes.refusal() != null;
    }

    private void beat() {
        heartbeat.beat();
    }

    private void later(Runnable task, Duration delay) {
        maintenance.later(task, delay);
    }

    private void resync() {
        links.resync();
    }

    /** The load of this node, for its heartbeats. */
    private NodeHeartbeat.Builder load() {
        return NodeHeartbeat.newBuilder()
                .setLabel(label)
                .setReadsPatches(true)
                .setConnections(metrics.connections.get())
                .setMembers(metrics.localMembers.get());
    }

    private void onGlobalSubscribed() {
        maintenance.soon(this::beat);
        // Kicks and bans published before the subscription were not received.
        moderation.sync();
    }

    private void onHeartbeat(NodeId node, NodeHeartbeat received) {
        directory.onHeartbeat(node, received);
        links.onHeartbeat(node, received);
    }

    private void onBye(NodeId node) {
        gate.forget(node);
        detector.onBye(node);
        directory.onBye(node);
        links.onNodeGone(node);
    }

    /** Reacts when Redis begins to refuse writes and when it accepts them again. */
    private final class WriteHandler implements WriteHealth.Listener {
        @Override
        public void onRefused(Refusal refusal) {
            recovery.begin(refusal);
        }

        @Override
        public void onAccepted() {
            links.verify();
            reaper.retry();
            directory.verify();
            moderation.sync();
            ifRecording(RedisEventStore::onConnected);
            // Waits until every node has had the time to renew its lease: an owner without one counts as gone.
            maintenance.later(directory::reapLeftovers, config.nodeLease());
            maintenance.later(gate::forgetUnbacked, config.nodeLease());
        }
    }

    /** Notifies all boards and the directory of failures and new nodes. */
    private final class NodeEventHandler implements NodeEvents {
        @Override
        public void onDead(Origin owner) {
            gate.forget(owner.node());
            links.onDead(owner);
            directory.onDead(owner);
            ifRecording(store -> store.reap(owner));
        }

        @Override
        public void onSelfDead() {
            Origin before = self.get();
            Origin next = self.reincarnate();
            metrics.incarnations.increment();
            links.reincarnate(next);
            directory.reincarnate(before);
            ifRecording(store -> store.reincarnate(next));
            maintenance.soon(RedisBus.this::beat);
        }

        @Override
        public void onRedisEmpty() {
            log.warn("redis lost its data; writing all segments and users again redis={}", redis.address());
            links.verify();
            directory.verify();
            moderation.sync();
            // By then all nodes have noticed it, too.
            maintenance.later(directory::reportGap, config.nodeLease());
        }

        @Override
        public void onRedisInDoubt() {
            links.verify();
            directory.verify();
        }

        @Override
        public void onIsolated() {
            links.onIsolated();
        }

        @Override
        public void onRejoined() {
            links.resync();
        }

        @Override
        public void onSubscriberDead() {
            log.warn(
                    "subscription receives nothing though publishing works; reconnecting it redis={}", redis.address());
            redis.dropSubscriber();
            maintenance.keepConnectedNow();
        }

        @Override
        public void onConnectionsDead() {
            log.warn("three heartbeats in a row failed; reconnecting redis={}", redis.address());
            redis.dropAll();
            maintenance.keepConnectedNow();
        }

        @Override
        public void onNewNode(Origin node) {
            links.onNewNode(node);
        }
    }
}
