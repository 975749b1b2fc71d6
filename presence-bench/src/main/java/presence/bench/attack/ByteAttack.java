package presence.bench.attack;

import com.google.protobuf.ByteString;
import presence.proto.ClientFrame;
import presence.proto.StatePatch;

/** Sends frames of nearly the largest allowed size. */
record ByteAttack() implements Attack {
    private static final ByteString LARGE = ByteString.copyFrom(new byte[65_000]);
    private static final Chunk STATES = Chunk.of(
            4,
            ClientFrame.newBuilder()
                    .setState(StatePatch.newBuilder().putSet("large", LARGE))
                    .build());

    @Override
    public String name() {
        return "bytes";
    }

    @Override
    public int connections() {
        return 50;
    }

    @Override
    public String trace() {
        return "presence_limited_total{limit=\"bytes\"}";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.join(() -> connection.pour(STATES));
    }
}
