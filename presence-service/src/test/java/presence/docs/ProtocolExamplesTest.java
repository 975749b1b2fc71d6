package presence.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import presence.config.Setting;
import presence.lock.Lock;
import presence.lock.LockAnswer;
import presence.model.BoardCounts;
import presence.model.BoardId;
import presence.model.BoardSummary;
import presence.model.CursorColumns;
import presence.model.Density;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.Position;
import presence.model.Profile;
import presence.model.Status;
import presence.proto.ClientFrame;
import presence.proto.Left;
import presence.proto.Limits;
import presence.proto.Member;
import presence.proto.MemberUpdate;
import presence.proto.Page;
import presence.proto.ServerFrame;
import presence.proto.WatchedBoard;
import presence.testing.client.Frames;
import presence.wire.ClientEvent;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.MemberChange;
import presence.wire.MemberFrames;
import presence.wire.MemberView;
import presence.wire.WatchedFrames;
import presence.wire.Welcome;
import presence.wire.WireDecoder;
import presence.wire.WireEncoder;
import presence.wire.WireException;
import presence.wire.WireLimits;

/**
 * docs/protocol/client.md matches the code: its examples are the encoder's bytes, its tables the enums and defaults.
 */
class ProtocolExamplesTest {
    private static final String PROTOCOL = read(Path.of("..", "docs", "protocol", "client.md"));
    private static final Map<String, byte[]> EXAMPLES = examples();
    private static final long NONE = ClientEvent.NO_REQUEST_ID;
    private static final MemberId BOB = MemberId.fromHex("00112233445566778899aabbccddeeff");
    private static final MemberId ADA = MemberId.fromHex("0123456789abcdef0123456789abcdef");
    private static final byte[] KEY = HexFormat.of().parseHex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
    private static final long T = 1_700_000_000_000L;

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> examples() {
        Map<String, byte[]> examples = new LinkedHashMap<>();
        Matcher matcher = Pattern.compile("<!-- example: (.+?) -->\n```\n(.+?)```", Pattern.DOTALL)
                .matcher(PROTOCOL);
        while (matcher.find()) {
            String hex = matcher.group(2).replaceAll("#.*", "").replaceAll("\\s", "");
            assertThat(examples.put(matcher.group(1), HexFormat.of().parseHex(hex)))
                    .as("example " + matcher.group(1) + " twice")
                    .isNull();
        }
        return examples;
    }

