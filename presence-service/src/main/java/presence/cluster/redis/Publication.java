package presence.cluster.redis;

import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;

/**
 * A message to be sent together with others. Completes with the number of receivers or a failure, on a thread that must
 * not be blocked.
 */
public final class Publication extends AsyncCommand<String, byte[], Long> {
    private final String channel;
    private final byte[] message;

    /** @param mode whether the channel is a shard channel, for a board's channel */
    public Publication(PubSubMode mode, String channel, byte[] message) {
        super(new Command<>(
                mode.publishCommand(),
                new IntegerOutput<>(RedisClientOptions.CODEC),
                new CommandArgs<>(RedisClientOptions.CODEC).addKey(channel).addValue(message)));
        this.channel = channel;
        this.message = message;
    }

    public String channel() {
        return channel;
    }

    public byte[] message() {
        return message;
    }
}
