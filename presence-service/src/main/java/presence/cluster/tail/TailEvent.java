package presence.cluster.tail;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.EnvelopeText;
import presence.cluster.redis.RedisKeys;
import presence.model.NodeId;
import presence.model.Printable;
import presence.proto.Envelope;

/** One message on a channel of the cluster, with the time, the channel and the decoded envelope. Immutable. */
public final class TailEvent {
    /** The {@link #kind()} of a message that is no envelope. */
    public static final String UNDECODABLE = "undecodable";

    private static final String UNKNOWN = "unknown";
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final OneofDescriptor EVENT =
            Envelope.getDescriptor().getOneofs().get(0);
    /** Decodes envelopes of all nodes; its node id has no effect. */
    private static final EnvelopeCodec CODEC = new EnvelopeCodec(NodeId.random(), false);

    private final Instant at;
    private final String channel;
    private final int bytes;
    private final @Nullable Envelope envelope;

    private TailEvent(Instant at, String channel, int bytes, @Nullable Envelope envelope) {
        this.at = at;
        this.channel = channel;
        this.bytes = bytes;
        this.envelope = envelope;
    }

    /** @param channel full name; the common prefix of the channels of {@code keys} is removed */
    public static TailEvent read(RedisKeys keys, Instant at, String channel, byte[] message) {
        String head = keys.channels();
        String shown = channel.startsWith(head) ? channel.substring(head.length()) : channel;
        try {
            return new TailEvent(at, shown, message.length, CODEC.decode(message));
        } catch (InvalidProtocolBufferException e) {
            return new TailEvent(at, shown, message.length, null);
        }
    }

    /** For example {@code delta}; {@value #UNDECODABLE} for a message that is no envelope. */
    public String kind() {
        if (envelope == null) {
            return UNDECODABLE;
        }
        FieldDescriptor event = envelope.getOneofFieldDescriptor(EVENT);
        return event == null ? UNKNOWN : event.getName();
    }

    /** Formats one line for terminals: local time, channel, node, kind and content. */
    public String text() {
        String node = EnvelopeText.node(envelope == null ? "" : envelope.getNode());
        String content = envelope == null
                ? bytes + " bytes"
                : EnvelopeText.of(envelope) + (kind().equals(UNKNOWN) ? ", " + bytes + " bytes" : "");
        return String.format(
                        "%s %-16s %-8s %s %s",
                        LOCAL.format(at.atZone(ZoneId.systemDefault())),
                        Printable.of(channel),
                        node,
                        envelope == null ? UNDECODABLE + "," : String.format("%-9s", kind()),
                        content)
                .stripTrailing();
    }

    /**
     * Formats one line of JSON: an object with the time (UTC), channel, node, kind and the event as protobuf's JSON.
     */
    public String json() {
        JsonObject line = new JsonObject();
        line.addProperty("time", at.truncatedTo(ChronoUnit.MILLIS).toString());
        line.addProperty("channel", channel);
        line.addProperty("node", envelope == null ? "" : envelope.getNode());
        line.addProperty("kind", kind());
        FieldDescriptor event = envelope == null ? null : envelope.getOneofFieldDescriptor(EVENT);
        if (envelope == null || event == null) {
            line.addProperty("bytes", bytes);
        } else {
            line.add("event", JsonParser.parseString(EnvelopeCodec.print((Message) envelope.getField(event))));
        }
        // Unprintable characters occur only in strings, where JSON reads their escapes as the same.
        return Printable.of(line.toString());
    }
}