    private static byte[] example(String name) {
        byte[] bytes = EXAMPLES.get(name);
        assertThat(bytes).as("example " + name).isNotNull();
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- examples ----

    static Stream<Arguments> clientExamples() {
        return Stream.of(
                arguments(
                        "join",
                        new ClientEvent.Join(
                                1,
                                new BoardId("b1"),
                                new Profile("u1", "Ada", "#e91e63", "", ""),
                                Status.ACTIVE,
                                Map.of("tool", utf8("pen")),
                                new byte[0],
                                false,
                                new byte[0],
                                0,
                                false)),
                arguments(
                        "join with a resume key",
                        new ClientEvent.Join(
                                NONE,
                                new BoardId("b1"),
                                null,
                                Status.ACTIVE,
                                Map.of(),
                                KEY,
                                false,
                                new byte[0],
                                0,
                                false)),
                arguments(
                        "join that can be sent again",
                        new ClientEvent.Join(
                                NONE,
                                new BoardId("b1"),
                                null,
                                Status.ACTIVE,
                                Map.of(),
                                new byte[0],
                                false,
                                KEY,
                                1 << 24,
                                false)),
                arguments(
                        "join with counts",
                        new ClientEvent.Join(
                                NONE,
                                new BoardId("b1"),
                                null,
                                Status.ACTIVE,
                                Map.of(),
                                new byte[0],
                                true,
                                new byte[0],
                                0,
                                true)),
                arguments("leave", new ClientEvent.Leave(NONE, 3)),
                arguments("cursor", new ClientEvent.Cursor(NONE, 0, 160, -320, false)),
                arguments("cursor, hidden", new ClientEvent.Cursor(NONE, 3, 160, -320, true)),
                arguments(
                        "state",
                        new ClientEvent.StatePatch(
                                2, 3, Map.of("tool", utf8("pan")), List.of("selection"), null, Status.IDLE)),
                arguments("signal", new ClientEvent.Signal(NONE, 0, "wave", utf8("hi"), List.of(2))),
                arguments("heartbeat", new ClientEvent.Heartbeat(NONE, T)),
                arguments("auth", new ClientEvent.Auth(NONE, "token")),
                arguments("watch", new ClientEvent.Watch(NONE, List.of(new BoardId("b1"), new BoardId("b2")), 3)),
                arguments("watch nothing", new ClientEvent.Watch(NONE, List.of(), 0)),
                arguments("react", new ClientEvent.React(NONE, 0, "heart")),
                arguments("viewport", new ClientEvent.Viewport(NONE, 3, -1_600, 800, 30_720, 17_280, List.of(2, 5))),
                arguments("viewport that shows nothing", new ClientEvent.Viewport(NONE, 3, 0, 0, 0, 0, List.of())),
                arguments("roster_page", new ClientEvent.RosterPage(NONE, 0, 101, 50)),
                arguments(
                        "join with a roster limit",
                        new ClientEvent.Join(
                                NONE,
                                new BoardId("b1"),
                                null,
                                Status.ACTIVE,
                                Map.of(),
                                new byte[0],
                                false,
                                new byte[0],
                                0,
                                true,
                                false,
                                100,
                                false)),
                arguments(
                        "join with reactions",
                        new ClientEvent.Join(
                                NONE,
                                new BoardId("b1"),
                                null,
                                Status.ACTIVE,
                                Map.of(),
                                new byte[0],
                                false,
                                new byte[0],
                                0,
                                false,
                                true)),
                arguments(
                        "join with locks",
                        new ClientEvent.Join(
                                NONE,
                                new BoardId("b1"),
                                null,
                                Status.ACTIVE,
                                Map.of(),
                                new byte[0],
                                false,
                                new byte[0],
                                0,
                                false,
                                false,
                                0,
                                true)),
                arguments("lock", new ClientEvent.Lock(4, 3, "shape-1", 30_000, true)),
                arguments("unlock", new ClientEvent.Unlock(NONE, 3, "shape-1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clientExamples")
    void aClientsExampleIsReadAsWhatItSays(String name, ClientEvent expected) throws IOException, WireException {
        byte[] bytes = example(name);
        assertCanonical(ClientFrame.parseFrom(bytes), bytes);
        ByteBuf frame = Unpooled.wrappedBuffer(bytes);
        assertThat(new WireDecoder(WireLimits.DEFAULT).decode(frame))
                .usingRecursiveComparison()
                .isEqualTo(expected);
        frame.release();
    }

    static Stream<Arguments> serverExamples() {
        return Stream.of(
                node("welcome", encoder -> {
                    NodeId node = NodeId.parse("1f6bf0f1-e276-466f-b0b9-401634e9b0e3");
                    return encoder.welcome(new Welcome(node, "blue", 25_000, 30, WireLimits.DEFAULT), "c0ffee00", T);
                }),
                node("roster", encoder -> {
                    Iterator<MemberView> members = List.of(
                                    new MemberView(
                                            1,
                                            BOB,
                                            new Profile("", "Bob", "#2196f3", "", ""),
                                            Status.ACTIVE,
                                            Map.of(),
                                            4,
                                            new Position(160, -320, false),
                                            T),
                                    new MemberView(
                                            2,
                                            ADA,
                                            new Profile("", "Ada", "#e91e63", "", ""),
                                            Status.ACTIVE,
                                            Map.of("tool", utf8("pen")),
                                            1,
                                            null,
                                            T + 5_000))
                            .iterator();
                    return encoder.roster(new BoardId("b1"), 3, 2, KEY, members);
                }),
                node(
                        "change",
                        encoder -> encoder.change(
                                        3,
                                        List.of(
                                                new MemberChange.Left(4, LeaveReason.TIMED_OUT),
                                                new MemberChange.Joined(new MemberView(
                                                        5,
                                                        BOB,
                                                        new Profile("", "Cid", "#4caf50", "", ""),
                                                        Status.ACTIVE,
                                                        Map.of(),
                                                        1,
                                                        null,
                                                        T)),
                                                new MemberChange.Updated(
                                                        2,
                                                        null,
                                                        Status.IDLE,
                                                        Map.of("tool", utf8("pan")),
                                                        List.of("selection"),
                                                        2)))
                                .get(0)),
                node(
                        "roster in parts",
                        encoder -> MemberFrames.roster(
                                encoder.allocator(),
                                new BoardId("b1"),
                                3,
                                2,
                                KEY,
                                List.of(entry(2, ADA, "Ada", null)),
                                false,
                                5_000,
                                3)),
                node(
                        "change, a page",
                        encoder -> MemberFrames.joined(
                                encoder.allocator(),
                                3,
                                List.of(entry(101, BOB, "Bob", new Position(160, -320, false))),
                                new MemberFrames.PageEnd(102, 4_999, 6))),
                node("cursors", encoder -> {
                    CursorColumns moved = new CursorColumns();
                    moved.add(1, 160, -320, false, 3);
                    moved.add(2, -16, 0, true, 12);
                    moved.add(5, 30_000, 24_000, false, 0);
                    return encoder.cursors(3, moved);
                }),
                node("signal (node)", encoder -> encoder.signal(3, 1, "wave", utf8("hi"))),
                node("heartbeat_ack", encoder -> encoder.heartbeatAck(T, T + 7)),
                node(
                        "error",
                        encoder ->
                                encoder.error(ErrorCode.BOARD_FULL, "board has 10000 members, the limit", 5_000, 1, 3)),
                node("going_away", encoder -> encoder.goingAway(1_200, "restart")),
                node("pace", encoder -> encoder.pace(3, 15)),
                node("counts", encoder -> encoder.counts(3, new BoardCounts(5, 40, 4))),
                node(
                        "density",
                        encoder ->
                                encoder.density(3, new Density(-2_048, 0, 1_024, 3, new int[] {12, 0, 3, 500, 0, 1}))),
                node("reactions", encoder -> {
                    Map<String, Integer> sums = new LinkedHashMap<>();
                    sums.put("heart", 300);
                    sums.put("wave", 2);
                    return encoder.reactions(3, sums);
                }),
                node(
                        "locks",
                        encoder -> encoder.locks(3, List.of(lock(BOB, 30_000)), List.of(), true)
                                .get(0)),
                node(
                        "locks, a change",
                        encoder -> encoder.locks(3, List.of(), List.of("shape-1"), false)
                                .get(0)),
                node(
                        "lock_result",
                        encoder -> encoder.lockResult(
                                3, "shape-1", new LockAnswer(LockAnswer.Outcome.GRANTED, lock(ADA, 30_000)), 4)),
                node(
                        "lock_result, queued",
                        encoder -> encoder.lockResult(
                                3, "shape-1", new LockAnswer(LockAnswer.Outcome.QUEUED, lock(BOB, 12_000)), 4)),
                node("watched", encoder -> {
                    Profile ada = new Profile("", "Ada", "#f00", "", "");
                    BoardSummary summary = new BoardSummary(5, 40, 4, List.of(ada, ada));
                    return WatchedFrames.frame(
                            UnpooledByteBufAllocator.DEFAULT,
                            List.of(
                                    WatchedFrames.entry(new BoardId("b1"), summary, 1),
                                    WatchedFrames.refusal(new BoardId("b-2"), ErrorCode.FORBIDDEN)));
                }));
    }

    private static MemberFrames.Entry entry(int slot, MemberId id, String name, @Nullable Position cursor) {
        MemberView view = new MemberView(
                slot, id, new Profile("", name, "", "", ""), Status.ACTIVE, Map.of(), 1, new Position(9, 9, true), T);
        return new MemberFrames.Entry(MemberFrames.record(view), cursor);
    }

    private static Lock lock(MemberId holder, long leftMs) {
        return new Lock("shape-1", holder, 1_700_000_000_000_001L, new Origin(NodeId.random(), 0), 30_000, leftMs);
    }

    private static Arguments node(String name, Function<WireEncoder, ByteBuf> frame) {
        return arguments(name, frame);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("serverExamples")
    void aNodesExampleIsWhatItSends(String name, Function<WireEncoder, ByteBuf> frame) throws IOException {
        byte[] bytes = example(name);
        assertCanonical(ServerFrame.parseFrom(bytes), bytes);
        byte[] sent = Frames.payload(frame.apply(new WireEncoder(UnpooledByteBufAllocator.DEFAULT)));
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(HexFormat.of().formatHex(sent));
    }

    private static void assertCanonical(Message read, byte[] bytes) {
        assertThat(read.toByteArray())
                .as(() -> TextFormat.printer().printToString(read))
                .isEqualTo(bytes);
        assertThat(read.getUnknownFields().asMap()).isEmpty();
    }

    @Test
    void everyExampleIsChecked() {
        Set<String> checked = new TreeSet<>();
        Stream.concat(clientExamples(), serverExamples()).forEach(example -> checked.add((String) example.get()[0]));
        assertThat(EXAMPLES.keySet()).containsExactlyInAnyOrderElementsOf(checked);
    }

    @Test
    void everyKindOfFrameHasAnExample() throws IOException {
        Set<Object> kinds = new java.util.HashSet<>();
        for (Arguments example : clientExamples().toList()) {
            kinds.add(ClientFrame.parseFrom(example((String) example.get()[0])).getFrameCase());
        }
        for (Arguments example : serverExamples().toList()) {
            kinds.add(ServerFrame.parseFrom(example((String) example.get()[0])).getFrameCase());
        }
        kinds.add(ClientFrame.FrameCase.FRAME_NOT_SET);
        kinds.add(ServerFrame.FrameCase.FRAME_NOT_SET);
        assertThat(kinds).contains((Object[]) ClientFrame.FrameCase.values());
        assertThat(kinds).contains((Object[]) ServerFrame.FrameCase.values());
    }

    // ---- field lists ----

    static Stream<Arguments> messages() {
        List<Arguments> messages = new ArrayList<>();
        for (FieldDescriptor kind :
                ClientFrame.getDescriptor().getOneofs().get(0).getFields()) {
            messages.add(arguments("`" + kind.getName() + "`", kind.getMessageType(), kind.getNumber()));
        }
        for (FieldDescriptor kind :
                ServerFrame.getDescriptor().getOneofs().get(0).getFields()) {
            String heading = "`" + kind.getName() + "`" + (kind.getName().equals("signal") ? " from the node" : "");
            messages.add(arguments(heading, kind.getMessageType(), kind.getNumber()));
        }
        for (Descriptor shared : List.of(
                WatchedBoard.getDescriptor(),
                presence.proto.Profile.getDescriptor(),
                Member.getDescriptor(),
                presence.proto.Position.getDescriptor(),
                Left.getDescriptor(),
                Page.getDescriptor(),
                MemberUpdate.getDescriptor())) {
            messages.add(arguments(shared.getName(), shared, 0));
        }
        return messages.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void theFieldsOfAMessageAreThoseInTheProto(String heading, Descriptor message, int number) {
        String section = section(heading);
        if (number > 0) {
            assertThat(section.strip()).startsWith("Field " + number + ".");
        }
        List<String> expected = message.getFields().stream()
                .map(field -> "| `" + field.getName() + "` | " + field.getNumber() + " | " + type(field) + " |")
                .toList();
        assertThat(section.lines()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.split("\\|", 5))
                        .map(cells -> "|" + cells[1] + "|" + cells[2] + "|" + cells[3] + "|"))
                .containsExactlyElementsOf(expected);
    }

    private static String section(String heading) {
        int start = PROTOCOL.indexOf("\n### " + heading + "\n");
        assertThat(start).as("section " + heading).isPositive();
        String rest = PROTOCOL.substring(start + heading.length() + 6);
        return rest.split("\n##", 2)[0];
    }

    private static String type(FieldDescriptor field) {
        if (field.isMapField()) {
            return "map string → bytes";
        }
        String type = switch (field.getType()) {
            case MESSAGE -> field.getMessageType().getName();
            case ENUM -> field.getEnumType().getName();
            default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
        };
        return field.isRepeated()
                ? "repeated " + type
                : field.toProto().getProto3Optional() ? "optional " + type : type;
    }

    // ---- tables ----

    private static List<List<String>> table(String name) {
        Matcher matcher = Pattern.compile("<!-- " + name + " -->\n(.+?)\n<!-- /" + name + " -->", Pattern.DOTALL)
                .matcher(PROTOCOL);
        assertThat(matcher.find()).as("table " + name).isTrue();
        return matcher.group(1)
                .lines()
                .skip(2)
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    @Test
    void theCloseCodesAreThoseInTheCode() {
        assertThat(table("close codes").stream().map(row -> row.subList(0, 3)))
                .containsExactlyElementsOf(Arrays.stream(CloseReason.values())
                        .map(reason -> List.of(
                                String.valueOf(reason.code()), reason.text(), reason.reconnect() ? "yes" : "no"))
                        .toList());
    }

    @Test
    void theErrorCodesAreThoseInTheCode() {
        assertThat(table("errors").stream().map(row -> row.get(0)))
                .containsExactlyElementsOf(Arrays.stream(ErrorCode.values())
                        .map(code -> "`" + code.wireName() + "`")
                        .toList());
    }

    @Test
    void theLimitsAreTheDefaults() {
        ServerFrame frame = Frames.read(new WireEncoder(UnpooledByteBufAllocator.DEFAULT)
                .welcome(new Welcome(NodeId.random(), "", 1, 1, WireLimits.DEFAULT), "", 0));
        Limits inWelcome = frame.getWelcome().getLimits();
        Set<String> named = new TreeSet<>();
        Pattern setting = Pattern.compile("`([A-Z_]+)`");
        for (List<String> row : table("limits")) {
            Matcher matcher = setting.matcher(row.get(2));
            if (matcher.matches()) {
                assertThat(row.get(1))
                        .as(row.get(2))
                        .isEqualTo(Setting.valueOf(matcher.group(1)).defaultValue());
            }
            Matcher field = Pattern.compile("`(max_\\w+)`.*").matcher(row.get(0));
            if (field.matches()) {
                named.add(field.group(1));
                FieldDescriptor descriptor = Limits.getDescriptor().findFieldByName(field.group(1));
                assertThat(row.get(1)).as(field.group(1)).isEqualTo(String.valueOf(inWelcome.getField(descriptor)));
            }
            if (row.get(0).startsWith("avatar URL")) {
                assertThat(row.get(1)).isEqualTo(String.valueOf(WireLimits.MAX_URL_BYTES));
            }
        }
        assertThat(named)
                .as("all limits in welcome")
                .containsExactlyInAnyOrderElementsOf(Limits.getDescriptor().getFields().stream()
                        .map(FieldDescriptor::getName)
                        .toList());
    }

    @Test
    void theClampIsTheOneInTheCode() {
        assertThat(PROTOCOL).contains("clamped to ±" + Position.LIMIT + " (2²⁵−1)");
    }
}
