package presence.wire;

import io.netty.buffer.ByteBuf;

/** Protobuf's base-128 integers on a {@link ByteBuf}, for frames that are encoded and decoded by hand. */
final class Varints {
    private Varints() {}

    static int size(int value) {
        // 7 bits a byte, without a branch: ceil(bits / 7), at least 1.
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    static void write(ByteBuf out, int value) {
        while ((value & ~0x7F) != 0) {
            out.writeByte(value & 0x7F | 0x80);
            value >>>= 7;
        }
        out.writeByte(value);
    }

    static int size(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    static void write(ByteBuf out, long value) {
        while ((value & ~0x7FL) != 0) {
            out.writeByte((int) value & 0x7F | 0x80);
            value >>>= 7;
        }
        out.writeByte((int) value);
    }

    static int zigZag(int value) {
        return value << 1 ^ value >> 31;
    }

    static int unZigZag(int value) {
        return value >>> 1 ^ -(value & 1);
    }

    /** Reads a varint and keeps its low 32 bits, as protobuf does for 32-bit fields. */
    static int read(ByteBuf in, int end) throws WireException {
        return (int) readLong(in, end);
    }

    /**
     * Reads a varint of up to ten bytes.
     *
     * @param end index behind the last byte that may be read
     */
    static long readLong(ByteBuf in, int end) throws WireException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (in.readerIndex() >= end) {
                throw TRUNCATED;
            }
            byte b = in.readByte();
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw OVERLONG;
    }

    private static final WireException TRUNCATED =
            WireException.fatal(CloseReason.BAD_FRAME, "frame ends inside a field");
    private static final WireException OVERLONG =
            WireException.fatal(CloseReason.BAD_FRAME, "varint longer than 10 bytes");
}
