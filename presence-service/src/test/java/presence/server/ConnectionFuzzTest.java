package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.proto.ServerFrame;
import presence.testing.random.Fuzz;
import presence.testing.random.Mutator;
import presence.testing.random.RandomFrames;

/** For any input after a valid handshake a client gets frames of the protocol, or a close frame with the reason. */
@Tag("fuzz")
class ConnectionFuzzTest {
    private static final byte[] HANDSHAKE =
            ("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    /** Any other close code is an echo of the client's. */
    private static final Set<String> OUR_CLOSES = Set.of("stays", "1002", "1003", "1009", "4400");

    private static final Mutator MESSAGES = new Mutator(RandomFrames::message, List.of());
    private static final Mutator STREAMS =
            new Mutator(random -> RandomFrames.stream(random, RandomFrames::message), List.of());

    @Test
    void everyClientIsAnsweredOrClosed() {
        Fuzz.check(
                "sessions", 5, ConnectionFuzzTest::stream, this::take, "stays", "left", "1002", "1003", "1009", "4400");
    }

    /** Bad messages in valid frames, or bad frames; mostly after a join, so that they reach the board. */
    private static byte[] stream(Random random) {
        byte[] joining = random.nextInt(4) > 0 ? RandomFrames.joining(random, "board-0") : new byte[0];
        byte[] frames = random.nextBoolean() ? RandomFrames.stream(random, MESSAGES) : STREAMS.apply(random);
        return Fuzz.concat(joining, frames);
    }

    private String take(byte[] stream, Random random) throws InvalidProtocolBufferException {
        EmbeddedConnection connection = new EmbeddedConnection();
        connection.receive(Fuzz.concat(HANDSHAKE, stream), random);
        String before = outcome(connection.answer());
        if (random.nextInt(8) == 0) {
            connection.passLong();
            assertThat(connection.isOpen()).as("open though it is silent").isFalse();
        }
        connection.end();
        outcome(connection.answer());
        return OUR_CLOSES.contains(before) ? before : "left";
    }

    /** Reads as a client does: whole frames, and none after a close. */
    private static String outcome(byte[] answer) throws InvalidProtocolBufferException {
        int head = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
        ByteBuffer frames = ByteBuffer.wrap(answer, head, answer.length - head);
        String outcome = "stays";
        while (frames.hasRemaining()) {
            assertThat(outcome).as("a frame after the close").isEqualTo("stays");
            int opcode = frames.get() & 0xff;
            int length = frames.get();
            byte[] payload = new byte[length == 126 ? frames.getShort() & 0xffff : length];
            frames.get(payload);
            switch (opcode) {
                case RandomFrames.FIN | RandomFrames.BINARY ->
                    assertThat(ServerFrame.parseFrom(payload).getFrameCase())
                            .isNotEqualTo(ServerFrame.FrameCase.FRAME_NOT_SET);
                case RandomFrames.FIN | RandomFrames.CLOSE ->
                    outcome = payload.length == 0
                            ? "closed"
                            : "" + ByteBuffer.wrap(payload).getShort();
                default ->
                    assertThat(opcode).isIn(RandomFrames.FIN | RandomFrames.PING, RandomFrames.FIN | RandomFrames.PONG);
            }
        }
        return outcome;
    }
}
