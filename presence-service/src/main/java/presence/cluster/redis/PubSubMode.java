package presence.cluster.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.protocol.CommandType;
import java.util.concurrent.CompletionStage;

/**
 * How nodes speak on the channels of boards. In a Redis Cluster a classic message goes to all servers, a sharded one to
 * those of the channel's slot alone, which is where the board's keys are. The other channels are always classic.
 */
public enum PubSubMode {
    CLASSIC,
    SHARDED;

    private static final String BOARD = "board:";

    /** Whether that channel is a shard channel; {@code channel} is one of {@link RedisKeys}. */
    public boolean isSharded(String channel) {
        // A prefix has no colon.
        return this == SHARDED && channel.startsWith(BOARD, channel.indexOf(':') + 1);
    }

    public CommandType publishCommand() {
        return this == SHARDED ? CommandType.SPUBLISH : CommandType.PUBLISH;
    }

    /** Publishes on any channel as it is done there. */
    public CompletionStage<Long> publish(
            RedisClusterAsyncCommands<String, byte[]> commands, String channel, byte[] message) {
        return isSharded(channel) ? commands.spublish(channel, message) : commands.publish(channel, message);
    }

    /** A script that publishes on a board's channel. */
    public LuaScript script(String name) {
        LuaScript classic = LuaScript.load(name);
        return this == SHARDED ? classic.replacing("'PUBLISH'", "'SPUBLISH'") : classic;
    }
}
