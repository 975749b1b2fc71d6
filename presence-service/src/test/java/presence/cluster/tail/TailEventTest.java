package presence.cluster.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.util.JsonFormat;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.EnvelopeCodecTest;
import presence.cluster.redis.RedisKeys;
import presence.model.NodeId;
import presence.proto.CursorTick;
import presence.proto.Delta;
import presence.proto.Envelope;
import presence.proto.MemberRecord;
import presence.proto.Profile;

class TailEventTest {
    private static final NodeId NODE = NodeId.parse("1f6bf0f1-e276-466f-b0b9-401634e9b0e3");
    private static final Instant AT = Instant.parse("2026-11-21T16:08:25.123456Z");
    private static final String HOSTILE = "\u001b]0;pwned\u0007\n\u009b2J\u202e";

    private static TailEvent event(boolean json, Consumer<Envelope.Builder> fill) {
        EnvelopeCodec codec = new EnvelopeCodec(NODE, json);
        Envelope.Builder envelope = codec.envelope(0);
        fill.accept(envelope);
        return event("presence:board:b1", codec.encode(envelope));
    }

    private static TailEvent event(String channel, byte[] message) {
        return TailEvent.read(new RedisKeys("presence"), AT, channel, message);
    }

    /** The text of every kind of {@link EnvelopeCodecTest#everyKind}, in that order. */
    static Stream<Arguments> everyKind() {
        List<String> text = List.of(
                "delta     seq 9 +Ada \"é\" 🦊 00010203 slot 3 away -00010203 node lost",
                "put       seq 4 count 2",
                "digest    seq 4 count 2 hash fffffffffffffffb",
                "reap      origin 1f6bf0f1:3",
                "cursors   tick 77 2 positions 1@-0.3125,0.4375 2@0.375,-0.5 hidden",
                "hello     asks for the last positions",
                "signal    wave 2 bytes from 00010203 to 1 member",
                "heartbeat blue 0 connections 0 members",
                "dead      origin 1f6bf0f1:0",
                "bye       stops",
                "announcement soon",
                "user      ada online by 1f6bf0f1:0",
                "kick      user ada on b2 banned for 60000 ms because spam",
                "pardon    user ada everywhere",
                "observers 12 observers",
                "reactions heart 3",
                "locks     lock shape-1 changed");
        List<Consumer<Envelope.Builder>> kinds = EnvelopeCodecTest.everyKind().toList();
        assertThat(text).hasSameSizeAs(kinds);
        return IntStream.range(0, text.size()).boxed().map(kind -> arguments(kinds.get(kind), text.get(kind)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("everyKind")
    void everyKindIsALineInBothForms(Consumer<Envelope.Builder> fill, String text) {
        for (boolean json : new boolean[] {false, true}) {
            assertThat(event(json, fill).text())
                    .matches("\\d\\d:\\d\\d:25\\.123 .*")
                    .endsWith(" board:b1         1f6bf0f1 " + text);
        }
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("everyKind")
    void everyKindIsAnObjectForPrograms(Consumer<Envelope.Builder> fill, String text) throws Exception {
        JsonObject line = JsonParser.parseString(event(false, fill).json()).getAsJsonObject();
        String kind = text.split(" ", 2)[0];
        assertThat(line.get("time").getAsString()).isEqualTo("2026-11-21T16:08:25.123Z");
        assertThat(line.get("channel").getAsString()).isEqualTo("board:b1");
        assertThat(line.get("node").getAsString()).isEqualTo(NODE.toString());
        assertThat(line.get("kind").getAsString()).isEqualTo(kind);
        Envelope.Builder expected = Envelope.newBuilder();
        fill.accept(expected);
        Envelope.Builder read = Envelope.newBuilder();
        JsonFormat.parser().merge("{\"" + kind + "\":" + line.get("event") + "}", read);
        assertThat(read.build()).isEqualTo(expected.build());
    }

    @Test
    void textOfClientsIsTruncatedAndCannotControlTheTerminal() {
        TailEvent event = event(
                false,
                envelope -> envelope.setNode(HOSTILE)
                        .setDelta(Delta.newBuilder()
                                .addUpserted(MemberRecord.newBuilder()
                                        .setProfile(Profile.newBuilder()
                                                .setName(HOSTILE)
                                                .setUserId("x".repeat(1_000))))));
        assertThat(event.text())
                .contains("+\\u001b]0;pwned\\u0007\\u000a\\u009b2J\\u202e(" + "x".repeat(64) + "…)")
                .doesNotContainPattern("[\\p{Cntrl}\u0080-\u009f\u202e]");
        assertThat(event.json()).doesNotContainPattern("[\\p{Cntrl}\u0080-\u009f\u202e]");
        String name = JsonParser.parseString(event.json())
                .getAsJsonObject()
                .getAsJsonObject("event")
                .getAsJsonArray("upserted")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("profile")
                .get("name")
                .getAsString();
        assertThat(name).isEqualTo(HOSTILE);
    }

    @Test
    void ofManyOnlyTheFirstAreShown() {
        CursorTick.Builder tick = CursorTick.newBuilder();
        for (int slot = 1; slot <= 7; slot++) {
            tick.addSlot(slot).addX(16).addY(160);
        }
        assertThat(event(false, envelope -> envelope.setCursors(tick)).text())
                .endsWith("tick 0 7 positions 1@1,10 2@1,10 3@1,10 4@1,10 and 3 more");
    }

    @Test
    void whatRedisItselfSaysOfAUserHasNoNode() {
        String message = "{\"version\":1,\"user\":{\"origin\":\"" + NODE + ":0\",\"userId\":\"ada\",\"online\":false}}";
        assertThat(event("presence:users", message.getBytes(UTF_8)).text())
                .endsWith(" users            -        user      ada offline by 1f6bf0f1:0");
    }

    @Test
    void whatIsNoEnvelopeIsCounted() {
        for (String message : List.of("", "garbage", "{\"node\":", "\n\u0001")) {
            TailEvent event = event("presence:board:" + HOSTILE, message.getBytes(UTF_8));
            assertThat(event.kind()).isEqualTo("undecodable");
            assertThat(event.text())
                    .contains("undecodable, " + message.length() + " bytes")
                    .doesNotContainPattern("[\\p{Cntrl}\u009b]");
            assertThat(JsonParser.parseString(event.json())
                            .getAsJsonObject()
                            .get("bytes")
                            .getAsInt())
                    .isEqualTo(message.length());
        }
    }

    @Test
    void whatOnlyANewerReleaseKnowsIsSaidToBeUnknown() {
        TailEvent event = event(false, envelope -> {});
        assertThat(event.kind()).isEqualTo("unknown");
        assertThat(event.text()).contains("unknown   nothing that this release knows, ");
    }

    @Test
    void aChannelOfAnotherPrefixKeepsIt() {
        assertThat(event("staging:global", new byte[1]).text()).contains(" staging:global ");
    }
}
