package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import presence.bench.EventLoopThreads;
import presence.wire.ClientEvent;
import presence.wire.WebSocketReader;
import presence.wire.WireDecoder;
import presence.wire.WireException;
import presence.wire.WireLimits;

/** Measures a received cursor's whole way up to the tick: masked bytes, decoded, into its slot. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {EventLoopThreads.CUSTOM, EventLoopThreads.CLASS, EventLoopThreads.NO_LEAK_SAMPLES})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CursorReceive {
    private static final byte[] CURSOR = {0x22, 8, 0x10, (byte) 0x80, (byte) 0xfa, 1, 0x18, (byte) 0x80, (byte) 0xf4, 3
    };
    private static final int MASK = 0x1234_5678;

    private final WireDecoder decoder = new WireDecoder(WireLimits.DEFAULT);
    private final CursorSlot slot = new CursorSlot(new DirtyCursors(() -> {}));
    private final ClientEvent.Cursor decoded =
            new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 0, 16_000, 32_000, false);
    private final ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer();
    private final WebSocketReader reader = new WebSocketReader(65_536, new WebSocketReader.Handler() {
        @Override
        public void onBinary(ByteBuf message) {
            try {
                if (decoder.decode(message) instanceof ClientEvent.Cursor cursor) {
                    write(cursor);
                }
            } catch (WireException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void onText() {}

        @Override
        public void onPing(ByteBuf payload) {}

        @Override
        public void onPong() {}

        @Override
        public void onClose(int code) {}
    });

    private long nowMs;

    @Setup
    public void header() {
        frame.writeByte(0x82).writeByte(0x80 | CURSOR.length).writeInt(MASK);
    }

    private void write(ClientEvent.Cursor cursor) {
        slot.move(cursor.x(), cursor.y(), cursor.hidden(), ++nowMs);
    }

    /** Measures the part after the decoding; it must allocate nothing. */
    @Benchmark
    public CursorSlot writeDecoded() {
        write(decoded);
        return slot;
    }

    /** Masks the payload anew each time because it is unmasked in place; the figure includes that. */
    @Benchmark
    public CursorSlot decodeAndWrite() throws WireException {
        frame.setIndex(0, 6).writeBytes(CURSOR);
        for (int i = 0; i < CURSOR.length; i++) {
            frame.setByte(6 + i, CURSOR[i] ^ MASK >>> 24 - (i & 3) * 8);
        }
        reader.read(frame);
        return slot;
    }
}
