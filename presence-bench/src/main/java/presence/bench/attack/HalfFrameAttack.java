package presence.bench.attack;

import io.netty.buffer.Unpooled;

/** Announces a frame of 60 KiB and sends one byte of it per second. */
record HalfFrameAttack() implements Attack {
    private static final Chunk HEADER = Chunk.of(1, "\u0082\u00fe\u00f0\u0000mask");

    @Override
    public String name() {
        return "half-frames";
    }

    @Override
    public int connections() {
        return 5_000;
    }

    @Override
    public String trace() {
        return "presence_closed_total{reason=\"heartbeat_timeout\"}";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> {
            connection.write(HEADER);
            connection.every(1_000, () -> connection.write(Unpooled.wrappedBuffer(new byte[1]), 0));
        });
    }
}
