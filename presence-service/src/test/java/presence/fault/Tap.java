package presence.fault;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import presence.proto.Envelope;

/**
 * Receives the messages of nodes about their segments and checks that on a board an origin's sequence number only
 * rises, however late Redis executes commands of dropped connections. Misses messages while it is disconnected itself.
 */
final class Tap implements AutoCloseable {
    private static final int KEPT = 20_000;
    private static final String BOARD_CHANNEL = "presence:board:";

    private final AutoCloseable source;
    // Guarded by this.
    private final Map<String, Long> last = new HashMap<>();
    private final Set<ByteString> published = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private final Deque<String> lines = new ArrayDeque<>();

    private Tap(Function<Tap, AutoCloseable> source) {
        this.source = source.apply(this);
    }

    /** Subscribes by a pattern, so that every node's cursors have a receiver. */
    static Tap subscribing(String redisUrl) {
        return new Tap(tap -> tap.subscribe(redisUrl));
    }

    /** Reads the MONITOR of the Redis at this port, so that cursors without another receiver are withheld. */
    static Tap monitoring(int port) {
        return new Tap(tap -> new CommandMonitor(port, (channel, message) -> {
            if (channel.startsWith(BOARD_CHANNEL)) {
                tap.onMessage(channel, message);
            }
        }));
    }

    private AutoCloseable subscribe(String redisUrl) {
        RedisClient client = RedisClient.create(redisUrl);
        var connection = client.connectPubSub(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String pattern, String channel, byte[] message) {
                onMessage(channel, message);
            }
        });
        connection.sync().psubscribe(BOARD_CHANNEL + "*");
        return client::shutdown;
    }

    private synchronized void onMessage(String channel, byte[] message) {
        try {
            Envelope envelope = Envelope.parseFrom(message);
            keep(channel, envelope);
            if (envelope.hasDelta()) {
                envelope.getDelta().getUpsertedList().forEach(member -> published.add(member.getMemberId()));
                onSeq(channel, envelope, envelope.getDelta().getSeq());
            } else if (envelope.hasPut()) {
                onSeq(channel, envelope, envelope.getPut().getSeq());
            }
        } catch (InvalidProtocolBufferException e) {
            violations.add("no envelope on " + channel);
        }
    }

    private void keep(String channel, Envelope envelope) {
        if (!envelope.hasCursors()) {
            if (lines.size() == KEPT) {
                lines.remove();
            }
            lines.add(Instant.now() + " " + channel + " "
                    + envelope.toString().replace('\n', ' ').replaceAll(" +", " "));
        }
    }

    /** Writes the last messages except cursors, to diagnose failures. */
    synchronized void writeTo(Path file) throws IOException {
        Files.write(file, lines);
    }

    private void onSeq(String channel, Envelope envelope, long seq) {
        String origin = envelope.getNode() + ":" + envelope.getInc() + " on " + channel;
        Long before = last.put(origin, seq);
        // A whole segment may be published again under a known number, for nodes that missed it.
        boolean again = envelope.hasDelta() && envelope.getDelta().getWhole();
        if (before != null && (again ? seq < before : seq <= before)) {
            violations.add(origin + ": seq " + seq + " (" + envelope.getEventCase() + ") after " + before);
        }
    }

    /** Whether any node ever published a member. */
    synchronized boolean hasSeen(ByteString memberId) {
        return published.contains(memberId);
    }

    /** The violations since the last call. */
    synchronized List<String> takeViolations() {
        List<String> taken = List.copyOf(violations);
        violations.clear();
        return taken;
    }

    @Override
    public void close() {
        try {
            source.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
