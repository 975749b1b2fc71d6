package presence.cluster.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** A server's reply to {@code HELLO}, which needs no permission: its name, version and mode. Immutable. */
public record ServerHello(Map<String, String> fields) {
    /** Stands for a missing reply. */
    public static final ServerHello UNKNOWN = new ServerHello(Map.of());

    /** Sends {@code HELLO}. The stage fails where a server or proxy does not know the command. */
    public static CompletionStage<ServerHello> ask(RedisClusterAsyncCommands<String, byte[]> redis) {
        return redis.dispatch(CommandType.HELLO, new ArrayOutput<>(RedisClientOptions.CODEC))
                .thenApply(ServerHello::read);
    }

    private static ServerHello read(List<Object> pairs) {
        Map<String, String> fields = new HashMap<>();
        for (int at = 0; at + 1 < pairs.size(); at += 2) {
            if (pairs.get(at) instanceof byte[] name && pairs.get(at + 1) instanceof byte[] value) {
                fields.put(text(name), text(value));
            }
        }
        return new ServerHello(Map.copyOf(fields));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public String version() {
        return fields.getOrDefault("version", "");
    }

    public boolean isValkey() {
        return fields.getOrDefault("server", "").equals("valkey");
    }

    /** Whether the server belongs to a Redis Cluster. */
    boolean isOfCluster() {
        return fields.getOrDefault("mode", "").equals("cluster");
    }
}
