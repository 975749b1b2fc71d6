package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Position;
import presence.model.Profile;
import presence.model.Status;
import presence.proto.ClientFrame;
import presence.proto.ServerFrame;
import presence.testing.Frames;

/** PROTOCOL.md says what the code does. */
class ProtocolExamplesTest {
    private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    private static final long TIME = 1_700_000_000_000L;

    private final String page = read();
    private final WireEncoder encoder = new WireEncoder(ByteBufAllocator.DEFAULT);

    private static String read() {
        try {
            return Files.readString(Path.of("..", "PROTOCOL.md"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Example(String message, String kind, byte[] bytes) {}

    private List<Example> examples() {
        List<Example> examples = new ArrayList<>();
        for (MatchResult block : Pattern.compile("```hex (\\w+) (\\w+)\n([0-9a-f\\s]+)```")
                .matcher(page)
                .results()
                .toList()) {
            byte[] bytes = HexFormat.of().parseHex(block.group(3).replaceAll("\\s", ""));
            examples.add(new Example(block.group(1), block.group(2), bytes));
        }
        return examples;
    }

    @TestFactory
    Stream<DynamicTest> everyExampleIsWhatItSays() {
        assertThat(examples()).hasSizeGreaterThan(15);
        return examples().stream()
                .map(example -> dynamicTest(example.message + " " + example.kind, () -> {
                    if (example.message.equals("ClientFrame")) {
                        ClientFrame frame = ClientFrame.parseFrom(example.bytes);
                        assertThat(frame.getFrameCase().name().toLowerCase(Locale.ROOT))
                                .isEqualTo(example.kind);
                        assertThat(frame.toByteArray()).isEqualTo(example.bytes);
                        assertThat(new WireDecoder(WireLimits.DEFAULT).decode(Unpooled.wrappedBuffer(example.bytes)))
                                .isNotNull();
                    } else {
                        ServerFrame frame = ServerFrame.parseFrom(example.bytes);
                        assertThat(frame.getFrameCase().name().toLowerCase(Locale.ROOT))
                                .isEqualTo(example.kind);
                        assertThat(Frames.payload(encoded(example.kind))).isEqualTo(example.bytes);
                    }
                }));
    }

    @Test
    void everyKindOfFrameHasAnExample() {
        List<String> kinds = examples().stream().map(Example::kind).toList();
        Stream.of(ServerFrame.FrameCase.values())
                .filter(kind -> kind != ServerFrame.FrameCase.FRAME_NOT_SET)
                .forEach(kind -> assertThat(kinds).contains(kind.name().toLowerCase(Locale.ROOT)));
        assertThat(kinds).contains("join", "leave", "cursor", "state", "signal", "heartbeat");
    }

    private ByteBuf encoded(String kind) {
        return switch (kind) {
            case "welcome" ->
                encoder.welcome(
                        new Welcome(
                                NodeId.parse("1f6bf0f1-e276-466f-b0b9-401634e9b0e3"),
                                "one",
                                25_000,
                                30,
                                WireLimits.DEFAULT),
                        "c0ffee",
                        TIME);
            case "roster" ->
                encoder.roster(new BoardId("b1"), 1, 1, KEY, List.of(ada()).iterator());
            case "change" ->
                encoder.change(
                                1,
                                List.of(new MemberChange.Left(3, LeaveReason.TIMED_OUT)),
                                List.of(bob()),
                                List.of(new MemberChange.Updated(1, null, Status.BUSY, Map.of(), List.of("tool"), 3)),
                                false)
                        .get(0);
            case "cursors" -> encoder.cursors(1, twoCursors());
            case "signal" -> encoder.signal(1, 1, "wave", "hi".getBytes(StandardCharsets.UTF_8));
            case "heartbeat_ack" -> encoder.heartbeatAck(TIME, TIME + 123);
            case "error" -> encoder.error(ErrorCode.NOT_JOINED, "join a board first", -1, 7, 0);
            case "going_away" -> encoder.goingAway(1_500, "restart");
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static MemberView ada() {
        byte[] pen = "\"pen\"".getBytes(StandardCharsets.UTF_8);
        return new MemberView(
                1,
                MemberId.fromHex("000102030405060708090a0b0c0d0e0f"),
                new Profile("", "Ada", "#e91e63", "", ""),
                Status.ACTIVE,
                Map.of("tool", pen),
                2,
                new Position(160, -8, false),
                TIME);
    }

    private static MemberView bob() {
        return new MemberView(
                2,
                MemberId.fromHex("101112131415161718191a1b1c1d1e1f"),
                new Profile("", "Bob", "", "", ""),
                Status.ACTIVE,
                Map.of(),
                1,
                null,
                TIME);
    }

    private static CursorColumns twoCursors() {
        CursorColumns columns = new CursorColumns();
        columns.add(1, 160, -8, false, 3);
        columns.add(2, 32_000, 16_000, true, 12);
        return columns;
    }

    /** The first two or three cells of each row of the table between {@code <!-- name -->} marks. */
    private List<List<String>> table(String name) {
        String between = page.substring(page.indexOf("<!-- " + name + " -->"), page.indexOf("<!-- /" + name + " -->"));
        return between.lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    @Test
    void theCloseCodesAreThoseOfTheCode() {
        assertThat(table("closes"))
                .isEqualTo(Stream.of(CloseReason.values())
                        .map(reason -> List.of(
                                Integer.toString(reason.code()), reason.text(), reason.reconnect() ? "yes" : "no"))
                        .toList());
    }

    @Test
    void theErrorCodesAreThoseOfTheCode() {
        assertThat(table("errors").stream().map(row -> row.get(0)))
                .containsExactlyElementsOf(Stream.of(ErrorCode.values())
                        .map(code -> "`" + code.wireName() + "`")
                        .toList());
    }

    @Test
    void theLimitsAreTheDefaults() {
        WireLimits limits = WireLimits.DEFAULT;
        assertThat(table("limits").stream().map(row -> row.get(1)))
                .containsExactly(
                        limits.maxFrameBytes() + " bytes",
                        limits.maxBoardIdBytes() + " bytes, no `{}*?[]\\`, white space or control characters",
                        limits.maxNameBytes() + " bytes (`avatar_url` " + WireLimits.MAX_URL_BYTES + ")",
                        limits.maxStateBytes() + " bytes, " + limits.maxStateKeys() + " keys",
                        limits.maxSignalBytes() + " bytes",
                        Integer.toString(limits.maxBoards()));
    }
}
