package presence.bench;

import com.google.protobuf.ByteString;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.jspecify.annotations.Nullable;
import presence.proto.ClientFrame;
import presence.proto.SignalSend;

/** The largest signals there may be, as many as are passed on: to everybody on the board. */
record LargeSignalAttack() implements Attack {
    private static final long ROUND_MS = 25;
    private static final Chunk SIGNAL = Chunk.of(
            1,
            () -> ClientFrames.message(
                    UnpooledByteBufAllocator.DEFAULT,
                    ClientFrame.newBuilder()
                            .setSignal(SignalSend.newBuilder()
                                    .setType("noise")
                                    .setPayload(ByteString.copyFrom(new byte[16_384])))
                            .build()));

    @Override
    public String name() {
        return "large-signals";
    }

    @Override
    public int connections() {
        return 20;
    }

    @Override
    public @Nullable String trace() {
        // Not one too many: nothing to refuse.
        return null;
    }

    @Override
    public void begin(Hostile connection) {
        connection.join(() -> connection.every(ROUND_MS, () -> connection.write(SIGNAL)));
    }
}
