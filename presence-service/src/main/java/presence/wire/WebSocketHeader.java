package presence.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The headers of a server's frames: unmasked, unfragmented (RFC 6455, section 5.2). */
final class WebSocketHeader {
    static final int CLOSE = 0x88;
    static final int PING = 0x89;
    static final int PONG = 0x8a;
    private static final int FIN_BINARY = 0x82;

    private WebSocketHeader() {}

    static int size(int payload) {
        return payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
    }

    /** Returns a control frame up to its payload, with room for it; {@code payload} is at most 125 bytes. */
    static ByteBuf control(ByteBufAllocator allocator, int kind, int payload) {
        return allocator.directBuffer(2 + payload).writeByte(kind).writeByte(payload);
    }

    static void writeBinary(ByteBuf out, int payload) {
        out.writeByte(FIN_BINARY);
        if (payload < 126) {
            out.writeByte(payload);
        } else if (payload < 65_536) {
            out.writeByte(126).writeShort(payload);
        } else {
            out.writeByte(127).writeLong(payload);
        }
    }
}
