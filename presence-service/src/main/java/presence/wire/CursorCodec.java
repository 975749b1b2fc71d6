package presence.wire;

import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import presence.model.CursorColumns;
import presence.proto.CursorTick;
import presence.proto.Cursors;
import presence.proto.Envelope;

/**
 * Writes cursor columns as packed protobuf fields by hand, without intermediate objects.
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

    /** Of {@link #envelope}. */
    private static final FastThreadLocal<CursorCodec> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected CursorCodec initialValue() {
            return new CursorCodec();
        }
    };

    private final VarintColumn slots = new VarintColumn();
    private final VarintColumn xs = new VarintColumn();
    private final VarintColumn ys = new VarintColumn();
    private final VarintColumn ages = new VarintColumn();
    private final VarintColumn hidden = new VarintColumn();

    private static int tag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** Encodes the columns and returns the number of bytes that {@link #write} will write for them. */
    public int encode(CursorColumns columns) {
        int rows = columns.size();
        byte[] to = slots.begin(rows);
        int at = 0;
        for (int row = 0; row < rows; row++) {
            at = VarintColumn.put(to, at, columns.slot(row));
        }
        slots.end(at);
        to = xs.begin(rows);
        at = 0;
        for (int row = 0; row < rows; row++) {
            at = VarintColumn.put(to, at, Varints.zigZag(columns.x(row)));
        }
        xs.end(at);
        to = ys.begin(rows);
        at = 0;
        for (int row = 0; row < rows; row++) {
            at = VarintColumn.put(to, at, Varints.zigZag(columns.y(row)));
        }
        ys.end(at);
        to = ages.begin(rows);
        at = 0;
        for (int row = 0; row < rows; row++) {
            at = VarintColumn.put(to, at, columns.ageMs(row));
        }
        ages.end(at);
        encodeHidden(columns);
        return slots.fieldSize() + xs.fieldSize() + ys.fieldSize() + ages.fieldSize() + hidden.fieldSize();
    }

    private void encodeHidden(CursorColumns columns) {
        byte[] to = hidden.begin(columns.hiddenCount());
        if (columns.hiddenCount() == 0) {
            return;
        }
        int at = 0;
        for (int row = 0; row < columns.size(); row++) {
            if (columns.hidden(row)) {
                at = VarintColumn.put(to, at, columns.slot(row));
            }
        }
        hidden.end(at);
    }

    /** Writes the columns encoded last. */
    public void write(ByteBuf out) {
        slots.write(out, SLOT);
        xs.write(out, X);
        ys.write(out, Y);
        ages.write(out, AGE);
        hidden.write(out, HIDDEN);
    }

    /**
     * Encodes a tick for the other nodes, in an envelope.
     *
     * @param head of the envelope: all fields before the event
     * @param tick positive
     */
    public static byte[] envelope(byte[] head, long tick, CursorColumns columns) {
        CursorCodec codec = OF_THREAD.get();
        int length = 1 + Varints.size(tick) + codec.encode(columns);
        byte[] envelope = new byte[head.length + 1 + Varints.size(length) + length];
        ByteBuf out = Unpooled.wrappedBuffer(envelope).clear();
        out.writeBytes(head);
        header(out, IN_ENVELOPE, length);
        out.writeByte(TICK);
        Varints.write(out, tick);
        codec.write(out);
        return envelope;
    }

    private static void header(ByteBuf out, int tag, int bytes) {
        out.writeByte(tag);
        Varints.write(out, bytes);
    }
}
