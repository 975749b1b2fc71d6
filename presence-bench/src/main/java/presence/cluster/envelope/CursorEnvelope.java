package presence.cluster.envelope;

import com.google.protobuf.InvalidProtocolBufferException;
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
import presence.model.CursorColumns;
import presence.model.NodeId;

/** Measures encoding and decoding one tick's cursors between nodes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CursorEnvelope {
    @Param({"5", "50"})
    public int positions;

    private final EnvelopeCodec codec = new EnvelopeCodec(NodeId.random(), false);
    private final EnvelopeCodec other = new EnvelopeCodec(NodeId.random(), false);
    private final CursorColumns columns = new CursorColumns();
    private byte[] encoded = {};

    @Setup
    public void tick() {
        for (int i = 1; i <= positions; i++) {
            columns.add(i, 20_000 + i, 40_000 - i, false, 3);
        }
        encoded = encode();
    }

    @Benchmark
    public byte[] encode() {
        return codec.encodeCursors(0, 1, columns);
    }

    @Benchmark
    public CursorColumns decode() throws InvalidProtocolBufferException {
        return EnvelopeMapping.columns(other.decode(encoded).getCursors());
    }

    @Benchmark
    public boolean dropEcho() {
        return codec.isOwn(encoded);
    }
}
