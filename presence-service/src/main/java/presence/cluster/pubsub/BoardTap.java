package presence.cluster.pubsub;

import java.util.Set;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.model.BoardId;

/**
 * Mirrors this node's messages on some boards' channels to {@code presence:tap:<id>}, always by classic PUBLISH: no
 * pattern matches a shard channel, so that {@code tail} could not follow boards otherwise. Delivers at most once, in no
 * strict order, for debugging only. Thread-safe.
 */
public final class BoardTap {
    private static final String ALL = "*";

    private final Set<String> boards;
    private final RedisConnections redis;
    private final RedisKeys keys;

    /** @param boards ids; {@code *} = all */
    public BoardTap(Set<String> boards, RedisConnections redis, RedisKeys keys) {
        this.boards = boards;
        this.redis = redis;
        this.keys = keys;
    }

    /** Whether the board is tapped. */
    public boolean mirrors(BoardId board) {
        return !boards.isEmpty() && (boards.contains(ALL) || boards.contains(board.value()));
    }

    /** Publishes the envelope on the tap channel if the board is tapped. Any thread. */
    public void mirror(BoardId board, byte[] envelope) {
        if (mirrors(board)) {
            redis.commands().thenCompose(commands -> commands.publish(keys.tapChannel(board), envelope));
        }
    }
}
