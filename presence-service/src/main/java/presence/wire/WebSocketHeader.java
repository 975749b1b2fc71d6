package presence.wire;

import io.netty.buffer.ByteBuf;

/** The header of an unmasked, unfragmented binary message (RFC 6455, section 5.2). */
final class WebSocketHeader {
    private static final int FIN_BINARY = 0x82;

    private WebSocketHeader() {}

    static int size(int payload) {
        return payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
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
