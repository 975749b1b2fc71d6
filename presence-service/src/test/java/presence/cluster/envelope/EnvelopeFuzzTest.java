package presence.cluster.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.cluster.segment.SegmentStore;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.KeyHash;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.model.UserSession;
import presence.proto.Delta;
import presence.proto.Envelope;
import presence.testing.random.Fuzz;
import presence.testing.random.Mutator;
import presence.wire.ProtoMapping;

/** Tests that any bytes from Redis decode to an envelope or record, or throw the one declared exception. */
@Tag("fuzz")
class EnvelopeFuzzTest {
    private static final List<byte[]> WORDS = Stream.concat(
                    Stream.of(("{ } [ ] \" : , null true NaN -1 0.5 1e999999999 1e-999999999 {} [null] \\ud800 \\u0000"
                                    + " \"memberId\":\"AAAA\", \"node\":\"x\", \"hello\":{}, \"new\":[{}], STATUS_NEWER")
                            .split(" ")),
                    Stream.of("9".repeat(40), "[".repeat(3_000), "{\"a\":".repeat(3_000)))
            .map(EnvelopeFuzzTest::bytes)
            .toList();

    private static final NodeId NODE = NodeId.parse("1f6bf0f1-e276-466f-b0b9-401634e9b0e3");
    private final EnvelopeCodec protobuf = new EnvelopeCodec(NODE, false);
    private final EnvelopeCodec json = new EnvelopeCodec(NODE, true);

    @Test
    void everyProtobufEnvelopeIsReadOrRefused() {
        Fuzz.check(
                "protobuf envelopes",
                8,
                new Mutator(random -> envelope(protobuf, random), List.of()),
                (input, random) -> takeEnvelope(input),
                "refused",
                "DELTA",
                "CURSORS",
                "SIGNAL",
                "DEAD");
    }

    @Test
    void everyJsonEnvelopeIsReadOrRefused() {
        Fuzz.check(
                "JSON envelopes",
                6,
                new Mutator(random -> envelope(json, random), WORDS),
                (input, random) -> takeEnvelope(input),
                "refused",
                "DELTA",
                "CURSORS",
                "SIGNAL",
                "DEAD");
    }

    @Test
    void everyRecordIsReadOrRefused() {
        Fuzz.check(
                "member records",
                3,
                new Mutator(random -> json.encodeRecord(member(random)), WORDS),
                (input, random) -> {
                    try {
                        Member member = json.decodeRecord(input);
                        assertThat(json.decodeRecord(json.encodeRecord(member))).isEqualTo(member);
                        return "read";
                    } catch (InvalidProtocolBufferException e) {
                        return "refused";
                    }
                },
                "read",
                "refused");
    }

    @Test
    void everyListOfSessionsAndOfOriginsIsReadOrRefused() {
        Fuzz.check(
                "sessions and origins",
                3,
                new Mutator(this::sessionsOrOrigin, WORDS),
                (input, random) -> {
                    String origins = SegmentStore.parseOrigins(List.of(input)).isEmpty() ? "" : ", an origin";
                    try {
                        json.decodeSessions(input);
                        return "read" + origins;
                    } catch (InvalidProtocolBufferException e) {
                        return "refused" + origins;
                    }
                },
                "read",
                "refused",
                "refused, an origin");
    }

    // ---- reading an input ----

    private String takeEnvelope(byte[] input) {
        protobuf.isOwn(input);
        try {
            Envelope envelope = protobuf.decode(input);
            follow(envelope);
            return String.valueOf(envelope.getEventCase());
        } catch (InvalidProtocolBufferException e) {
            return "refused";
        }
    }

