package presence.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import presence.proto.Cursors;
import presence.proto.ServerFrame;

/**
 * Reads a {@code cursors} frame in place: only the columns of slots, x and y. Not thread-safe; one per event loop serves
 * all its connections.
 */
public final class CursorFrame {
    private static final int LENGTH_DELIMITED = 2;
    private static final int TAG = ServerFrame.CURSORS_FIELD_NUMBER << 3 | LENGTH_DELIMITED;
    private static final int SLOT = Cursors.SLOT_FIELD_NUMBER << 3 | LENGTH_DELIMITED;
    private static final int X = Cursors.X_FIELD_NUMBER << 3 | LENGTH_DELIMITED;
    private static final int Y = Cursors.Y_FIELD_NUMBER << 3 | LENGTH_DELIMITED;

    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    private int at;
    private int slotAt;
    private int slotEnd;
    private int xAt;
    private int yAt;

    /** Returns whether this is a whole cursor frame; then it can be iterated. */
    public boolean read(ByteBuf frame) {
        int end = frame.writerIndex();
        bytes = frame;
        at = frame.readerIndex();
        if (at == end || bytes.getByte(at++) != TAG) {
            return false;
        }
        varint();
        slotAt = 0;
        slotEnd = 0;
        xAt = 0;
        yAt = 0;
        while (at < end) {
            int tag = varint();
            if ((tag & 7) != LENGTH_DELIMITED) {
                varint();
                continue;
            }
            int length = varint();
            if (tag == SLOT) {
                slotAt = at;
                slotEnd = at + length;
            } else if (tag == X) {
                xAt = at;
            } else if (tag == Y) {
                yAt = at;
            }
            at += length;
        }
        return true;
    }

    /** Returns the number of positions without iterating. */
    public int count() {
        int count = 0;
        for (int i = slotAt; i < slotEnd; i++) {
            count += bytes.getByte(i) >= 0 ? 1 : 0;
        }
        return count;
    }

    public boolean hasNext() {
        return slotAt < slotEnd;
    }

    /** Returns the next slot; {@link #x} follows. */
    public int slot() {
        at = slotAt;
        int slot = varint();
        slotAt = at;
        return slot;
    }

    public int x() {
        at = xAt;
        int x = zigzag();
        xAt = at;
        return x;
    }

    /** Returns the next y; to be called for each position of a frame, or for none. */
    public int y() {
        at = yAt;
        int y = zigzag();
        yAt = at;
        return y;
    }

    private int zigzag() {
        int value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    private int varint() {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.getByte(at++);
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
