package presence.wire;

import io.netty.buffer.ByteBuf;

/** Kinds of frames that go to clients; each but the first stands where its field does in {@code ServerFrame}. */
public enum ServerFrameKind {
    /** Pings, pongs and closes. */
    CONTROL,
    WELCOME,
    ROSTER,
    CHANGE,
    CURSORS,
    SIGNAL,
    HEARTBEAT_ACK,
    ERROR,
    GOING_AWAY,
    PACE;

    private static final ServerFrameKind[] ALL = values();
    private static final int OPCODE = 0x0f;
    private static final int BINARY = 2;
    private static final int TWO_BYTE_LENGTH = 126;

    /** Of an encoded frame, its header included; looks at a few bytes. */
    public static ServerFrameKind of(ByteBuf frame) {
        int at = frame.readerIndex();
        if ((frame.getByte(at) & OPCODE) != BINARY) {
            return CONTROL;
        }
        int length = frame.getByte(at + 1) & 0x7f;
        int header = length < TWO_BYTE_LENGTH ? 2 : length == TWO_BYTE_LENGTH ? 4 : 10;
        return ALL[(frame.getByte(at + header) & 0xff) >>> 3];
    }
}
