package presence.wire;

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

/** From the bytes of a masked WebSocket frame to a cursor. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {EventLoopThreads.CUSTOM, EventLoopThreads.CLASS, EventLoopThreads.NO_LEAK_SAMPLES})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CursorDecode {
    private static final byte[] CURSOR = {0x22, 8, 0x10, (byte) 0x80, (byte) 0xfa, 1, 0x18, (byte) 0x80, (byte) 0xf4, 3
    };

    private final WireDecoder decoder = new WireDecoder(WireLimits.DEFAULT);
    private final ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer();
    private final WebSocketReader reader = new WebSocketReader(65_536, new WebSocketReader.Handler() {
        @Override
        public void onBinary(ByteBuf message) {
            try {
                seen = decoder.decode(message);
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

    private ClientEvent seen = new ClientEvent.Leave(ClientEvent.NO_REQUEST_ID, 0);

    @Setup
    public void header() {
        frame.writeByte(0x82).writeByte(0x80 | CURSOR.length).writeInt(0x1234_5678);
    }

    /** Masks the payload anew each time, as it is unmasked in place: that is part of the figure. */
    @Benchmark
    public ClientEvent decode() throws WireException {
        frame.setIndex(0, 6).writeBytes(CURSOR);
        for (int i = 0; i < CURSOR.length; i++) {
            frame.setByte(6 + i, CURSOR[i] ^ 0x1234_5678 >>> 24 - (i & 3) * 8);
        }
        reader.read(frame);
        return seen;
    }
}
