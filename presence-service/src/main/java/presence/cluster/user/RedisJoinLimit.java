package presence.cluster.user;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import presence.board.spi.JoinLimit;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;

/**
 * Limits joins per user by a sorted set of those of the last minute, by the clock of Redis. Allows all joins while
 * Redis is unavailable.
 */
public final class RedisJoinLimit implements JoinLimit {
    private static final LuaScript TAKE = LuaScript.load("take.lua");
    private static final long WINDOW_MS = 60_000;
    private static final long TIMEOUT_MS = 250;

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final NodeId node;
    private final int perMinute;
    private final ServiceMetrics metrics;
    private final AtomicLong joins = new AtomicLong();

    public RedisJoinLimit(RedisConnections redis, RedisKeys keys, NodeId node, int perMinute, ServiceMetrics metrics) {
        this.redis = redis;
        this.keys = keys;
        this.node = node;
        this.perMinute = perMinute;
        this.metrics = metrics;
    }

    @Override
    public CompletionStage<Allowance> take(String userId) {
        if (perMinute == 0) {
            return CompletableFuture.completedFuture(Allowance.UNCOUNTED);
        }
        // Two joins within a microsecond need different members of the set.
        List<byte[]> args = List.of(
                bytes(Integer.toString(perMinute)),
                bytes(Long.toString(WINDOW_MS)),
                bytes(node + ":" + joins.incrementAndGet()));
        return redis.run(TAKE, new String[] {keys.joins(userId)}, args)
                .thenApply(RedisJoinLimit::allowance)
                .toCompletableFuture()
                .completeOnTimeout(Allowance.UNCOUNTED, TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .exceptionally(failure -> Allowance.UNCOUNTED)
                .thenApply(this::counted);
    }

    /** @param answer the joins that remain; negative: minus the milliseconds to wait */
    private static Allowance allowance(long answer) {
        return answer >= 0 ? new Allowance((int) answer, 0) : new Allowance(0, -answer);
    }

    private Allowance counted(Allowance allowance) {
        if (allowance == Allowance.UNCOUNTED) {
            metrics.joinsUncounted.increment();
        }
        return allowance;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
