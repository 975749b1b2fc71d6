package presence.cluster.user;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.Inconsistency;
import presence.board.spi.SummaryReader;
import presence.board.spi.WritesRefusedException;
import presence.cluster.node.FailureDetector;
import presence.cluster.node.LeaseStore;
import presence.cluster.pubsub.RedisSubscriber;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.ThrottledLog;
import presence.cluster.redis.WriteHealth;
import presence.cluster.segment.ObserverStore;
import presence.cluster.segment.SegmentStore;
import presence.cluster.segment.SummaryStore;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.LocatedSession;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.NodeLoad;
import presence.model.Origin;
import presence.model.UserEntry;
import presence.proto.NodeHeartbeat;
import presence.roster.Roster;

/** Answers queries about users, boards and nodes of the cluster from Redis and heartbeats. Thread-safe. */
public final class RedisDirectory implements ClusterDirectory {
    /** As a node published it last. */
    private record Load(String label, int connections, int members) {
        static final Load UNKNOWN = new Load("", 0, 0);
    }

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final RedisSubscriber subscriber;
    private final SegmentStore segments;
    private final ObserverStore observers;
    private final SummaryStore summaries;
    private final LeaseStore leases;
    private final FailureDetector detector;
    private final UserStore store;
    private final UserWriter writer;
    private final WriteHealth writes;
    private final ServiceMetrics metrics;
    private final ThrottledLog failures;
    private final UserChannel channel;
    private final Map<NodeId, Load> loads = new ConcurrentHashMap<>();

    public RedisDirectory(
            RedisConnections redis,
            RedisKeys keys,
            RedisSubscriber subscriber,
            SegmentStore segments,
            ObserverStore observers,
            SummaryStore summaries,
            LeaseStore leases,
            FailureDetector detector,
            UserStore store,
            UserWriter writer,
            WriteHealth writes,
            ServiceMetrics metrics,
            ThrottledLog failures) {
        this.redis = redis;
        this.keys = keys;
        this.subscriber = subscriber;
        this.segments = segments;
        this.observers = observers;
        this.summaries = summaries;
        this.leases = leases;
        this.detector = detector;
        this.store = store;
        this.writer = writer;
        this.writes = writes;
        this.metrics = metrics;
        this.failures = failures;
        channel = new UserChannel(metrics);
    }

    /** Runs a query, or fails it while Redis refuses writes: then the data may be stale, or of another server. */
    private <T> CompletionStage<T> known(Supplier<CompletionStage<T>> question) {
        Refusal refusal = writes.refusal();
        return refusal == null
                ? question.get()
                : CompletableFuture.failedFuture(
                        new WritesRefusedException(refusal.word().name()));
    }

    @Override
    public void represent(Supplier<Collection<UserEntry>> localUsers) {
        writer.represent(localUsers);
    }

    @Override
    public void publish(Collection<UserEntry> changed) {
        writer.publish(changed);
    }

    @Override
    public void listen(UserListener listener) {
        channel.add(listener);
        subscriber.follow(keys.usersChannel(), channel);
    }

    @Override
    public CompletionStage<Set<String>> online(Collection<String> users) {
        return known(() -> store.online(users));
    }

    @Override
    public CompletionStage<Long> usersOnline() {
        return known(store::countOnline);
    }

    @Override
    public CompletionStage<List<LocatedSession>> sessions(String user) {
        return known(() -> store.claims(user)).thenApply(claims -> {
            List<LocatedSession> sessions = new ArrayList<>();
            for (UserStore.Claim claim : claims) {
                if (detector.accepts(claim.owner(), claim.lease())) {
                    NodeId node = claim.owner().node();
                    claim.sessions().forEach(session -> sessions.add(new LocatedSession(node, session)));
                }
            }
            return sessions;
        });
    }

    @Override
    public CompletionStage<List<Member>> members(BoardId board) {
        return known(() -> segments.readAll(board)).thenApply(stored -> {
            Roster roster = new Roster();
            for (Origin owner : stored.latest(detector::accepts)) {
                SegmentStore.StoredSegment segment = stored.segments().get(owner);
                if (segment != null) {
                    roster.replace(owner, segment.seq(), segment.members());
                }
            }
            return List.copyOf(roster.members());
        });
    }

