package presence.cluster.user;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.model.Ban;
import presence.model.BoardId;

/**
 * Reads and writes bans in Redis: one hash with the end of each, by the clock of Redis. A marker field shows that Redis
 * has not lost its data: nodes write the bans they know where it is missing. All methods are asynchronous and fail
 * while Redis is unavailable. Thread-safe.
 */
public final class BanStore {
    /** Interval between reads; the key lives for twice as long. */
    public static final long READ_EVERY_MS = 30_000;

    private static final LuaScript READ = LuaScript.load("bans.lua");
    private static final LuaScript WRITE = LuaScript.load("ban.lua");
    /** Separates user and board; neither can contain it. */
    private static final char SEPARATOR = '\n';

    private final RedisConnections redis;
    private final RedisKeys keys;

    public BanStore(RedisConnections redis, RedisKeys keys) {
        this.redis = redis;
        this.keys = keys;
    }

    CompletionStage<?> put(Ban ban) {
        return write(ban.userId(), ban.board(), ban.remainingMs());
    }

    CompletionStage<?> remove(String userId, @Nullable BoardId board) {
        return write(userId, board, 0);
    }

    private CompletionStage<?> write(String userId, @Nullable BoardId board, long ms) {
        List<byte[]> args =
                List.of(bytes(Long.toString(2 * READ_EVERY_MS)), bytes(field(userId, board)), bytes(Long.toString(ms)));
        return redis.run(WRITE, new String[] {keys.bans()}, args);
    }

    /**
     * Reads all bans; writes {@code known} to Redis before if it lost its data.
     *
     * @param known bans that this node knows
     */
    CompletionStage<List<Ban>> sync(Collection<Ban> known) {
        List<byte[]> args = new ArrayList<>();
        args.add(bytes(Long.toString(2 * READ_EVERY_MS)));
        known.forEach(ban -> {
            args.add(bytes(field(ban.userId(), ban.board())));
            args.add(bytes(Long.toString(ban.remainingMs())));
        });
        return redis.commands()
                .thenCompose(commands -> commands.list(READ, new String[] {keys.bans()}, args))
                .thenApply(BanStore::parse);
    }

    private static List<Ban> parse(List<Object> answer) {
        List<Ban> bans = new ArrayList<>();
        for (int i = 0; i + 1 < answer.size(); i += 2) {
            String field = new String((byte[]) answer.get(i), StandardCharsets.UTF_8);
            int split = field.indexOf(SEPARATOR);
            String board = split < 0 ? "" : field.substring(split + 1);
            if (split > 0 && (board.isEmpty() || BoardId.problemWith(board) == null)) {
                bans.add(new Ban(field.substring(0, split), board.isEmpty() ? null : new BoardId(board), (Long)
                        answer.get(i + 1)));
            }
        }
        return bans;
    }

    private static String field(String userId, @Nullable BoardId board) {
        return userId + SEPARATOR + (board == null ? "" : board);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
