package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.model.BoardId;
import presence.model.Position;
import presence.model.Status;
import presence.proto.Auth;
import presence.proto.ClientFrame;
import presence.proto.Cursor;
import presence.proto.Heartbeat;
import presence.proto.Join;
import presence.proto.Leave;
import presence.proto.Lock;
import presence.proto.Profile;
import presence.proto.React;
import presence.proto.RosterPage;
import presence.proto.SignalSend;
import presence.proto.StatePatch;
import presence.proto.Unlock;
import presence.proto.Viewport;
import presence.proto.Watch;
import presence.testing.random.Seeded;

class WireDecoderTest {
    private final WireDecoder decoder = new WireDecoder(WireLimits.DEFAULT);

    private ClientEvent decode(byte[] bytes) throws WireException {
        ByteBuf frame = Unpooled.wrappedBuffer(bytes);
        try {
            return decoder.decode(frame);
        } finally {
            assertThat(frame.refCnt()).as("the buffer stays the caller's").isEqualTo(1);
            frame.release();
        }
    }

    private ClientEvent decode(Consumer<ClientFrame.Builder> fill) throws WireException {
        ClientFrame.Builder frame = ClientFrame.newBuilder();
        fill.accept(frame);
        return decode(frame.build().toByteArray());
    }

    private WireException refusal(Consumer<ClientFrame.Builder> fill) {
        WireException refused = catchThrowableOfType(WireException.class, () -> decode(fill.andThen(f -> f.setId(77))));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.close()).as("the connection stays").isNull();
        assertThat(refused.requestId()).as("the id is echoed").isEqualTo(77);
        assertThat(refused.getStackTrace()).isEmpty();
        return refused;
    }

    private WireException fatal(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        WireException broken = catchThrowableOfType(WireException.class, () -> decode(bytes));
        assertThat(broken).as(hex).isNotNull();
        assertThat(broken.error()).isNull();
        assertThat(broken.close()).isEqualTo(CloseReason.BAD_FRAME);
        assertThat(broken.getStackTrace()).isEmpty();
        return broken;
    }

    // ---- what each kind carries ----

    @Test
    void aWatchNamesEachBoardOnceAndNoMoreAvatarsThanThereMayBe() throws WireException {
        assertThat(decode(f -> f.setWatch(Watch.newBuilder()
                        .addBoard("b2")
                        .addBoard("b1")
                        .addBoard("b2")
                        .setAvatars(3))))
                .isEqualTo(new ClientEvent.Watch(
                        ClientEvent.NO_REQUEST_ID, List.of(new BoardId("b2"), new BoardId("b1")), 3));
        for (int avatars : new int[] {10, 11, -1}) {
            assertThat(decode(f -> f.setWatch(Watch.newBuilder().setAvatars(avatars))))
                    .isEqualTo(new ClientEvent.Watch(ClientEvent.NO_REQUEST_ID, List.of(), 10));
        }
    }

    @Test
    void aWatchOfAnInvalidBoardOrOfTooManyIsRefusedAsAWhole() {
        assertThat(refusal(f -> f.setWatch(Watch.newBuilder().addBoard("b1").addBoard("b*")))
                        .error())
                .isEqualTo(ErrorCode.BOARD_ID_INVALID);
        Watch.Builder many = Watch.newBuilder();
        for (int i = 0; i <= WireLimits.MAX_WATCHED; i++) {
            many.addBoard("b" + i);
        }
        assertThat(refusal(f -> f.setWatch(many)).error()).isEqualTo(ErrorCode.TOO_MANY_WATCHED);
    }

    @Test
    void readsAJoin() throws Exception {
        ClientEvent.Join join = (ClientEvent.Join) decode(f -> f.setJoin(Join.newBuilder()
                .setBoard("retro")
                .setProfile(Profile.newBuilder()
                        .setUserId("u1")
                        .setName("Ada")
                        .setColor("#f00")
                        .setAvatarUrl("https://example.org/a.png")
                        .setDevice("laptop"))
                .setStatus(presence.proto.Status.STATUS_BUSY)
                .putState("tool", ByteString.copyFrom(new byte[] {1, 2}))
                .setResumeKey(ByteString.copyFrom(new byte[] {9}))
                .setObserver(true)));
        assertThat(join.board()).isEqualTo(new BoardId("retro"));
        assertThat(join.profile())
                .isEqualTo(new presence.model.Profile("u1", "Ada", "#f00", "https://example.org/a.png", "laptop"));
        assertThat(join.status()).isEqualTo(Status.BUSY);
        assertThat(join.state()).containsOnlyKeys("tool");
        assertThat(join.state().get("tool")).containsExactly(1, 2);
        assertThat(join.resumeKey()).containsExactly(9);
        assertThat(join.observer()).isTrue();
    }

    @Test
    void aJoinWithNothingButABoardIsActiveAndAMember() throws Exception {
        ClientEvent.Join join =
                (ClientEvent.Join) decode(f -> f.setJoin(Join.newBuilder().setBoard("b")));
        assertThat(join.profile())
                .as("none given: a resumed member keeps its own")
                .isNull();
        assertThat(join.status()).isEqualTo(Status.ACTIVE);
        assertThat(join.state()).isEmpty();
        assertThat(join.resumeKey()).isEmpty();
        assertThat(join.observer()).isFalse();
    }

    @Test
    void readsALeave() throws Exception {
        assertThat(decode(f -> f.setLeave(Leave.newBuilder().setBoardRef(3))))
                .isEqualTo(new ClientEvent.Leave(ClientEvent.NO_REQUEST_ID, 3));
    }

    @Test
    void readsACursor() throws Exception {
        assertThat(decode(f -> f.setCursor(
                        Cursor.newBuilder().setBoardRef(2).setX(-5).setY(7).setHidden(true))))
                .isEqualTo(new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 2, -5, 7, true));
        assertThat(decode(f -> f.setCursor(Cursor.getDefaultInstance())))
                .isEqualTo(new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 0, 0, 0, false));
    }

    @Test
    void readsAStatePatch() throws Exception {
        ClientEvent.StatePatch patch = (ClientEvent.StatePatch) decode(f -> f.setState(StatePatch.newBuilder()
                .setBoardRef(2)
                .putSet("a", ByteString.copyFrom(new byte[] {1}))
                .addUnset("b")
                .setProfile(Profile.newBuilder().setName("Bob"))
                .setStatus(presence.proto.Status.STATUS_AWAY)));
        assertThat(patch.boardRef()).isEqualTo(2);
        assertThat(patch.set()).containsOnlyKeys("a");
        assertThat(patch.unset()).containsExactly("b");
        assertThat(patch.profile()).isEqualTo(new presence.model.Profile("", "Bob", "", "", ""));
        assertThat(patch.status()).isEqualTo(Status.AWAY);
    }

    @Test
    void readsALockAndItsReturn() throws Exception {
        assertThat(decode(f -> f.setLock(Lock.newBuilder()
                        .setBoardRef(3)
                        .setName("s")
                        .setTtlMs(-1)
                        .setWait(true))))
                .isEqualTo(new ClientEvent.Lock(ClientEvent.NO_REQUEST_ID, 3, "s", 0xffff_ffffL, true));
        assertThat(decode(f -> f.setUnlock(Unlock.newBuilder().setBoardRef(3).setName("s"))))
                .isEqualTo(new ClientEvent.Unlock(ClientEvent.NO_REQUEST_ID, 3, "s"));
    }

    @Test
    void aLockNeedsAName() {
        assertThat(refusal(f -> f.setLock(Lock.getDefaultInstance())).error()).isEqualTo(ErrorCode.LOCK_INVALID);
        assertThat(refusal(f -> f.setUnlock(Unlock.getDefaultInstance())).error())
                .isEqualTo(ErrorCode.LOCK_INVALID);
    }

    @Test
    void absentPartsOfAPatchAreNull() throws Exception {
        ClientEvent.StatePatch patch =
                (ClientEvent.StatePatch) decode(f -> f.setState(StatePatch.getDefaultInstance()));
        assertThat(patch.set()).isEmpty();
        assertThat(patch.unset()).isEmpty();
        assertThat(patch.profile()).isNull();
        assertThat(patch.status()).isNull();
    }

    @Test
    void anEmptyProfileInAPatchIsAProfile() throws Exception {
        ClientEvent.StatePatch patch = (ClientEvent.StatePatch)
                decode(f -> f.setState(StatePatch.newBuilder().setProfile(Profile.getDefaultInstance())));
        assertThat(patch.profile()).isEqualTo(presence.model.Profile.EMPTY);
    }

    @Test
    void aStatusOfANewerReleaseIsNoStatus() throws Exception {
        ClientEvent.StatePatch patch = (ClientEvent.StatePatch)
                decode(f -> f.setState(StatePatch.newBuilder().setStatusValue(99)));
        assertThat(patch.status()).isNull();
    }

    @Test
    void readsASignal() throws Exception {
        ClientEvent.Signal signal = (ClientEvent.Signal) decode(f -> f.setSignal(SignalSend.newBuilder()
                .setBoardRef(1)
                .setType("wave")
                .setPayload(ByteString.copyFrom(new byte[] {4, 5}))
                .addTo(3)
                .addTo(9)));
        assertThat(signal.boardRef()).isEqualTo(1);
        assertThat(signal.type()).isEqualTo("wave");
        assertThat(signal.payload()).containsExactly(4, 5);
        assertThat(signal.to()).containsExactly(3, 9);
    }

    @Test
    void readsAHeartbeatAndAToken() throws Exception {
        assertThat(decode(f -> f.setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(1_700_000_000_000L))))
                .isEqualTo(new ClientEvent.Heartbeat(ClientEvent.NO_REQUEST_ID, 1_700_000_000_000L));
        assertThat(decode(f -> f.setAuth(Auth.newBuilder().setToken("t"))))
                .isEqualTo(new ClientEvent.Auth(ClientEvent.NO_REQUEST_ID, "t"));
    }

    @Test
    void readsAReactionOfAtMost32Bytes() throws Exception {
        assertThat(decode(f -> f.setReact(React.newBuilder().setBoardRef(3).setType("é".repeat(16)))))
                .isEqualTo(new ClientEvent.React(ClientEvent.NO_REQUEST_ID, 3, "é".repeat(16)));
        assertThat(refusal(f -> f.setReact(React.newBuilder().setType("é".repeat(17)))))
                .hasMessage("reaction type has 34 bytes, the limit is 32");
    }

    @Test
    void readsAViewportWithinTheBoardAndRefusesMoreThan16Followed() throws Exception {
        assertThat(decode(f -> f.setViewport(Viewport.newBuilder()
                        .setBoardRef(3)
                        .setX(Integer.MAX_VALUE)
                        .setY(-5)
                        .setWidth(-1)
                        .setHeight(1 << 27)
                        .addFollow(9))))
                .isEqualTo(new ClientEvent.Viewport(
                        ClientEvent.NO_REQUEST_ID, 3, Position.LIMIT, -5, 1 << 26, 1 << 26, List.of(9)));
        assertThat(refusal(f -> {
                    for (int slot = 1; slot <= 17; slot++) {
                        f.getViewportBuilder().addFollow(slot);
                    }
                }))
                .hasMessage("viewport follows 17 members, the limit is 16");
    }

    @Test
    void readsPartsOfRostersAndRefusesThoseBeyondTheLimit() throws Exception {
        assertThat(((ClientEvent.Join) decode(
                                f -> f.setJoin(Join.newBuilder().setBoard("b").setRosterLimit(1_000))))
                        .rosterLimit())
                .isEqualTo(1_000);
        assertThat(refusal(f -> f.setJoin(Join.newBuilder().setBoard("b").setRosterLimit(1_001))))
                .hasMessage("roster_limit is 1001, the limit is 1000")
                .extracting(WireException::error)
                .isEqualTo(ErrorCode.ROSTER_PAGE_INVALID);
        assertThat(decode(f -> f.setRosterPage(
                        RosterPage.newBuilder().setBoardRef(3).setFrom(101).setLimit(50))))
                .isEqualTo(new ClientEvent.RosterPage(ClientEvent.NO_REQUEST_ID, 3, 101, 50));
        assertThat(refusal(f -> f.setRosterPage(RosterPage.newBuilder().setLimit(-1))))
                .hasMessage("limit is 4294967295, the limit is 1000");
    }

    // ---- the id ----

    static Stream<Consumer<ClientFrame.Builder>> everyKind() {
        return Stream.of(
                f -> f.setJoin(Join.newBuilder().setBoard("b")),
                f -> f.setLeave(Leave.getDefaultInstance()),
                f -> f.setCursor(Cursor.newBuilder().setX(1)),
                f -> f.setState(StatePatch.getDefaultInstance()),
                f -> f.setSignal(SignalSend.getDefaultInstance()),
                f -> f.setHeartbeat(Heartbeat.getDefaultInstance()),
                f -> f.setAuth(Auth.getDefaultInstance()),
                f -> f.setWatch(Watch.getDefaultInstance()),
                f -> f.setReact(React.getDefaultInstance()),
                f -> f.setViewport(Viewport.getDefaultInstance()),
                f -> f.setRosterPage(RosterPage.getDefaultInstance()),
                f -> f.setLock(Lock.newBuilder().setName("n")),
                f -> f.setUnlock(Unlock.newBuilder().setName("n")));
    }

    @Test
    void everyKindOfFrameIsCoveredHere() {
        assertThat(everyKind().map(fill -> {
                    ClientFrame.Builder frame = ClientFrame.newBuilder();
                    fill.accept(frame);
                    return frame.getFrameCase();
                }))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ClientFrame.FrameCase.values())
                        .filter(kind -> kind != ClientFrame.FrameCase.FRAME_NOT_SET)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void everyKindKeepsItsId(Consumer<ClientFrame.Builder> fill) throws Exception {
        assertThat(decode(fill).requestId()).isEqualTo(ClientEvent.NO_REQUEST_ID);
        assertThat(decode(fill.andThen(f -> f.setId(0))).requestId()).isZero();
        assertThat(decode(fill.andThen(f -> f.setId(42))).requestId()).isEqualTo(42);
        assertThat(decode(fill.andThen(f -> f.setId(-1))).requestId()).isEqualTo(4_294_967_295L);
    }

    // ---- limits ----

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a*", "{x}", "\u0000", "\u200b"})
    void aBoardIdMustBeOne(String id) {
        WireException refused = refusal(f -> f.setJoin(Join.newBuilder().setBoard(id)));
        assertThat(refused.error()).isEqualTo(ErrorCode.BOARD_ID_INVALID);
        assertThat(refused.detail()).startsWith("board id ");
    }

    /** A limit: the size of the limited part, and a frame with that size. */
    interface Sized {
        void fill(ClientFrame.Builder frame, int size);
    }

    private static Arguments limit(String what, int max, ErrorCode code, Sized frame) {
        return arguments(what, max, code, frame);
    }

    private static Sized profile(java.util.function.BiConsumer<Profile.Builder, String> field) {
        return (f, size) -> {
            Profile.Builder profile = Profile.newBuilder();
            field.accept(profile, "x".repeat(size));
            f.setJoin(Join.newBuilder().setBoard("b").setProfile(profile));
        };
    }

    static Stream<Arguments> limits() {
        return Stream.of(
                limit(
                        "board id",
                        128,
                        ErrorCode.BOARD_ID_INVALID,
                        (f, size) -> f.setJoin(Join.newBuilder().setBoard("b".repeat(size)))),
                limit("user id", 128, ErrorCode.FIELD_TOO_LONG, profile(Profile.Builder::setUserId)),
                limit("name", 128, ErrorCode.FIELD_TOO_LONG, profile(Profile.Builder::setName)),
                limit("color", 128, ErrorCode.FIELD_TOO_LONG, profile(Profile.Builder::setColor)),
                limit("device", 128, ErrorCode.FIELD_TOO_LONG, profile(Profile.Builder::setDevice)),
                limit("avatar URL", 2_048, ErrorCode.FIELD_TOO_LONG, profile(Profile.Builder::setAvatarUrl)),
                limit(
                        "name in a patch",
                        128,
                        ErrorCode.FIELD_TOO_LONG,
                        (f, size) -> f.setState(StatePatch.newBuilder()
                                .setProfile(Profile.newBuilder().setName("x".repeat(size))))),
                limit(
                        "state name",
                        128,
                        ErrorCode.FIELD_TOO_LONG,
                        (f, size) -> f.setJoin(
                                Join.newBuilder().setBoard("b").putState("x".repeat(size), ByteString.EMPTY))),
                limit(
                        "set name",
                        128,
                        ErrorCode.FIELD_TOO_LONG,
                        (f, size) -> f.setState(StatePatch.newBuilder().putSet("x".repeat(size), ByteString.EMPTY))),
                limit(
                        "unset name",
                        128,
                        ErrorCode.FIELD_TOO_LONG,
                        (f, size) -> f.setState(StatePatch.newBuilder().addUnset("x".repeat(size)))),
                limit(
                        "state bytes",
                        4_096,
                        ErrorCode.STATE_TOO_LARGE,
                        (f, size) -> f.setJoin(Join.newBuilder()
                                .setBoard("b")
                                .putState("12", bytes(1_000))
                                .putState("34", bytes(size - 1_004)))),
                limit(
                        "set bytes",
                        4_096,
                        ErrorCode.STATE_TOO_LARGE,
                        (f, size) -> f.setState(StatePatch.newBuilder().putSet("1", bytes(size - 1)))),
                limit("state keys", 32, ErrorCode.STATE_TOO_LARGE, (f, size) -> {
                    Join.Builder join = Join.newBuilder().setBoard("b");
                    upTo(size, i -> join.putState("k" + i, ByteString.EMPTY));
                    f.setJoin(join);
                }),
                limit("set keys", 32, ErrorCode.STATE_TOO_LARGE, (f, size) -> {
                    StatePatch.Builder patch = StatePatch.newBuilder();
                    upTo(size, i -> patch.putSet("k" + i, ByteString.EMPTY));
                    f.setState(patch);
                }),
                limit(
                        "name of a lock",
                        128,
                        ErrorCode.FIELD_TOO_LONG,
                        (f, size) -> f.setLock(Lock.newBuilder().setName("x".repeat(size)))),
                limit(
                        "name of a lock given back",
                        128,
                        ErrorCode.FIELD_TOO_LONG,
                        (f, size) -> f.setUnlock(Unlock.newBuilder().setName("x".repeat(size)))),
                limit(
                        "signal payload",
                        16_384,
                        ErrorCode.SIGNAL_TOO_LARGE,
                        (f, size) -> f.setSignal(SignalSend.newBuilder().setPayload(bytes(size)))),
                limit(
                        "signal type",
                        128,
                        ErrorCode.FIELD_TOO_LONG,
                        (f, size) -> f.setSignal(SignalSend.newBuilder().setType("x".repeat(size)))));
    }

    private static ByteString bytes(int size) {
        return ByteString.copyFrom(new byte[size]);
    }

    private static void upTo(int count, IntConsumer action) {
        for (int i = 0; i < count; i++) {
            action.accept(i);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("limits")
    void acceptsTheLimitAndRefusesOneMore(String what, int max, ErrorCode code, Sized frame) throws Exception {
        assertThat(decode(f -> frame.fill(f, max))).isNotNull();
        assertThat(refusal(f -> frame.fill(f, max + 1)).error()).isEqualTo(code);
    }

    @Test
    void lengthsAreMeasuredInUtf8() throws Exception {
        Consumer<ClientFrame.Builder> fits =
                f -> f.setSignal(SignalSend.newBuilder().setType("é".repeat(64)));
        assertThat(decode(fits)).isNotNull();
        WireException refused = refusal(f -> f.setSignal(SignalSend.newBuilder().setType("板".repeat(43))));
        assertThat(refused.detail()).isEqualTo("signal type has 129 bytes, the limit is 128");
    }

    @Test
    void limitsAreThoseOfTheNode() {
        WireDecoder strict = new WireDecoder(new WireLimits(1_024, 8, 10, 1, 4, 1));
        ByteBuf frame = Unpooled.wrappedBuffer(ClientFrame.newBuilder()
                .setSignal(SignalSend.newBuilder().setPayload(bytes(5)))
                .build()
                .toByteArray());
        WireException refused = catchThrowableOfType(WireException.class, () -> strict.decode(frame));
        assertThat(refused.error()).isEqualTo(ErrorCode.SIGNAL_TOO_LARGE);
    }

    @Test
    void coordinatesAreClamped() throws Exception {
        Cursor.Builder far = Cursor.newBuilder().setX(Integer.MIN_VALUE).setY(Integer.MAX_VALUE);
        for (boolean plain : new boolean[] {true, false}) {
            ClientEvent.Cursor cursor = (ClientEvent.Cursor) decode(f -> {
                f.setCursor(far);
                if (!plain) {
                    f.setId(1);
                }
            });
            assertThat(cursor.x()).isEqualTo(-Position.LIMIT);
            assertThat(cursor.y()).isEqualTo(Position.LIMIT);
        }
    }

    // ---- broken, foreign, newer ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22 02 08 80", // board_ref ends inside its varint
                "22 01 10", // x without a value
                "22 0b 08 80 80 80 80 80 80 80 80 80 80", // varint longer than ten bytes
                "22 0c 10 ff ff ff ff ff ff ff ff ff ff 01",
                "22 05 08", // says five bytes, has one
                "22 ff ff ff ff 0f", // length far beyond the frame
                "12", // join without a length
                "12 03 0a 05 61", // board longer than the join
                "12 03 0a 01 ff", // board that is no UTF-8
                "00", // tag 0
                "0f", // wire type 7
                "ff ff ff ff ff ff ff ff ff ff ff",
                "22 01 07"
            })
    void brokenBytesEndTheConnection(String hex) {
        fatal(hex);
    }

    @Test
    void aFrameOfAnUnknownKindIsRefused() {
        byte[] newer = HexFormat.of().parseHex("084d" + "fa0600"); // id 77, field 111
        WireException refused = catchThrowableOfType(WireException.class, () -> decode(newer));
        assertThat(refused.error()).isEqualTo(ErrorCode.UNKNOWN_FRAME);
        assertThat(refused.requestId()).isEqualTo(77);
    }

    @Test
    void anEmptyFrameIsOfAnUnknownKind() {
        WireException refused = catchThrowableOfType(WireException.class, () -> decode(new byte[0]));
        assertThat(refused.error()).isEqualTo(ErrorCode.UNKNOWN_FRAME);
        assertThat(refused.requestId()).isEqualTo(ClientEvent.NO_REQUEST_ID);
    }

    @Test
    void unknownFieldsAreIgnored() throws Exception {
        // In the cursor: x = 1, field 15 = 3, y = 2. Around it: field 111.
        assertThat(decode(HexFormat.of().parseHex("22061002" + "7803" + "1804")))
                .isEqualTo(new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 0, 1, 2, false));
        assertThat(decode(HexFormat.of().parseHex("220410021804" + "fa0600")))
                .isEqualTo(new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 0, 1, 2, false));
    }

    @Test
    void readsAFrameInSeveralPieces() throws Exception {
        byte[] bytes = ClientFrame.newBuilder()
                .setId(5)
                .setSignal(SignalSend.newBuilder().setType("wave"))
                .build()
                .toByteArray();
        ByteBuf pieces = Unpooled.wrappedBuffer(
                Unpooled.wrappedBuffer(bytes, 0, 4), Unpooled.wrappedBuffer(bytes, 4, bytes.length - 4));
        assertThat(pieces.nioBufferCount()).isGreaterThan(1);
        assertThat(decoder.decode(pieces)).isInstanceOf(ClientEvent.Signal.class);
        pieces.release();
    }

    @Test
    void readsOnlyWhatIsReadable() throws Exception {
        ByteBuf frame = Unpooled.buffer();
        frame.writeBytes(HexFormat.of().parseHex("ffff" + "220410021804")).skipBytes(2);
        assertThat(decoder.decode(frame)).isEqualTo(new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 0, 1, 2, false));
        frame.release();
    }

    // ---- the short way for cursors ----

    /** The result of the generated code; null where the bytes are broken. */
    private static ClientEvent.Cursor generated(byte[] bytes) {
        try {
            ClientFrame frame = ClientFrame.parseFrom(bytes);
            Cursor cursor = frame.getCursor();
            return new ClientEvent.Cursor(
                    frame.hasId() ? Integer.toUnsignedLong(frame.getId()) : ClientEvent.NO_REQUEST_ID,
                    cursor.getBoardRef(),
                    Position.clamp(cursor.getX()),
                    Position.clamp(cursor.getY()),
                    cursor.getHidden());
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static byte[] randomCursor(Random random) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        CodedOutputStream fields = CodedOutputStream.newInstance(body);
        for (int left = random.nextInt(6); left > 0; left--) {
            // Any order, any field twice, sometimes an unknown one or a varint longer than necessary.
            switch (random.nextInt(12)) {
                case 0, 1 -> fields.writeUInt32(1, random.nextInt() >>> random.nextInt(32));
                case 2, 3, 4 -> fields.writeSInt32(2, random.nextInt() >> random.nextInt(32));
                case 5, 6, 7 -> fields.writeSInt32(3, random.nextInt() >> random.nextInt(32));
                case 8 -> fields.writeBool(4, random.nextBoolean());
                case 9 -> fields.writeUInt64(1 + random.nextInt(4), random.nextLong() << random.nextInt(64));
                case 10 -> fields.writeRawBytes(HexFormat.of().parseHex("10828000"));
                default -> fields.writeUInt64(5 + random.nextInt(30), random.nextLong());
            }
        }
        fields.flush();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream frame = CodedOutputStream.newInstance(bytes);
        frame.writeByteArray(ClientFrame.CURSOR_FIELD_NUMBER, body.toByteArray());
        frame.flush();
        return bytes.toByteArray();
    }

    @Tag("property")
    @Test
    void theShortWayForCursorsReadsWhatTheGeneratedCodeReads() {
        Seeded.check(100_000, random -> {
            byte[] bytes = randomCursor(random);
            assertThat(decode(bytes)).as(() -> HexFormat.of().formatHex(bytes)).isEqualTo(generated(bytes));
        });
    }

    @Tag("property")
    @Test
    void theShortWayForCursorsRefusesWhatTheGeneratedCodeRefuses() {
        int[] broken = {0};
        Seeded.check(25_000, random -> {
            byte[] bytes = randomCursor(random);
            byte[] cut = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
            if (cut.length > 2 && random.nextBoolean()) {
                cut[1] = (byte) (cut.length - 2);
            }
            cut[random.nextInt(cut.length)] ^= (byte) (1 << random.nextInt(8));
            if (cut[0] != bytes[0]) {
                return;
            }
            ClientEvent.Cursor expected = generated(cut);
            String hex = HexFormat.of().formatHex(cut);
            if (expected == null) {
                broken[0]++;
                fatal(hex);
                return;
            }
            try {
                assertThat(decode(cut)).as(hex).isEqualTo(expected);
            } catch (WireException stricter) {
                // The generated code accepts a bool whose tenth byte continues.
                assertThat(stricter.detail()).as(hex).isEqualTo("varint longer than 10 bytes");
            }
        });
        assertThat(broken[0]).as("frames that were broken").isPositive();
    }

    @Tag("property")
    @Test
    void neverThrowsAnythingElse() {
        List<byte[]> frames = everyKind()
                .map(fill -> {
                    ClientFrame.Builder frame = ClientFrame.newBuilder().setId(300);
                    fill.accept(frame);
                    return frame.build().toByteArray();
                })
                .toList();
        Seeded.check(25_000, random -> {
            byte[] bytes = frames.get(random.nextInt(frames.size())).clone();
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
            for (int left = random.nextInt(4); left > 0 && bytes.length > 0; left--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                decode(bytes);
            } catch (WireException refused) {
                assertThat((refused.error() == null) != (refused.close() == null))
                        .as("either refused or fatal")
                        .isTrue();
            }
        });
    }
}
