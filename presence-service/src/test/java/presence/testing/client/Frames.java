package presence.testing.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import presence.proto.ServerFrame;

/** Parses encoded WebSocket frames and checks their headers. Every method releases its argument. */
public final class Frames {
    private Frames() {}

    /** The payload of a complete, unmasked, binary message with the shortest possible header. */
    public static byte[] payload(ByteBuf frame) {
        try {
            assertThat(frame.readUnsignedByte()).as("FIN, no extension, binary").isEqualTo((short) 0x82);
            int first = frame.readUnsignedByte();
            long length = first;
            if (first == 126) {
                length = frame.readUnsignedShort();
                assertThat(length).isGreaterThan(125);
            } else if (first == 127) {
                length = frame.readLong();
                assertThat(length).isGreaterThan(65_535);
            }
            assertThat(first).as("no mask").isLessThan(128);
            assertThat(length).as("length in the header").isEqualTo(frame.readableBytes());
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }

    public static ServerFrame read(ByteBuf frame) {
        byte[] payload = payload(frame);
        try {
            return ServerFrame.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("not a ServerFrame", e);
        }
    }

    public static List<ServerFrame> readAll(List<ByteBuf> frames) {
        List<ServerFrame> read = new ArrayList<>(frames.size());
        frames.forEach(frame -> read.add(read(frame)));
        return read;
    }
}
