package presence.cluster.redis;

import io.lettuce.core.protocol.CommandType;
import java.util.concurrent.CompletionStage;

/**
 * Pub/sub mode of board channels. In a Redis Cluster a PUBLISH goes to all servers, an SPUBLISH only to those of the
 * channel's slot, which also holds the board's keys. All other channels are always classic.
 */
public enum PubSubMode {
    CLASSIC,
    SHARDED;

    private static final String BOARD = "board:";

    /** Whether the channel is a shard channel; {@code channel} is one of {@link RedisKeys}. */
    public boolean isSharded(String channel) {
        // A prefix has no colon.
        return this == SHARDED && channel.startsWith(BOARD, channel.indexOf(':') + 1);
    }

    public CommandType publishCommand() {
        return this == SHARDED ? CommandType.SPUBLISH : CommandType.PUBLISH;
    }

    /** Publishes on a channel by SPUBLISH if it is a shard channel, else by PUBLISH. */
    public CompletionStage<Long> publish(NodeCommands commands, String channel, byte[] message) {
        return isSharded(channel) ? commands.spublish(channel, message) : commands.publish(channel, message);
    }

    /** Loads a script that publishes on a board's channel, adapted to this mode. */
    public LuaScript script(String name) {
        LuaScript classic = LuaScript.load(name);
        return this == SHARDED ? classic.replacing("'PUBLISH'", "'SPUBLISH'") : classic;
    }
}
