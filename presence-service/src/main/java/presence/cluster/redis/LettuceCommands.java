package presence.cluster.redis;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The commands of nodes on a connection of Lettuce. Thread-safe. */
public record LettuceCommands(RedisClusterAsyncCommands<String, byte[]> redis) implements NodeCommands {
    private static final int SCAN_COUNT = 1_000;

    @Override
    public CompletionStage<Long> run(LuaScript script, String[] keys, List<byte[]> args) {
        return script.run(redis, keys, args);
    }

    @Override
    public CompletionStage<List<Object>> list(LuaScript script, String[] keys, List<byte[]> args) {
        return script.list(redis, keys, args);
    }

    @Override
    public CompletionStage<byte @Nullable []> get(String key) {
        return redis.get(key);
    }

    @Override
    public CompletionStage<byte @Nullable []> setGet(String key, byte[] value, long ttlMs) {
        return redis.setGet(key, value, SetArgs.Builder.px(ttlMs));
    }

    @Override
    public CompletionStage<Long> pttl(String key) {
        return redis.pttl(key);
    }

    @Override
    public CompletionStage<Boolean> pexpire(String key, long ttlMs) {
        return redis.pexpire(key, ttlMs);
    }

    @Override
    public CompletionStage<Long> del(String key) {
        return redis.del(key);
    }

    @Override
    public CompletionStage<Map<String, byte[]>> hgetall(String key) {
        return redis.hgetall(key);
    }

    @Override
    public CompletionStage<byte @Nullable []> hget(String key, String field) {
        return redis.hget(key, field);
    }

    @Override
    public CompletionStage<List<String>> hkeys(String key) {
        return redis.hkeys(key);
    }

    @Override
    public CompletionStage<Set<byte[]>> smembers(String key) {
        return redis.smembers(key);
    }

    @Override
    public CompletionStage<List<Boolean>> smismember(String key, byte[]... members) {
        return redis.smismember(key, members);
    }

    @Override
    public CompletionStage<Long> scard(String key) {
        return redis.scard(key);
    }

    @Override
    public CompletionStage<Set<String>> scan(String pattern) {
        ScanArgs args = ScanArgs.Builder.matches(pattern).limit(SCAN_COUNT);
        Set<String> found = new HashSet<>();
        return scan(ScanCursor.INITIAL, args, found).thenApply(done -> found);
    }

    private CompletionStage<KeyScanCursor<String>> scan(ScanCursor from, ScanArgs args, Set<String> found) {
        return redis.scan(from, args).thenCompose(page -> {
            found.addAll(page.getKeys());
            return page.isFinished() ? CompletableFuture.completedFuture(page) : scan(page, args, found);
        });
    }

    @Override
    public CompletionStage<Long> publish(String channel, byte[] message) {
        return redis.publish(channel, message);
    }

    @Override
    public CompletionStage<Long> spublish(String channel, byte[] message) {
        return redis.spublish(channel, message);
    }

    @Override
    public CompletionStage<ServerHello> hello() {
        return ServerHello.ask(redis);
    }

    @Override
    public CompletionStage<String> info(String section) {
        return redis.info(section);
    }
}
