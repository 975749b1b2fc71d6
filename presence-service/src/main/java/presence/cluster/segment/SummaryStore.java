package presence.cluster.segment;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.board.spi.SummaryReader;
import presence.cluster.node.FailureDetector;
import presence.cluster.node.LeaseStore;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;

/** Makes readers of boards' summaries in Redis, which share what they read of other nodes' leases. Thread-safe. */
public final class SummaryStore {
    /** How long a lease that was read is used for other boards: a dead node's segments are on many. */
    private static final long LEASES_MS = 1_000;

    private record Leases(long readMs, Map<NodeId, CompletableFuture<@Nullable Long>> byNode) {}

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final LeaseStore leases;
    private final FailureDetector detector;
    private final LongSupplier clock;
    private volatile Leases lately;

    /** @param clock monotonic milliseconds */
    public SummaryStore(
            RedisConnections redis, RedisKeys keys, LeaseStore leases, FailureDetector detector, LongSupplier clock) {
        this.redis = redis;
        this.keys = keys;
        this.leases = leases;
        this.detector = detector;
        this.clock = clock;
        lately = new Leases(clock.getAsLong(), Map.of());
    }

    public SummaryReader reader(BoardId board) {
        return new RedisSummary(redis, keys, board, this::judge);
    }

    private CompletionStage<RedisSummary.Judge> judge(Collection<NodeId> nodes) {
        Map<NodeId, CompletableFuture<@Nullable Long>> needed = new HashMap<>();
        for (NodeId node : nodes) {
            if (!isHeard(node)) {
                needed.put(node, lease(node));
            }
        }
        return CompletableFuture.allOf(needed.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> new RedisSummary.Judge() {
                    @Override
                    public boolean isShown(Origin owner) {
                        return detector.accepts(owner, leaseOf(owner.node()));
                    }

                    @Override
                    public boolean isAlive(NodeId node) {
                        Long inc = leaseOf(node);
                        return isHeard(node) || inc != null && detector.accepts(new Origin(node, inc), inc);
                    }

                    private @Nullable Long leaseOf(NodeId node) {
                        CompletableFuture<@Nullable Long> lease = needed.get(node);
                        return lease == null ? null : lease.join();
                    }
                });
    }

    /** Whether a node counts as alive without its lease. */
    private boolean isHeard(NodeId node) {
        return detector.silentMs(node) != Long.MAX_VALUE;
    }

    private CompletableFuture<@Nullable Long> lease(NodeId node) {
        long now = clock.getAsLong();
        Leases present = lately;
        if (now - present.readMs >= LEASES_MS || present.byNode.isEmpty()) {
            present = new Leases(now, new ConcurrentHashMap<>());
            lately = present;
        }
        return present.byNode.computeIfAbsent(node, key -> leases.read(key).toCompletableFuture());
    }
}
