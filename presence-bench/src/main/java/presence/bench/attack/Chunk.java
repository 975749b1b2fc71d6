package presence.bench.attack;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import presence.bench.client.ClientFrames;
import presence.proto.ClientFrame;
import presence.proto.SignalSend;

/**
 * Bytes encoded once and sent repeatedly, so that the attack spends no time on encoding.
 *
 * @param frames in them
 */
record Chunk(ByteBuf bytes, int frames) {
    static Chunk of(int frames, Supplier<ByteBuf> frame) {
        ByteBuf bytes = Unpooled.directBuffer();
        for (int i = 0; i < frames; i++) {
            ByteBuf one = frame.get();
            bytes.writeBytes(one);
            one.release();
        }
        return new Chunk(Unpooled.unreleasableBuffer(bytes), frames);
    }

    static Chunk of(int times, ClientFrame frame) {
        return of(times, () -> ClientFrames.message(UnpooledByteBufAllocator.DEFAULT, frame));
    }

    /** Returns signals of the largest allowed size. */
    static Chunk ofLargeSignals(int times) {
        return of(
                times,
                ClientFrame.newBuilder()
                        .setSignal(SignalSend.newBuilder()
                                .setType("noise")
                                .setPayload(ByteString.copyFrom(new byte[16_384])))
                        .build());
    }

    static Chunk of(int times, String text) {
        return of(times, () -> Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }
}
