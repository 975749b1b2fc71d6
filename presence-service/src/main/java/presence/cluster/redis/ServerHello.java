package presence.cluster.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What a server answers {@code HELLO} with, which every user may say: its name, version and mode. Immutable. */
public record ServerHello(Map<String, String> said) {
    /** Of a server that did not answer. */
    public static final ServerHello UNKNOWN = new ServerHello(Map.of());

    /** Fails where the server does not know the command, as a proxy may not. */
    public static CompletionStage<ServerHello> ask(RedisClusterAsyncCommands<String, byte[]> redis) {
        return redis.dispatch(CommandType.HELLO, new ArrayOutput<>(RedisClientOptions.CODEC))
                .thenApply(ServerHello::read);
    }

    private static ServerHello read(List<Object> pairs) {
        Map<String, String> said = new HashMap<>();
        for (int at = 0; at + 1 < pairs.size(); at += 2) {
            if (pairs.get(at) instanceof byte[] name && pairs.get(at + 1) instanceof byte[] value) {
                said.put(text(name), text(value));
            }
        }
        return new ServerHello(Map.copyOf(said));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public String version() {
        return said.getOrDefault("version", "");
    }

    public boolean isValkey() {
        return said.getOrDefault("server", "").equals("valkey");
    }

    /** Whether it is a server of a Redis Cluster. */
    boolean isOfCluster() {
        return said.getOrDefault("mode", "").equals("cluster");
    }
}
