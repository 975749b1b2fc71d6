package presence.cluster;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.board.spi.BoardFeed;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.JoinLimit;
import presence.board.spi.ModerationBus;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.EnvelopeCounters;
import presence.cluster.redis.EvictionPolicy;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.RedisTarget;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.ServerHello;
import presence.cluster.redis.ThrottledLog;
import presence.cluster.redis.WriteHealth;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.ClusterHealth;
import presence.model.Member;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Envelope;
import presence.proto.NodeBye;
import presence.proto.NodeHeartbeat;

/** The cluster over Redis: what the lines of all boards share. Thread-safe. */
public final class RedisBus implements ClusterBus {
    private static final Logger log = LoggerFactory.getLogger(RedisBus.class);
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final String label;
    private final ServiceConfig.Redis config;
    private final RedisKeys names;
    private final EnvelopeCodec codec;
    private final ServiceMetrics metrics;
    private final EnvelopeCounters envelopes;
    private final RedisConnections redis;
    private final WriteHealth writes;
    private final WriteRecovery recovery;
    private final SegmentReaper reaper;
    private final PubSubMode pubSub;
    private final BoardTap tap;
    private final LeaseStore leases;
    private final SegmentStore store;
    private final OriginGate gate;
    private final NodeClaims claims;
    private final RedisSubscriber subscriber;
    private final CursorPublisher cursors;
    private final NodePulse pulse;
    private final RedisDirectory directory;
    private final RedisOrders orders;
    private final Housekeeping housekeeping;
    private final ThrottledLog failures = new ThrottledLog(log);
    private final AtomicLong seq = new AtomicLong();
    private final PatchReaders patchReaders = new PatchReaders();
    private final Set<RedisLink> links = ConcurrentHashMap.newKeySet();
    private volatile Origin self;

    /**
     * @param label of this node, for people; may be empty
     * @param clock monotonic milliseconds
     * @param boardLoops event loops over epoll that connections to Redis may share with boards; null for none
     * @throws IllegalArgumentException if the URL cannot be read
     */
    public RedisBus(
            NodeId node,
            String label,
            ServiceConfig.Redis config,
            ServiceMetrics metrics,
            LongSupplier clock,
            @Nullable MultiThreadIoEventLoopGroup boardLoops) {
        this.self = new Origin(node, 0);
        this.label = label;
        this.config = config;
        this.metrics = metrics;
        envelopes = new EnvelopeCounters(metrics);
        codec = new EnvelopeCodec(node, config.jsonEnvelopes());
        redis = new RedisConnections(config, metrics, boardLoops);
        names = redis.names(config.prefix());
        pubSub = config.sharded() ? PubSubMode.SHARDED : PubSubMode.CLASSIC;
        tap = new BoardTap(Set.copyOf(config.tapped()), redis, names);
        writes = new WriteHealth(
                redis.address(),
                new WriteReactions(),
                2 * config.nodeHeartbeat().toMillis(),
                metrics,
                clock);
        leases = new LeaseStore(redis, names, config.nodeLease(), writes);
        store = new SegmentStore(
                redis, names, codec, leases, metrics, config.segmentTtl().toSeconds(), pubSub, tap);
        reaper = new SegmentReaper(
                store, codec, this::self, writes, config.segmentTtl().toMillis());
        gate = new OriginGate(leases::read, this::refusesWrites, this::later, this::onIncomplete, metrics);
        subscriber = new RedisSubscriber(redis, codec, pubSub, gate, metrics);
        cursors = new CursorPublisher(redis, pubSub, metrics);
        housekeeping = new Housekeeping(redis, subscriber, config.nodeHeartbeat(), failures);
        recovery = new WriteRecovery(redis, leases, this::self, writes, housekeeping, Housekeeping.START, this::beat);
        pulse = new NodePulse(
                this, leases, new Reactions(), config.nodeHeartbeat(), config.nodeLease(), metrics, clock);
        claims = new NodeClaims(
                leases, pulse, this::refusesWrites, config.nodeLease().toMillis(), metrics, clock);
        orders = new RedisOrders(this, new BanStore(redis, names));
        UserStore users = new UserStore(redis, names, codec, leases, usersTtlMs(config));
        directory = new RedisDirectory(
                this,
                redis,
                users,
                new UserWriter(users, this::self, redis::areCommandsUp, writes, housekeeping.executor(), failures),
                writes);
    }

