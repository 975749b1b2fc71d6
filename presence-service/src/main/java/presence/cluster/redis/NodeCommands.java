package presence.cluster.redis;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The Redis commands that nodes use, on one connection. Commands are executed in the order of the calls, each at most
 * twice: a connection that is made again repeats what was not answered. A stage fails with the error of Redis, after
 * the command timeout, or at once while the connection is down. Thread-safe; stages end on a thread that must not be
 * blocked.
 */
public interface NodeCommands {
    /** Runs a script that returns a number. */
    CompletionStage<Long> run(LuaScript script, String[] keys, List<byte[]> args);

    /** Runs a script that returns a list. */
    CompletionStage<List<Object>> list(LuaScript script, String[] keys, List<byte[]> args);

    CompletionStage<byte @Nullable []> get(String key);

    /**
     * Sets a value that expires after {@code ttlMs}.
     *
     * @return the value before; null if there was none
     */
    CompletionStage<byte @Nullable []> setGet(String key, byte[] value, long ttlMs);

    /** Returns the time to live in milliseconds; -1 for a key that does not expire, -2 for a missing one. */
    CompletionStage<Long> pttl(String key);

    /** Renews the time to live. Returns whether the key exists. */
    CompletionStage<Boolean> pexpire(String key, long ttlMs);

    CompletionStage<Long> del(String key);

    CompletionStage<Map<String, byte[]>> hgetall(String key);

    CompletionStage<byte @Nullable []> hget(String key, String field);

    CompletionStage<List<String>> hkeys(String key);

    CompletionStage<Set<byte[]>> smembers(String key);

    /** Returns for each member whether it is in the set. */
    CompletionStage<List<Boolean>> smismember(String key, byte[]... members);

    CompletionStage<Long> scard(String key);

    /** Finds all keys that match a pattern, in many steps. */
    CompletionStage<Set<String>> scan(String pattern);

    /** Publishes by PUBLISH. Returns the number of receivers. */
    CompletionStage<Long> publish(String channel, byte[] message);

    /** Publishes by SPUBLISH. Returns the number of receivers. */
    CompletionStage<Long> spublish(String channel, byte[] message);

    /** Sends HELLO; fails where a server or proxy does not know the command. */
    CompletionStage<ServerHello> hello();

    /** Returns a section of INFO. */
    CompletionStage<String> info(String section);
}
