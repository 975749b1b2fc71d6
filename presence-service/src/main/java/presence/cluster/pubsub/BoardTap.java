package presence.cluster.pubsub;

import java.util.Set;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.model.BoardId;

/**
 * Says what this node says on some boards' channels once more on {@code presence:tap:<id>}, always classic: no pattern
 * matches a shard channel, so that otherwise nobody could listen to boards of a Redis Cluster. At most once, in no
 * strict order, for people only. Thread-safe.
 */
public final class BoardTap {
    private static final String ALL = "*";

    private final Set<String> boards;
    private final RedisConnections redis;
    private final RedisKeys names;

    /** @param boards ids; {@code *} = all */
    public BoardTap(Set<String> boards, RedisConnections redis, RedisKeys names) {
        this.boards = boards;
        this.redis = redis;
        this.names = names;
    }

    /** Nothing, for most boards. Any thread. */
    public void mirror(BoardId board, byte[] envelope) {
        if (!boards.isEmpty() && (boards.contains(ALL) || boards.contains(board.value()))) {
            redis.commands().thenCompose(commands -> commands.publish(names.tapChannel(board), envelope));
        }
    }
}
