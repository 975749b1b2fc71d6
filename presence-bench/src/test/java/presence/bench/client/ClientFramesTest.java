package presence.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Random;
import org.junit.jupiter.api.Test;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.SignalSend;

class ClientFramesTest {
    private static final int ROUNDS = 2_000;
    private static final UnpooledByteBufAllocator BUFFERS = UnpooledByteBufAllocator.DEFAULT;

    @Test
    void writesACursorThatProtobufReads() throws InvalidProtocolBufferException {
        long seed = System.nanoTime();
        System.out.println("ClientFramesTest seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            int x = random.nextInt(1 << random.nextInt(1, 26));
            int y = random.nextInt(1 << random.nextInt(1, 26));

            ClientFrame read = ClientFrame.parseFrom(payload(ClientFrames.cursor(BUFFERS, x, y)));

            assertThat(read.getCursor().getX()).as("seed %d", seed).isEqualTo(x);
            assertThat(read.getCursor().getY()).as("seed %d", seed).isEqualTo(y);
        }
    }

    @Test
    void writesShortAndLongMessages() throws InvalidProtocolBufferException {
        ClientFrame join = ClientFrame.newBuilder()
                .setJoin(Join.newBuilder().setBoard("b"))
                .build();
        ClientFrame signal = ClientFrame.newBuilder()
                .setSignal(SignalSend.newBuilder().setPayload(ByteString.copyFrom(new byte[5_000])))
                .build();

        assertThat(ClientFrame.parseFrom(payload(ClientFrames.message(BUFFERS, join))))
                .isEqualTo(join);
        assertThat(ClientFrame.parseFrom(payload(ClientFrames.message(BUFFERS, signal))))
                .isEqualTo(signal);
    }

    /** Decodes a frame by RFC 6455, section 5.2. */
    private static byte[] payload(ByteBuf frame) {
        try {
            assertThat(frame.readUnsignedByte()).isEqualTo((short) 0x82);
            int second = frame.readUnsignedByte();
            assertThat(second & 0x80).as("masked").isNotZero();
            int length = second & 0x7f;
            if (length == 126) {
                length = frame.readUnsignedShort();
            }
            byte[] mask = new byte[4];
            frame.readBytes(mask);
            byte[] payload = new byte[length];
            frame.readBytes(payload);
            assertThat(frame.isReadable()).isFalse();
            for (int i = 0; i < length; i++) {
                payload[i] ^= mask[i % 4];
            }
            return payload;
        } finally {
            frame.release();
        }
    }
}
