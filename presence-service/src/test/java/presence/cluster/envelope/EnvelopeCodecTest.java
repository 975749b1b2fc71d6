package presence.cluster.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.model.CursorColumns;
import presence.model.KeyHash;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.proto.Announcement;
import presence.proto.CursorTick;
import presence.proto.Delta;
import presence.proto.Departure;
import presence.proto.Digest;
import presence.proto.Envelope;
import presence.proto.Hello;
import presence.proto.Kick;
import presence.proto.LeaveReason;
import presence.proto.LockChange;
import presence.proto.MemberRecord;
import presence.proto.NodeBye;
import presence.proto.NodeDead;
import presence.proto.NodeHeartbeat;
import presence.proto.ObserverCount;
import presence.proto.Pardon;
import presence.proto.Put;
import presence.proto.Reaction;
import presence.proto.ReactionSums;
import presence.proto.Reap;
import presence.proto.SignalRelay;
import presence.proto.UserPresence;
import presence.testing.random.Seeded;

public class EnvelopeCodecTest {
    private static final NodeId NODE = NodeId.parse("1f6bf0f1-e276-466f-b0b9-401634e9b0e3");
    private static final ByteString ID =
            ByteString.copyFrom(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, -1});

    private final EnvelopeCodec protobuf = new EnvelopeCodec(NODE, false);
    private final EnvelopeCodec json = new EnvelopeCodec(NODE, true);
    private final EnvelopeCodec other = new EnvelopeCodec(NodeId.random(), false);

    public static Stream<Consumer<Envelope.Builder>> everyKind() {
        MemberRecord record = MemberRecord.newBuilder()
                .setMemberId(ID)
                .setSlot(3)
                .setProfile(presence.proto.Profile.newBuilder().setName("Ada \"é\" 🦊"))
                .setStatus(presence.proto.Status.STATUS_AWAY)
                .putState("tool", ByteString.copyFrom(new byte[] {0, -1}))
                .setVersion(1L << 52)
                .setJoinedAtMs(1_795_221_806_242L)
                .build();
        return Stream.of(
                e -> e.setDelta(Delta.newBuilder()
                        .setSeq(9)
                        .setPrev(7)
                        .addUpserted(record)
                        .addDeparted(
                                Departure.newBuilder().setMemberId(ID).setReason(LeaveReason.LEAVE_REASON_NODE_LOST))),
                e -> e.setPut(Put.newBuilder().setSeq(4).setCount(2)),
                e -> e.setDigest(Digest.newBuilder().setSeq(4).setCount(2).setHash(-5)),
                e -> e.setReap(Reap.newBuilder().setOrigin(NODE + ":3")),
                e -> e.setCursors(CursorTick.newBuilder()
                        .setTick(77)
                        .addAllSlot(List.of(1, 2))
                        .addAllX(List.of(-5, 6))
                        .addAllY(List.of(7, -8))
                        .addAllAgeMs(List.of(0, 12))
                        .addHidden(2)),
                e -> e.setHello(Hello.getDefaultInstance()),
                e -> e.setSignal(SignalRelay.newBuilder()
                        .setFrom(ID)
                        .setType("wave")
                        .setPayload(ByteString.copyFromUtf8("hi"))
                        .addTo(ID)),
                e -> e.setHeartbeat(NodeHeartbeat.newBuilder().setSentMs(5).setLabel("blue")),
                e -> e.setDead(NodeDead.newBuilder().setOrigin(NODE + ":0")),
                e -> e.setBye(NodeBye.getDefaultInstance()),
                e -> e.setAnnouncement(Announcement.newBuilder().setText("soon")),
                e -> e.setUser(UserPresence.newBuilder()
                        .setOrigin(NODE + ":0")
                        .setUserId("ada")
                        .setOnline(true)),
                e -> e.setKick(Kick.newBuilder()
                        .setBoard("b2")
                        .setUserId("ada")
                        .setReason("spam")
                        .setBanMs(60_000)),
                e -> e.setPardon(Pardon.newBuilder().setUserId("ada")),
                e -> e.setObservers(ObserverCount.newBuilder().setObservers(12)),
                e -> e.setReactions(ReactionSums.newBuilder()
                        .addReactions(Reaction.newBuilder().setType("heart").setCount(3))),
                e -> e.setLocks(LockChange.newBuilder().setName("shape-1")));
    }

    private static Member member(String name) {
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        return new Member(
                MemberId.random(),
                7,
                new Profile("u", name, "#fff", "https://example.org/a.png", "phone"),
                Status.IDLE,
                PresenceState.of(Map.of("a", new byte[] {1, 2}, "", new byte[0])),
                3,
                1_795_221_806_242L,
                KeyHash.of(key));
    }

    @Test
    void everyKindIsCoveredHere() {
        assertThat(everyKind().map(fill -> {
                    Envelope.Builder envelope = Envelope.newBuilder();
                    fill.accept(envelope);
                    return envelope.getEventCase();
                }))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Envelope.EventCase.values())
                        .filter(kind -> kind != Envelope.EventCase.EVENT_NOT_SET)
                        .toList());
    }

    @Test
    void cursorsWrittenByHandAreWhatProtobufWouldWrite() {
        Seeded.check(2_000, random -> {
            CursorColumns moved = new CursorColumns();
            for (int rows = random.nextInt(40); rows >= 0; rows--) {
                moved.add(
                        1 + random.nextInt(1 << random.nextInt(1, 20)),
                        random.nextInt() >> random.nextInt(6, 31),
                        random.nextInt() >> random.nextInt(6, 31),
                        random.nextInt(8) == 0,
                        random.nextInt(1 << random.nextInt(1, 20)));
            }
            long inc = random.nextInt(3);
            long tick = 1 + (random.nextLong() >>> random.nextInt(1, 63));
            for (EnvelopeCodec codec : List.of(protobuf, json)) {
                assertThat(codec.encodeCursors(inc, tick, moved))
                        .isEqualTo(
                                codec.encode(codec.envelope(inc).setCursors(EnvelopeMapping.cursorTick(tick, moved))));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void everyKindSurvivesInBothFormsAndEveryNodeReadsBoth(Consumer<Envelope.Builder> fill) throws Exception {
        for (EnvelopeCodec writer : List.of(protobuf, json)) {
            Envelope.Builder envelope = writer.envelope(2);
            fill.accept(envelope);
            byte[] bytes = writer.encode(envelope);
            assertThat(bytes[0]).isEqualTo(writer == json ? (byte) '{' : (byte) 0x0a);
            for (EnvelopeCodec reader : List.of(protobuf, json, other)) {
                assertThat(reader.decode(bytes)).isEqualTo(envelope.build());
            }
        }
    }

    @Test
    void anEnvelopeSaysWhoWroteItInWhichIncarnation() {
        Envelope envelope = protobuf.envelope(3).build();
        assertThat(envelope.getNode()).isEqualTo(NODE.toString());
        assertThat(envelope.getInc()).isEqualTo(3);
        assertThat(envelope.getVersion()).isEqualTo(EnvelopeCodec.VERSION);
    }

    @Test
    void theNodeCanBeReadInBothForms() {
        for (EnvelopeCodec codec : List.of(protobuf, json)) {
            byte[] bytes = codec.encode(codec.envelope(0).setHello(Hello.getDefaultInstance()));
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains(NODE.toString());
        }
    }

    // ---- echoes ----

    @ParameterizedTest
    @MethodSource("everyKind")
    void anOwnEchoIsKnownByItsFirstBytesInBothForms(Consumer<Envelope.Builder> fill) {
        for (EnvelopeCodec writer : List.of(protobuf, json)) {
            Envelope.Builder envelope = writer.envelope(1);
            fill.accept(envelope);
            byte[] bytes = writer.encode(envelope);
            // The rest is never read.
            Arrays.fill(bytes, Math.min(46, bytes.length), bytes.length, (byte) 0xff);
            assertThat(protobuf.isOwn(bytes)).isTrue();
            assertThat(json.isOwn(bytes)).isTrue();
            assertThat(other.isOwn(bytes)).isFalse();
        }
    }

    @Test
    void nothingElseIsAnEcho() {
        assertThat(protobuf.isOwn(new byte[0])).isFalse();
        assertThat(protobuf.isOwn(NODE.toString().getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        byte[] own = protobuf.encode(protobuf.envelope(0));
        assertThat(protobuf.isOwn(Arrays.copyOf(own, 20))).isFalse();
        own[37] ^= 1;
        assertThat(protobuf.isOwn(own)).as("the last digit of the node differs").isFalse();
    }

    // ---- hostile and newer ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "null",
                "[]",
                "\"\"",
                "{",
                "{\"node\":",
                "{\"inc\":\"x\"}",
                "{\"delta\":{\"upserted\":[{\"memberId\":\"!\"}]}}",
                "{\"delta\":[]}",
                "{\"put\":{\"seq\":-1}}",
                "{\"hello\":{},\"bye\":{}}",
                "{\"cursors\":{\"slot\":[1.5]}}",
                "{'node':'x'",
                "{\"cursors\":{\"slot\":[99999999999]}}",
                "{\"status\":\"STATUS_",
                "{\u0000}"
            })
    void whatIsNoEnvelopeIsSaidToBeNone(String text) {
        assertThatThrownBy(() -> protobuf.decode(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }

    @Test
    void deepNestingIsNoWayIn() {
        for (String nested :
                List.of("{\"x\":" + "[".repeat(100_000), "{\"delta\":".repeat(50_000), "{\"x\":".repeat(50_000))) {
            assertThatThrownBy(() -> protobuf.decode(nested.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(InvalidProtocolBufferException.class);
            assertThatThrownBy(() -> protobuf.decodeRecord(nested.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(InvalidProtocolBufferException.class);
        }
    }

    @Test
    void hostileBytesAreRefusedAndNothingElseHappens() {
        List<byte[]> seeds = everyKind()
                .flatMap(fill -> Stream.of(protobuf, json).map(codec -> {
                    Envelope.Builder envelope = codec.envelope(1);
                    fill.accept(envelope);
                    return codec.encode(envelope);
                }))
                .toList();
        byte[] record = protobuf.encodeRecord(member("Ada"));
        int[] refused = {0};
        Seeded.check(50_000, random -> {
            boolean isRecord = random.nextInt(8) == 0;
            byte[] bytes = (isRecord ? record : seeds.get(random.nextInt(seeds.size()))).clone();
            for (int left = 1 + random.nextInt(4); left > 0; left--) {
                switch (random.nextInt(3)) {
                    case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                    case 1 ->
                        bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:0-9eE\\n".charAt(random.nextInt(14));
                    default -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
                }
            }
            try {
                if (isRecord) {
                    protobuf.decodeRecord(bytes);
                } else {
                    Envelope envelope = protobuf.decode(bytes);
                    EnvelopeMapping.change(envelope.getDelta());
                    EnvelopeMapping.columns(envelope.getCursors());
                }
            } catch (InvalidProtocolBufferException expected) {
                refused[0]++;
            }
        });
        assertThat(refused[0]).as("messages refused").isPositive();
    }

    @Test
    void unknownFieldsAndKindsOfANewerReleaseAreIgnored() throws Exception {
        byte[] newer = HexFormat.of().parseHex("0a0178" + "10ff01" + "ba06021801");
        Envelope fromProtobuf = protobuf.decode(newer);
        assertThat(fromProtobuf.getNode()).isEqualTo("x");
        assertThat(fromProtobuf.getEventCase()).isEqualTo(Envelope.EventCase.EVENT_NOT_SET);
        Envelope fromJson = protobuf.decode("{\"node\":\"x\",\"version\":255,\"wormhole\":{\"a\":[1,{}]},\"inc\":\"4\"}"
                .getBytes(StandardCharsets.UTF_8));
        assertThat(fromJson.getInc()).isEqualTo(4);
        assertThat(fromJson.getEventCase()).isEqualTo(Envelope.EventCase.EVENT_NOT_SET);
    }

    // ---- records in Redis ----

    @Test
    void aRecordSurvivesAndIsJson() throws Exception {
        Member member = member("Ada \"é\" 🦊");
        byte[] bytes = protobuf.encodeRecord(member);
        assertThat(new String(bytes, StandardCharsets.UTF_8)).startsWith("{").contains("Ada \\\"é\\\" 🦊");
        assertThat(protobuf.decodeRecord(bytes)).isEqualTo(member);
        assertThat(json.decodeRecord(bytes)).isEqualTo(member);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"memberId\":\"AAAA\"}", "null", "{\"memberId\":7}"})
    void aRecordWithoutAMemberIdIsNone(String text) {
        assertThatThrownBy(() -> protobuf.decodeRecord(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\uDC00", "\\ud83e\\ud83e\\udd8a", "\\ud83e \\udd8a", "\\\\\\ud83e"})
    void halfASurrogatePairIsNoText(String name) {
        assertThatThrownBy(() -> protobuf.decodeRecord(named(name)))
                .isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessage("half a surrogate pair");
    }

    @ParameterizedTest
    @CsvSource({"\\ud83e\\udd8a, 🦊", "\\uD83E\\uDD8A, 🦊", "\\\\ud83e, \\ud83e", "\\u00e9, é"})
    void otherEscapesAreText(String name, String expected) throws Exception {
        assertThat(protobuf.decodeRecord(named(name)).profile().name()).isEqualTo(expected);
    }

    private static byte[] named(String name) {
        return ("{\"memberId\":\"AAECAwQFBgcICQoLDA0O/w==\",\"profile\":{\"name\":\"" + name + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
