package presence.bench.attack;

import com.google.protobuf.ByteString;
import presence.proto.ClientFrame;
import presence.proto.SignalSend;

/** Sends signals on boards of good users, far more than are relayed. */
record SignalAttack() implements Attack {
    private static final long ROUND_MS = 10;
    private static final Chunk SIGNALS = Chunk.of(
            15,
            ClientFrame.newBuilder()
                    .setSignal(SignalSend.newBuilder().setType("noise").setPayload(ByteString.copyFrom(new byte[16])))
                    .build());

    @Override
    public String name() {
        return "signals";
    }

    @Override
    public int connections() {
        return 50;
    }

    @Override
    public String trace() {
        return "presence_limited_total{limit=\"signals\"}";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.join(() -> connection.every(ROUND_MS, () -> connection.write(SIGNALS)));
    }
}
