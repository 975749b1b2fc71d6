package presence.cluster.envelope;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import presence.model.CursorColumns;
import presence.model.Member;
import presence.model.NodeId;
import presence.model.UserSession;
import presence.proto.Envelope;
import presence.proto.MemberRecord;
import presence.proto.UserRecord;
import presence.wire.CursorCodec;

/**
 * Encodes and decodes envelopes and member records. Envelopes are protobuf, or its canonical JSON for debugging with
 * redis-cli; readers accept both and distinguish them by the first byte. Records in Redis are always JSON, so that
 * operators can read them. Thread-safe.
 */
public final class EnvelopeCodec {
    static final int VERSION = 1;
    private static final byte PROTOBUF = 0x0a;
    private static final byte JSON = '{';
    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().omittingInsignificantWhitespace();
    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();
    /** An escape in JSON; the group is half a surrogate pair without the other half. */
    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(?:u[dD][89abAB]..\\\\u[dD][c-fC-F]..|(u[dD][89a-fA-F])|.)", Pattern.DOTALL);

    private final NodeId node;
    private final boolean json;
    private final byte[] ownProtobuf;
    private final byte[] ownJson;
    /** Cached head of the present incarnation, which rarely changes. */
    private volatile Head head;

    /** First bytes of all envelopes of one incarnation. */
    private record Head(long inc, byte[] bytes) {}

    public EnvelopeCodec(NodeId node, boolean json) {
        this.node = node;
        this.json = json;
        String uuid = node.toString();
        ownProtobuf = Envelope.newBuilder().setNode(uuid).build().toByteArray();
        head = new Head(0, envelope(0).build().toByteArray());
        ownJson = ("{\"node\":\"" + uuid + "\"").getBytes(StandardCharsets.UTF_8);
    }

    /** Begins an envelope of this node, without an event. */
    public Envelope.Builder envelope(long inc) {
        return Envelope.newBuilder()
                .setNode(node.toString())
                .setVersion(VERSION)
                .setInc(inc);
    }

    public byte[] encode(Envelope.Builder envelope) {
        return json
                ? print(envelope).getBytes(StandardCharsets.UTF_8)
                : envelope.build().toByteArray();
    }

    /** Encodes a tick of cursors as {@link #encode} does, without an object per position. */
    public byte[] encodeCursors(long inc, long tick, CursorColumns moved) {
        if (json) {
            return encode(envelope(inc).setCursors(EnvelopeMapping.cursorTick(tick, moved)));
        }
        Head present = head;
        if (present.inc != inc) {
            present = new Head(inc, envelope(inc).build().toByteArray());
            head = present;
        }
        return CursorCodec.envelope(present.bytes, tick, moved);
    }

    /** Whether this node published the message; compares its first bytes only. */
    public boolean isOwn(byte[] message) {
        return startsWith(message, ownProtobuf) || startsWith(message, ownJson);
    }

    private static boolean startsWith(byte[] message, byte[] head) {
        return message.length >= head.length && Arrays.equals(message, 0, head.length, head, 0, head.length);
    }

    /** @throws InvalidProtocolBufferException if the message is no envelope in either form */
    public Envelope decode(byte[] message) throws InvalidProtocolBufferException {
        if (message.length > 0 && message[0] == PROTOBUF) {
            return Envelope.parseFrom(message);
        }
        if (message.length > 0 && message[0] == JSON) {
            Envelope.Builder envelope = Envelope.newBuilder();
            parse(new String(message, StandardCharsets.UTF_8), envelope);
            return envelope.build();
        }
        throw new InvalidProtocolBufferException("neither protobuf nor JSON");
    }

    public byte[] encodeRecord(Member member) {
        return print(EnvelopeMapping.record(member)).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws InvalidProtocolBufferException if the value is no record */
    public Member decodeRecord(byte[] value) throws InvalidProtocolBufferException {
        MemberRecord.Builder record = MemberRecord.newBuilder();
        parse(new String(value, StandardCharsets.UTF_8), record);
        return EnvelopeMapping.member(record.build());
    }

    public byte[] encodeSessions(List<UserSession> sessions) {
        return print(EnvelopeMapping.sessions(sessions)).getBytes(StandardCharsets.UTF_8);
    }

    /** Encodes one element of {@link #encodeSessions}. */
    public byte[] encodeSession(UserSession session) {
        return print(EnvelopeMapping.session(session)).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws InvalidProtocolBufferException if the value is no list of sessions */
    public List<UserSession> decodeSessions(byte[] value) throws InvalidProtocolBufferException {
        UserRecord.Builder record = UserRecord.newBuilder();
        parse(new String(value, StandardCharsets.UTF_8), record);
        return EnvelopeMapping.sessions(record.build());
    }

    /** The canonical JSON of a message, on one line. */
    public static String print(com.google.protobuf.MessageOrBuilder message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("own message has no JSON form", e);
        }
    }

    private static void parse(String text, com.google.protobuf.Message.Builder into)
            throws InvalidProtocolBufferException {
        // JSON can express half a surrogate pair and UTF-8 cannot: a name with it would differ between clients.
        if (ESCAPE.matcher(text).results().anyMatch(escape -> escape.group(1) != null)) {
            throw new InvalidProtocolBufferException("half a surrogate pair");
        }
        try {
            PARSER.merge(text, into);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Failures of Gson and base64 that JsonFormat does not wrap.
            throw new InvalidProtocolBufferException("broken JSON");
        }
    }
}
