package presence.cluster.segment;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.cluster.node.LeaseStore;
import presence.cluster.pubsub.BoardTap;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;

/**
 * Reads and writes in Redis how many observers each node has on a board: one hash per board, by node id. All methods are
 * asynchronous and fail while Redis is unavailable. Thread-safe.
 */
public final class ObserverStore {
    private static final byte[] NO_MESSAGE = {};

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final LeaseStore leases;
    private final ServiceMetrics metrics;
    private final String ttl;
    private final BoardTap tap;
    private final LuaScript write;

    /** @param ttlSeconds TTL of a board's hash that no node renews */
    public ObserverStore(
            RedisConnections redis,
            RedisKeys keys,
            LeaseStore leases,
            ServiceMetrics metrics,
            long ttlSeconds,
            PubSubMode pubSub,
            BoardTap tap) {
        this.redis = redis;
        this.keys = keys;
        this.leases = leases;
        this.metrics = metrics;
        this.ttl = Long.toString(ttlSeconds);
        this.tap = tap;
        write = pubSub.script("observers.lua");
    }

    /** @param envelope published together with the write */
    CompletionStage<?> write(BoardId board, NodeId node, int count, byte[] envelope) {
        return run(board, node, count, envelope).thenAccept(done -> tap.mirror(board, envelope));
    }

    private CompletionStage<Long> run(BoardId board, NodeId node, int count, byte[] envelope) {
        List<byte[]> args = List.of(
                bytes(node.toString()),
                bytes(Integer.toString(count)),
                bytes(ttl),
                bytes(keys.boardChannel(board)),
                envelope);
        return redis.commands()
                .thenCompose(commands -> commands.run(write, new String[] {keys.observers(board)}, args));
    }

    /**
     * Reads the numbers of the nodes that have a lease, by the origin in it, and removes those of nodes that have none.
     */
    public CompletionStage<Map<Origin, Integer>> read(BoardId board) {
        return redis.commands()
                .thenCompose(commands -> commands.hgetall(keys.observers(board)))
                .thenCompose(stored -> ofNodesAlive(board, parse(stored)));
    }

    private CompletionStage<Map<Origin, Integer>> ofNodesAlive(BoardId board, Map<NodeId, Integer> stored) {
        Map<NodeId, CompletableFuture<@Nullable Long>> held = new HashMap<>();
        stored.keySet().forEach(node -> held.put(node, leases.read(node).toCompletableFuture()));
        return CompletableFuture.allOf(held.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    Map<Origin, Integer> alive = new HashMap<>();
                    held.forEach((node, lease) -> {
                        Long inc = lease.join();
                        if (inc == null) {
                            run(board, node, 0, NO_MESSAGE);
                        } else {
                            alive.put(new Origin(node, inc), stored.getOrDefault(node, 0));
                        }
                    });
                    return alive;
                });
    }

    private Map<NodeId, Integer> parse(Map<String, byte[]> hash) {
        Map<NodeId, Integer> counts = new HashMap<>();
        hash.forEach((node, count) -> {
            try {
                counts.put(NodeId.parse(node), Integer.parseInt(new String(count, StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                metrics.recordsMalformed.increment();
            }
        });
        return counts;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
