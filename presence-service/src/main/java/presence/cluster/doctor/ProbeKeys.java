package presence.cluster.doctor;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.redis.RedisKeys;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Announcement;

/**
 * Names that look like the service's and are nobody's: what may be done with them may be done with those, and no node
 * follows them.
 */
final class ProbeKeys {
    /** For all that is not removed; long enough for a slow checkup. */
    static final long TTL_SECONDS = 30;

    private final RedisKeys names;
    private final String id = "doctor-" + UUID.randomUUID();
    private final BoardId board = new BoardId(id);
    private final BoardId second = new BoardId(id + "-2");
    private final BoardId third = new BoardId(id + "-3");
    private final Origin origin = new Origin(NodeId.random(), 0);
    private final Origin other = new Origin(NodeId.random(), 0);

    ProbeKeys(RedisKeys names) {
        this.names = names;
    }

    Origin origin() {
        return origin;
    }

    String channel() {
        return names.boardChannel(board);
    }

    /** An envelope that says whose it is to whoever listens to everything. */
    byte[] message() {
        EnvelopeCodec codec = new EnvelopeCodec(origin.node(), false);
        return codec.encode(
                codec.envelope(0).setAnnouncement(Announcement.newBuilder().setText("doctor")));
    }

    /** A string. */
    String lease() {
        return names.lease(origin.node());
    }

    /** A hash. */
    String segment() {
        return names.segment(board, origin);
    }

    /** A set. */
    String origins() {
        return names.origins(board);
    }

    /** A sorted set. */
    String joins() {
        return names.joins(id);
    }

    /** Another one. */
    String instances() {
        return names.joins(id + "-2");
    }

    /** Another hash. */
    String bans() {
        return names.segment(third, origin);
    }

    /** A hash and two sets, in one slot of a Redis Cluster. */
    List<String> users() {
        return List.of(names.segment(second, origin), names.origins(second), names.segment(second, other));
    }

    /** Removes everything, as far as that is permitted. */
    void remove(RedisClusterAsyncCommands<String, byte[]> commands) {
        List<String> users = users();
        String[] keys = {
            lease(), segment(), origins(), joins(), instances(), bans(), users.get(0), users.get(1), users.get(2)
        };
        try {
            commands.del(keys)
                    .exceptionallyCompose(failure -> commands.unlink(keys))
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            // It was told, or Redis is away; what is left expires.
            return;
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
