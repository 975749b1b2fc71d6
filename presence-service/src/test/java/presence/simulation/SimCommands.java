package presence.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.NodeCommands;
import presence.cluster.redis.ServerHello;

/** The commands of nodes, sent over a simulated connection. Replies are copies. */
final class SimCommands implements NodeCommands {
    private final SimCommandConnection connection;

    SimCommands(SimCommandConnection connection) {
        this.connection = connection;
    }

    @Override
    public CompletionStage<Long> run(LuaScript script, String[] keys, List<byte[]> args) {
        return connection.send(redis -> redis.run(script, keys, args));
    }

    @Override
    public CompletionStage<List<Object>> list(LuaScript script, String[] keys, List<byte[]> args) {
        return connection.send(redis -> redis.list(script, keys, args));
    }

    @Override
    public CompletionStage<byte @Nullable []> get(String key) {
        return connection.send(redis -> redis.get(key));
    }

    @Override
    public CompletionStage<byte @Nullable []> setGet(String key, byte[] value, long ttlMs) {
        return connection.send(redis -> redis.setGet(key, value, ttlMs));
    }

    @Override
    public CompletionStage<Long> pttl(String key) {
        return connection.send(redis -> redis.pttl(key));
    }

    @Override
    public CompletionStage<Boolean> pexpire(String key, long ttlMs) {
        return connection.send(redis -> redis.pexpire(key, ttlMs));
    }

    @Override
    public CompletionStage<Long> del(String key) {
        return connection.send(redis -> redis.del(key));
    }

    @Override
    public CompletionStage<Map<String, byte[]>> hgetall(String key) {
        return connection.send(redis -> new HashMap<>(redis.hgetall(key)));
    }

    @Override
    public CompletionStage<byte @Nullable []> hget(String key, String field) {
        return connection.send(redis -> redis.hget(key, field));
    }

    @Override
    public CompletionStage<List<String>> hkeys(String key) {
        return connection.send(redis -> List.copyOf(redis.hgetall(key).keySet()));
    }

    @Override
    public CompletionStage<Set<byte[]>> smembers(String key) {
        return connection.send(redis -> {
            Set<byte[]> members = new LinkedHashSet<>();
            redis.smembers(key).forEach(member -> members.add(SimRedis.bytes(member)));
            return members;
        });
    }

    @Override
    public CompletionStage<List<Boolean>> smismember(String key, byte[]... members) {
        return connection.send(redis -> {
            List<Boolean> answers = new ArrayList<>();
            for (byte[] member : members) {
                answers.add(redis.smembers(key).contains(SimRedis.text(member)));
            }
            return answers;
        });
    }

    @Override
    public CompletionStage<Long> scard(String key) {
        return connection.send(redis -> (long) redis.smembers(key).size());
    }

    @Override
    public CompletionStage<Set<String>> scan(String pattern) {
        throw new UnsupportedOperationException("no class that decides scans");
    }

    @Override
    public CompletionStage<Long> publish(String channel, byte[] message) {
        return connection.send(redis -> redis.publish(channel, message));
    }

    @Override
    public CompletionStage<Long> spublish(String channel, byte[] message) {
        throw new UnsupportedOperationException("the simulated server is no Cluster");
    }

    @Override
    public CompletionStage<ServerHello> hello() {
        return connection.send(redis -> ServerHello.UNKNOWN);
    }

    @Override
    public CompletionStage<String> info(String section) {
        return connection.send(redis -> "");
    }
}
