package presence.wire;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A packed field of protobuf, encoded before the header that holds its size is written. Its memory is kept. Not
 * thread-safe.
 */
final class VarintColumn {
    private static final int MOST_BYTES = 5;
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[64];
    private int size;

    /** Returns the memory to encode so many values into, from index 0 on, with {@link #put}. {@link #end} follows. */
    byte[] begin(int values) {
        size = 0;
        if (bytes.length < values * MOST_BYTES) {
            bytes = new byte[Math.max(values * MOST_BYTES, bytes.length * 2)];
        }
        return bytes;
    }

    /** Sets how many bytes were encoded. */
    void end(int bytesUsed) {
        size = bytesUsed;
    }

    /** Encodes a value and returns the index of the next one. May write up to three bytes more. */
    static int put(byte[] to, int at, int value) {
        if (value >>> 7 == 0) {
            to[at] = (byte) value;
            return at + 1;
        }
        if (value >>> 14 == 0) {
            SHORTS.set(to, at, (short) (value & 0x7F | 0x80 | (value & 0x3F80) << 1));
            return at + 2;
        }
        if (value >>> 28 == 0) {
            // All four bytes at once; the last one is overwritten by the next value if it is empty.
            int spread = value & 0x7F | (value & 0x3F80) << 1 | (value & 0x1FC000) << 2 | (value & 0xFE00000) << 3;
            boolean isLong = value >>> 21 != 0;
            INTS.set(to, at, spread | (isLong ? 0x808080 : 0x8080));
            return at + (isLong ? 4 : 3);
        }
        int end = at;
        for (int shift = 0; shift < 28; shift += 7) {
            to[end++] = (byte) (value >>> shift | 0x80);
        }
        to[end++] = (byte) (value >>> 28);
        return end;
    }

    /** Returns the size of the field with its tag, in bytes; 0 if it is empty. */
    int fieldSize() {
        return size == 0 ? 0 : 1 + Varints.size(size) + size;
    }

    /** Writes the field, unless it is empty. */
    void write(ByteBuf out, int tag) {
        if (size > 0) {
            out.writeByte(tag);
            Varints.write(out, size);
            out.writeBytes(bytes, 0, size);
        }
    }
}
