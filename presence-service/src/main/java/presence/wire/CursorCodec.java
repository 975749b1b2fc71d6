package presence.wire;

import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import presence.model.CursorColumns;
import presence.proto.CursorTick;
import presence.proto.Cursors;
import presence.proto.Envelope;

/**
 * Writes cursor columns as packed protobuf fields by hand: sizes first, then the bytes, without intermediate objects.
 * {@link Cursors} (to clients) and {@link CursorTick} (between nodes) number the columns alike, so both use it.
 */
public final class CursorCodec {
    private static final int SLOT = tag(Cursors.SLOT_FIELD_NUMBER);
    private static final int X = tag(Cursors.X_FIELD_NUMBER);
    private static final int Y = tag(Cursors.Y_FIELD_NUMBER);
    private static final int AGE = tag(Cursors.AGE_MS_FIELD_NUMBER);
    private static final int HIDDEN = tag(Cursors.HIDDEN_FIELD_NUMBER);

    private static final int TICK = CursorTick.TICK_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int IN_ENVELOPE = tag(Envelope.CURSORS_FIELD_NUMBER);

    static {
        if (Cursors.SLOT_FIELD_NUMBER != CursorTick.SLOT_FIELD_NUMBER
                || Cursors.X_FIELD_NUMBER != CursorTick.X_FIELD_NUMBER
                || Cursors.Y_FIELD_NUMBER != CursorTick.Y_FIELD_NUMBER
                || Cursors.AGE_MS_FIELD_NUMBER != CursorTick.AGE_MS_FIELD_NUMBER
                || Cursors.HIDDEN_FIELD_NUMBER != CursorTick.HIDDEN_FIELD_NUMBER) {
            throw new AssertionError("Cursors and CursorTick no longer number their columns alike");
        }
    }

    private int slotBytes;
    private int xBytes;
    private int yBytes;
    private int ageBytes;
    private int hiddenBytes;

    private static int tag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** Measures the columns and returns the number of bytes that {@link #write} will write for them. */
    public int measure(CursorColumns columns) {
        slotBytes = 0;
        xBytes = 0;
        yBytes = 0;
        ageBytes = 0;
        hiddenBytes = 0;
        for (int row = 0; row < columns.size(); row++) {
            int slotSize = Varints.size(columns.slot(row));
            slotBytes += slotSize;
            xBytes += Varints.size(Varints.zigZag(columns.x(row)));
            yBytes += Varints.size(Varints.zigZag(columns.y(row)));
            ageBytes += Varints.size(columns.ageMs(row));
            if (columns.hidden(row)) {
                hiddenBytes += slotSize;
            }
        }
        return column(slotBytes) + column(xBytes) + column(yBytes) + column(ageBytes) + column(hiddenBytes);
    }

    private static int column(int bytes) {
        return bytes == 0 ? 0 : 1 + Varints.size(bytes) + bytes;
    }

    /** Writes the columns measured last. */
    public void write(ByteBuf out, CursorColumns columns) {
        int rows = columns.size();
        if (rows == 0) {
            return;
        }
        header(out, SLOT, slotBytes);
        for (int row = 0; row < rows; row++) {
            Varints.write(out, columns.slot(row));
        }
        header(out, X, xBytes);
        for (int row = 0; row < rows; row++) {
            Varints.write(out, Varints.zigZag(columns.x(row)));
        }
        header(out, Y, yBytes);
        for (int row = 0; row < rows; row++) {
            Varints.write(out, Varints.zigZag(columns.y(row)));
        }
        header(out, AGE, ageBytes);
        for (int row = 0; row < rows; row++) {
            Varints.write(out, columns.ageMs(row));
        }
        if (hiddenBytes > 0) {
            header(out, HIDDEN, hiddenBytes);
            for (int row = 0; row < rows; row++) {
                if (columns.hidden(row)) {
                    Varints.write(out, columns.slot(row));
                }
            }
        }
    }

    /**
     * Encodes a tick for the other nodes, in an envelope.
     *
     * @param head of the envelope: all fields before the event
     * @param tick positive
     */
    public static byte[] envelope(byte[] head, long tick, CursorColumns columns) {
        CursorCodec codec = new CursorCodec();
        int length = 1 + Varints.size(tick) + codec.measure(columns);
        byte[] envelope = new byte[head.length + 1 + Varints.size(length) + length];
        ByteBuf out = Unpooled.wrappedBuffer(envelope).clear();
        out.writeBytes(head);
        header(out, IN_ENVELOPE, length);
        out.writeByte(TICK);
        Varints.write(out, tick);
        codec.write(out, columns);
        return envelope;
    }

    private static void header(ByteBuf out, int tag, int bytes) {
        out.writeByte(tag);
        Varints.write(out, bytes);
    }
}