    private static long usersTtlMs(ServiceConfig.Redis config) {
        return Math.max(config.segmentTtl().toMillis(), 3 * config.nodeLease().toMillis());
    }

    /**
     * Connects. Where Redis is not required, a failure is logged and tried again in the background.
     *
     * @throws RedisUnavailableException if Redis is required and cannot be reached within ten seconds
     */
    public void start() throws RedisUnavailableException {
        redis.onCommandsUp(() -> {
            links.forEach(RedisLink::onCommandsUp);
            reaper.retry();
            directory.verify();
            orders.sync();
            housekeeping.executor().execute(pulse::beat);
        });
        // What was asked for while it was away nobody has asked Redis for.
        redis.onSubscriberUp(() -> housekeeping.executor().execute(subscriber::reconcile));
        if (pubSub == PubSubMode.SHARDED) {
            redis.onShardHeard(housekeeping::renewShards);
            // Another master has no subscribers yet, and the one that is gone takes back no acknowledgement.
            redis.onSubscriberUp(housekeeping::renewShards);
        }
        subscriber.follow(
                names.globalChannel(),
                new GlobalChannel(
                        pulse,
                        metrics,
                        this::onHeartbeat,
                        owner -> claims.onDead(owner, self),
                        node -> claims.onBye(node, () -> onBye(node)),
                        orders::onEnvelope,
                        this::onHearing));
        boolean isLone = false;
        try {
            redis.connectAtStart(Housekeeping.START, subscriber::newListener);
            log.info(
                    "redis connected redis={} prefix={} database={}",
                    redis.address(),
                    names.prefix(),
                    names.database());
            isLone = isLoneServerOfCluster();
            if (!isLone) {
                requireWrites();
                warnOfEviction();
            }
        } catch (RedisUnavailableException e) {
            if (config.required()) {
                close();
                throw e;
            }
            log.warn("{}, starting alone and trying on", e.getMessage());
        }
        if (isLone) {
            close();
            throw new RedisUnavailableException(RedisTarget.LONE + ": write it as " + redis.clusterUrl()
                    + ", with user, password and options as now");
        }
        subscriber.reconcile();
        directory.reapLeftovers();
        housekeeping.start(pulse, cursors, directory, orders, reaper);
    }

    private void beat() {
        pulse.beat();
    }

    private void later(Runnable task, Duration delay) {
        housekeeping.later(task, delay);
    }

    /** Something that an origin said was not heard. */
    private void onIncomplete(Origin origin) {
        links.forEach(RedisLink::resync);
    }

