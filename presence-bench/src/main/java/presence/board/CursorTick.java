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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import presence.bench.EventLoopThreads;
import presence.model.CursorColumns;
import presence.wire.WireEncoder;

/** Measures the parts of a tick: moves into slots, slots into columns, columns into one frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {EventLoopThreads.CUSTOM, EventLoopThreads.CLASS, EventLoopThreads.NO_LEAK_SAMPLES})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CursorTick {
    @Param({"10", "200", "1000"})
    public int users;

    private final DirtyCursors dirty = new DirtyCursors(() -> {});
    private final CursorColumns columns = new CursorColumns();
    private final WireEncoder encoder = new WireEncoder(PooledByteBufAllocator.DEFAULT);
    private CursorSlot[] slots = {};
    private long nowMs;

    @Setup
    public void createSlots() {
        slots = new CursorSlot[users];
        for (int i = 0; i < users; i++) {
            slots[i] = new CursorSlot(dirty);
        }
    }

    /** Moves every member once. */
    @Benchmark
    public CursorSlot move() {
        moveAll();
        return drain();
    }

    private void moveAll() {
        nowMs++;
        for (int i = 0; i < slots.length; i++) {
            slots[i].move(20_000 + i, 40_000 - i, false, nowMs);
        }
    }

    private CursorSlot drain() {
        CursorSlot first = dirty.drain();
        for (CursorSlot slot = first; slot != null; slot = slot.next) {
            slot.take();
        }
        return first == null ? slots[0] : first;
    }

    /** Moves every member once and encodes the frame. */
    @Benchmark
    public int moveAndEncode() {
        moveAll();
        columns.clear();
        int row = 0;
        for (CursorSlot slot = dirty.drain(); slot != null; slot = slot.next) {
            CursorSlot.addTo(columns, ++row, slot.take(), 3);
        }
        ByteBuf frame = encoder.cursors(1, columns);
        int bytes = frame.readableBytes();
        frame.release();
        return bytes;
    }
}
