package presence.cluster.doctor;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.redis.RedisKeys;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Announcement;

/** Keys and channels for probing: they match the same ACL patterns as the service's, and no node uses them. */
final class ProbeKeys {
    /** TTL of keys that are not removed; long enough for a slow check. */
    static final long TTL_SECONDS = 30;

    private final RedisKeys keys;
    private final String id = "doctor-" + UUID.randomUUID();
    private final BoardId board = new BoardId(id);
    private final BoardId second = new BoardId(id + "-2");
    private final BoardId third = new BoardId(id + "-3");
    private final BoardId fourth = new BoardId(id + "-4");
    private final BoardId fifth = new BoardId(id + "-5");
    private final Origin origin = new Origin(NodeId.random(), 0);
    private final Origin other = new Origin(NodeId.random(), 0);
    private final Origin another = new Origin(NodeId.random(), 0);

    ProbeKeys(RedisKeys keys) {
        this.keys = keys;
    }

    Origin origin() {
        return origin;
    }

    String channel() {
        return keys.boardChannel(board);
    }

    /** An envelope that identifies the doctor to subscribers of all channels. */
    byte[] message() {
        EnvelopeCodec codec = new EnvelopeCodec(origin.node(), false);
        return codec.encode(
                codec.envelope(0).setAnnouncement(Announcement.newBuilder().setText("doctor")));
    }

    /** A string. */
    String lease() {
        return keys.lease(origin.node());
    }

    /** A hash. */
    String segment() {
        return keys.segment(board, origin);
    }

    /** Part of {@link #segment} before the origin. */
    String segmentPrefix() {
        return keys.segmentPrefix(board);
    }

    /** A set. */
    String origins() {
        return keys.origins(board);
    }

    /** Another hash. */
    String observers() {
        return keys.observers(board);
    }

    /** Another hash. */
    String locks() {
        return keys.locks(board);
    }

    /** A sorted set. */
    String joins() {
        return keys.joins(id);
    }

    /** Another sorted set. */
    String instances() {
        return keys.joins(id + "-2");
    }

    /** Another hash. */
    String bans() {
        return keys.segment(third, origin);
    }

    /** A hash and two sets, in one slot of a Redis Cluster. */
    List<String> users() {
        return List.of(keys.segment(second, origin), keys.origins(second), keys.segment(second, other));
    }

    /** A stream. */
    String events() {
        return keys.joins(id + "-3");
    }

    /** A stream, a hash, a set and two hashes, in one slot of a Redis Cluster. */
    List<String> eventLog() {
        return List.of(
                keys.segment(fourth, origin),
                keys.observers(fourth),
                keys.origins(fourth),
                keys.segment(fourth, other),
                keys.segment(fourth, another));
    }

    /** A string, two hashes and two counters of distinct values, in one slot of a Redis Cluster. */
    List<String> activity() {
        return List.of(
                keys.segment(fifth, origin),
                keys.observers(fifth),
                keys.origins(fifth),
                keys.segment(fifth, other),
                keys.segment(fifth, another));
    }

    /** Removes everything, as far as that is permitted. */
    void remove(RedisClusterAsyncCommands<String, byte[]> commands) {
        String[] all = Stream.of(
                        List.of(
                                lease(),
                                segment(),
                                origins(),
                                observers(),
                                locks(),
                                joins(),
                                instances(),
                                bans(),
                                events()),
                        users(),
                        eventLog(),
                        activity())
                .flatMap(List::stream)
                .toArray(String[]::new);
        try {
            commands.del(all)
                    .exceptionallyCompose(failure -> commands.unlink(all))
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            // The missing permission was reported, or Redis is unavailable; leftover keys expire.
            return;
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