    /** Such a server refuses what is in the slots of others. One that does not say what it is, is none. */
    private boolean isLoneServerOfCluster() {
        try {
            return redis.isLoneServerOf(redis.commands()
                    .thenCompose(ServerHello::ask)
                    .toCompletableFuture()
                    .get(config.commandTimeout().toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Tries the first write. A Redis that refuses it shares nothing but messages.
     *
     * @throws RedisUnavailableException if it refuses
     */
    private void requireWrites() throws RedisUnavailableException {
        try {
            redis.commands()
                    .thenCompose(commands -> leases.renewOn(commands, self))
                    .toCompletableFuture()
                    .get(config.commandTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Refusal refusal = Refusal.of(e);
            if (refusal != null) {
                writes.onLeaseFailed(e);
                throw new RedisUnavailableException(redis.address(), refusal);
            }
            warn("the first write to redis failed, trying again", e);
        } catch (TimeoutException e) {
            warn("the first write to redis is not answered yet", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void warnOfEviction() {
        redis.commands().thenCompose(commands -> commands.info("memory")).thenAccept(info -> {
            String policy = EvictionPolicy.fields(info).getOrDefault("maxmemory_policy", "");
            if (EvictionPolicy.evicts(policy)) {
                log.warn(
                        "redis may throw rosters and leases away when it is short of memory, set maxmemory-policy noeviction"
                                + " policy={}",
                        policy);
            }
        });
    }

    private void onHearing() {
        housekeeping.executor().execute(pulse::beat);
        // What was ordered meanwhile was not heard.
        orders.sync();
    }

    @Override
    public NodeId node() {
        return self.node();
    }

    /** As whom this node writes now. */
    Origin self() {
        return self;
    }

    /** What works right now. */
    public ClusterHealth health() {
        Refusal refusal = writes.refusal();
        return redis.health(
                !pulse.isDeaf(), refusal == null ? "" : refusal.word().name());
    }

    @Override
    public BoardLink link(BoardId board, EventLoop loop) {
        return new RedisLink(this, board, loop);
    }

    @Override
    public ClusterDirectory directory() {
        return directory;
    }

    @Override
    public ModerationBus orders() {
        return orders;
    }

    /** @param perMinute joins of a user; 0 = no limit */
    public JoinLimit joinLimit(int perMinute) {
        return new RedisJoinLimit(redis, names, node(), perMinute, metrics);
    }

    void opened(RedisLink link) {
        links.add(link);
    }

    void closed(RedisLink link) {
        links.remove(link);
    }

    SegmentWriter newWriter(BoardId board, EventLoop loop, Supplier<Collection<Member>> members, Runnable onRewritten) {
        return new SegmentWriter(
                board,
                loop,
                store,
                codec,
                self,
                seq::incrementAndGet,
                members,
                onRewritten,
                touchMs(),
                redis::areCommandsUp,
                patchReaders::all,
                config.boardWriteBytesPerSecond(),
                envelope -> publish(board, envelope),
                reaper,
                writes,
                metrics,
                failures);
    }

    SegmentReader newReader(BoardId board, EventLoop loop, BoardFeed feed, SegmentReader.Doubts doubts) {
        return new SegmentReader(board, loop, store, feed, pulse::isDead, doubts, metrics, failures);
    }

    /** How often a segment is touched and its digest told. */
    long touchMs() {
        return config.segmentTtl().toMillis() / 3;
    }

    /** Publishes on a board's channel, at most once, on the command connection. */
    CompletionStage<Long> publish(BoardId board, Envelope.Builder envelope) {
        byte[] encoded = codec.encode(envelope);
        tap.mirror(board, encoded);
        return publish(names.boardChannel(board), envelope.getEventCase(), encoded);
    }

    private CompletionStage<Long> publish(String channel, Envelope.EventCase kind, byte[] encoded) {
        long sentNanos = System.nanoTime();
        return redis.commands()
                .thenCompose(commands -> pubSub.publish(commands, channel, encoded))
                .whenComplete((receivers, failure) -> {
                    if (failure == null) {
                        envelopes.published(kind);
                        metrics.publishTime.record(System.nanoTime() - sentNanos, TimeUnit.NANOSECONDS);
                    } else {
                        metrics.publishFailures.increment();
                        warn("publish failed, going on locally", failure);
                    }
                });
    }

    CompletionStage<Long> publishGlobally(Envelope.Builder envelope) {
        return publish(names.globalChannel(), envelope.getEventCase(), codec.encode(envelope));
    }

    void warn(String event, @Nullable Throwable failure) {
        failures.warn(event, failure == null ? "" : String.valueOf(failure.getMessage()));
    }

    Envelope.Builder envelope() {
        return codec.envelope(self.inc());
    }

    /** What this node carries. */
    NodeHeartbeat.Builder load() {
        return NodeHeartbeat.newBuilder()
                .setLabel(label)
                .setReadsPatches(true)
                .setConnections(metrics.connections.get())
                .setMembers(metrics.localMembers.get());
    }

    boolean isSelf(Origin owner) {
        return owner.node().equals(self.node());
    }

    /** Whether an owner's segments count; {@code lease} is the incarnation in its node's lease, null if it has none. */
    boolean isAlive(Origin owner, @Nullable Long lease) {
        if (isSelf(owner)) {
            return owner.equals(self);
        }
        return pulse.accepts(owner, lease == null ? OptionalLong.empty() : OptionalLong.of(lease));
    }

    /** Whether Redis refuses what this node writes. */
    boolean refusesWrites() {
        return writes.refusal() != null;
    }

    SegmentReaper reaper() {
        return reaper;
    }

    /** Removes what an owner that is no more left of a board in Redis. */
    void reap(BoardId board, Origin owner) {
        reaper.reap(board, owner, null);
    }

    /** Envelopes that Redis took, and those of other nodes, of all kinds. */
    public double envelopesPublished() {
        return envelopes.publishedTotal();
    }

    public double envelopesReceived() {
        return envelopes.receivedTotal();
    }

    RedisKeys names() {
        return names;
    }

    EnvelopeCodec codec() {
        return codec;
    }

    SegmentStore store() {
        return store;
    }

    LeaseStore leases() {
        return leases;
    }

    NodePulse pulse() {
        return pulse;
    }

    OriginGate gate() {
        return gate;
    }

    RedisSubscriber subscriber() {
        return subscriber;
    }

    BoardTap tap() {
        return tap;
    }

    CursorPublisher cursors() {
        return cursors;
    }

    ServiceMetrics metrics() {
        return metrics;
    }

    private void onHeartbeat(NodeId node, NodeHeartbeat heartbeat) {
        directory.onHeartbeat(node, heartbeat);
        if (patchReaders.onHeartbeat(node, heartbeat)) {
            // It may have read segments before we knew of it, and patches since then that it cannot read.
            links.forEach(RedisLink::verify);
        }
    }

    private void onBye(NodeId node) {
        patchReaders.onGone(node);
        gate.forget(node);
        pulse.onBye(node);
        directory.onBye(node);
        links.forEach(link -> link.onNodeGone(node));
    }

    @Override
    public void close() {
        housekeeping.close();
        if (redis.areCommandsUp()) {
            CompletableFuture<?>[] reaped = links.stream()
                    .map(link -> link.retire().toCompletableFuture())
                    .toArray(CompletableFuture<?>[]::new);
            // Each is tried whatever became of the one before: the bye alone lets nobody become a ghost.
            CompletableFuture<?> goodbye = CompletableFuture.allOf(reaped)
                    .handle((all, failure) -> directory.retire())
                    .thenCompose(retired -> retired)
                    .handle((all, failure) -> leases.release(self.node()))
                    .thenCompose(released -> released)
                    .handle((released, failure) -> publishGlobally(envelope().setBye(NodeBye.getDefaultInstance())))
                    .thenCompose(published -> published);
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

    /** What follows from writes being refused, and taken again. */
    private final class WriteReactions implements WriteHealth.Listener {
        @Override
        public void onRefused(Refusal refusal) {
            recovery.begin(refusal);
        }

        @Override
        public void onTaken() {
            links.forEach(RedisLink::verify);
            reaper.retry();
            directory.verify();
            orders.sync();
            // Not before every node has had the time to renew its lease: an owner without one counts as gone.
            housekeeping.later(directory::reapLeftovers, config.nodeLease());
            housekeeping.later(gate::forgetUnbacked, config.nodeLease());
        }
    }

    /** What the pulse finds, done to all boards. */
    private final class Reactions implements NodePulse.Consequences {
        @Override
        public void onDead(Origin owner) {
            patchReaders.onGone(owner.node());
            gate.forget(owner.node());
            links.forEach(link -> link.onDead(owner));
            directory.onDead(owner);
        }

        @Override
        public void onSelfDead() {
            Origin before = self;
            Origin next = new Origin(before.node(), before.inc() + 1);
            self = next;
            metrics.incarnations.increment();
            links.forEach(link -> link.reincarnate(next));
            directory.reincarnate(before);
            housekeeping.executor().execute(pulse::beat);
        }

        @Override
        public void onRedisEmpty() {
            log.warn("redis lost its data, writing everything again");
            links.forEach(RedisLink::verify);
            directory.verify();
            orders.sync();
        }

        @Override
        public void onDeaf() {
            links.forEach(RedisLink::onDeaf);
        }

        @Override
        public void onHearingAgain() {
            links.forEach(RedisLink::resync);
        }

        @Override
        public void onSubscriberDead() {
            log.warn("subscription hears nothing though publishing works, making it anew");
            redis.dropSubscriber();
            housekeeping.keepConnectedNow();
        }

        @Override
        public void onConnectionsDead() {
            log.warn("three heartbeats in a row failed, making all connections anew");
            redis.dropAll();
            housekeeping.keepConnectedNow();
        }

        @Override
        public void onNewNode(Origin node) {
            links.forEach(link -> link.onNewNode(node));
        }
    }
}