    @Override
    public CompletionStage<Optional<Member>> member(BoardId board, MemberId id) {
        return known(() -> segments.find(board, id))
                .thenApply(found -> found.stream()
                        .filter(record -> detector.accepts(record.owner(), record.lease()))
                        .map(SegmentStore.StoredRecord::member)
                        .max(Comparator.comparingLong(Member::version)));
    }

    @Override
    public CompletionStage<Integer> observers(BoardId board) {
        return known(() -> observers.read(board))
                .thenApply(counts -> counts.entrySet().stream()
                        .filter(entry ->
                                detector.accepts(entry.getKey(), entry.getKey().inc()))
                        .mapToInt(Map.Entry::getValue)
                        .sum());
    }

    @Override
    public SummaryReader summaries(BoardId board) {
        SummaryReader reader = summaries.reader(board);
        return () -> known(reader::read).whenComplete((summary, failure) -> {
            if (failure != null && redis.areCommandsUp() && writes.refusal() == null) {
                failures.warn("reading a watched board failed board=" + board, failure);
            }
        });
    }

    @Override
    public CompletionStage<Set<BoardId>> boards() {
        return known(() -> redis.commands().thenCompose(commands -> commands.scan(keys.anyOrigins())))
                .thenApply(found -> {
                    Set<BoardId> boards = new HashSet<>();
                    found.forEach(key -> keys.boardOfOrigins(key).ifPresent(boards::add));
                    return boards;
                });
    }

    @Override
    public List<NodeLoad> otherNodes() {
        return detector.alive().stream()
                .map(origin -> {
                    Load load = loads.getOrDefault(origin.node(), Load.UNKNOWN);
                    return new NodeLoad(
                            origin.node(),
                            load.label,
                            load.connections,
                            load.members,
                            detector.silentMs(origin.node()));
                })
                .toList();
    }

    /** Renews the expiry of this node's users. Called once per heartbeat. */
    public void touch() {
        writer.touch();
    }

    /** Writes this node's users again: Redis may have lost them. */
    public void verify() {
        writer.rewrite();
    }

    /**
     * Tells listeners that they may have missed something. Called when Redis has lost its data and all nodes have had
     * the time to write again: of users who left meanwhile no node can say that they were online.
     */
    public void reportGap() {
        channel.onSubscribed();
    }

    public void reincarnate(Origin before) {
        writer.reincarnate(before);
    }

    public void onHeartbeat(NodeId node, NodeHeartbeat heartbeat) {
        loads.put(node, new Load(heartbeat.getLabel(), heartbeat.getConnections(), heartbeat.getMembers()));
    }

    public void onBye(NodeId node) {
        loads.remove(node);
    }

    /** Removes the owner's users, who go offline unless they have sessions on other nodes. */
    public void onDead(Origin owner) {
        loads.remove(owner.node());
        reap(owner);
    }

    /** Removes the users of nodes that died before this one knew them. */
    public void reapLeftovers() {
        leftovers().thenAccept(owners -> owners.forEach(this::reap));
    }

    /** Finds the owners that have users in Redis and are not alive. */
    private CompletionStage<List<Origin>> leftovers() {
        return store.owners().thenCompose(owners -> {
            List<Origin> left = Collections.synchronizedList(new ArrayList<>());
            return CompletableFuture.allOf(owners.stream()
                            .map(owner -> leases.read(owner.node()).thenAccept(lease -> {
                                if (!detector.accepts(owner, lease)) {
                                    left.add(owner);
                                }
                            }))
                            .map(CompletionStage::toCompletableFuture)
                            .toArray(CompletableFuture<?>[]::new))
                    .thenApply(done -> left);
        });
    }

    @Override
    public CompletionStage<List<Inconsistency>> inspect() {
        return writer.check().thenCombine(leftovers(), (own, left) -> {
            List<Inconsistency> found = new ArrayList<>(own);
            left.forEach(owner -> found.add(
                    new Inconsistency("users of a dead node in Redis origin", owner, 1, 0, () -> reap(owner))));
            return found;
        });
    }

    private void reap(Origin owner) {
        store.reap(owner).whenComplete((done, failure) -> {
            if (failure != null) {
                failures.warn("removing the users of a dead node failed origin=" + owner, failure);
            }
        });
    }

    /** Removes this node's users, because it stops. */
    public CompletionStage<?> retire() {
        return writer.retire();
    }
}
