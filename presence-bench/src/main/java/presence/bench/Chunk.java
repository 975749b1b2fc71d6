package presence.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Bytes made once and sent again and again: who attacks has better things to do than to encode.
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

    static Chunk of(int times, String text) {
        return of(times, () -> Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }
}