    /** Reads an envelope as the followers of a channel do, which catch these exceptions and no others. */
    private void follow(Envelope envelope) throws InvalidProtocolBufferException {
        try {
            new Origin(NodeId.parse(envelope.getNode()), envelope.getInc());
            switch (envelope.getEventCase()) {
                case DELTA -> EnvelopeMapping.change(envelope.getDelta());
                case CURSORS -> checkCursors(envelope);
                case REAP -> Origin.parse(envelope.getReap().getOrigin());
                case KICK -> EnvelopeMapping.kick(envelope.getKick());
                case PARDON -> EnvelopeMapping.boardOrNull(envelope.getPardon().getBoard());
                case REACTIONS ->
                    assertThat(EnvelopeMapping.fromProto(envelope.getReactions())
                                    .values())
                            .allMatch(count -> count > 0);
                case DEAD -> Origin.parse(envelope.getDead().getOrigin());
                case SIGNAL -> {
                    ProtoMapping.memberId(envelope.getSignal().getFrom());
                    envelope.getSignal().getToList().forEach(ProtoMapping::memberId);
                }
                default -> {}
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidProtocolBufferException(e.getMessage());
        }
    }

    /** Checks that the hand-written encoder carries all columns unchanged. */
    private void checkCursors(Envelope envelope) {
        CursorColumns columns = EnvelopeMapping.columns(envelope.getCursors());
        long tick = envelope.getCursors().getTick();
        Envelope again;
        try {
            again = protobuf.decode(protobuf.encodeCursors(envelope.getInc(), tick, columns));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("our own envelope cannot be read", e);
        }
        assertThat(again.getCursors().getTick()).isEqualTo(tick);
        assertThat(rows(EnvelopeMapping.columns(again.getCursors()))).isEqualTo(rows(columns));
    }

    private static List<List<Object>> rows(CursorColumns columns) {
        return Stream.iterate(0, row -> row < columns.size(), row -> row + 1)
                .map(row -> List.<Object>of(
                        columns.slot(row), columns.x(row), columns.y(row), columns.ageMs(row), columns.hidden(row)))
                .toList();
    }

    // ---- valid inputs ----

    private static byte[] envelope(EnvelopeCodec codec, Random random) {
        Envelope.Builder envelope = codec.envelope(random.nextInt(3));
        String origin = new Origin(NODE, random.nextInt(3)).toString();
        switch (random.nextInt(16)) {
            case 0, 1 -> envelope.setDelta(delta(random));
            case 2, 3 -> {
                return codec.encodeCursors(random.nextInt(3), 1 + random.nextInt(1_000), columns(random));
            }
            case 4 ->
                envelope.getSignalBuilder()
                        .setFrom(ProtoMapping.toProto(id(random)))
                        .setType("wave")
                        .setPayload(ByteString.copyFromUtf8("é"))
                        .addTo(ProtoMapping.toProto(id(random)));
            case 5 -> envelope.getPutBuilder().setSeq(random.nextLong()).setCount(random.nextInt());
            case 6 -> envelope.getDigestBuilder().setSeq(random.nextLong()).setHash(random.nextLong());
            case 7 -> envelope.getReapBuilder().setOrigin(origin);
            case 8 -> envelope.getDeadBuilder().setOrigin(origin);
            case 9 ->
                envelope.getHeartbeatBuilder().setSentMs(random.nextLong()).setLabel("blue");
            case 10 ->
                envelope.getKickBuilder()
                        .setBoard("b")
                        .setMemberId(ProtoMapping.toProto(id(random)))
                        .setReason("é");
            case 11 -> envelope.getPardonBuilder().setBoard("b").setUserId("ada");
            case 13 ->
                envelope.getReactionsBuilder()
                        .addReactionsBuilder()
                        .setType("é".repeat(random.nextInt(40)))
                        .setCount(random.nextInt());
            case 12 -> envelope.getObserversBuilder().setObservers(random.nextInt());
            case 14 -> envelope.getLocksBuilder().setName("é".repeat(random.nextInt(40)));
            default ->
                envelope.getUserBuilder().setOrigin(origin).setUserId("ada").setOnline(random.nextBoolean());
        }
        return codec.encode(envelope);
    }

    private static Delta.Builder delta(Random random) {
        Delta.Builder delta = Delta.newBuilder().setPrev(random.nextLong()).setSeq(random.nextLong());
        for (int left = random.nextInt(3); left > 0; left--) {
            delta.addUpserted(EnvelopeMapping.record(member(random)));
            delta.addDepartedBuilder()
                    .setMemberId(ProtoMapping.toProto(id(random)))
                    .setReasonValue(random.nextInt(7));
        }
        return delta;
    }

    private static CursorColumns columns(Random random) {
        CursorColumns columns = new CursorColumns();
        for (int left = random.nextInt(5); left > 0; left--) {
            columns.add(random.nextInt(300), random.nextInt(9_999), -random.nextInt(9_999), random.nextBoolean(), 12);
        }
        return columns;
    }

    private static Member member(Random random) {
        return new Member(
                id(random),
                random.nextInt(),
                new Profile("u" + random.nextInt(3), "Ada \"é\" 🦊", "#fff", "https://example.org/a.png", "phone"),
                Status.values()[random.nextInt(Status.values().length)],
                random.nextBoolean() ? PresenceState.EMPTY : PresenceState.of(Map.of("tool", bytes("pen"))),
                random.nextLong(),
                random.nextLong(),
                random.nextBoolean() ? KeyHash.NONE : KeyHash.of(bytes("key")));
    }

    private byte[] sessionsOrOrigin(Random random) {
        if (random.nextInt(4) == 0) {
            return bytes(NODE + ":" + random.nextInt(3));
        }
        return json.encodeSessions(Stream.generate(
                        () -> new UserSession(id(random), new BoardId("b" + random.nextInt(3)), Status.AWAY, "phone"))
                .limit(random.nextInt(4))
                .toList());
    }

    private static MemberId id(Random random) {
        return new MemberId(random.nextLong(), random.nextLong());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
