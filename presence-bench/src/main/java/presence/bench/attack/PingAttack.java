package presence.bench.attack;

import io.netty.buffer.UnpooledByteBufAllocator;
import presence.bench.client.ClientFrames;

/** Sends pings without end, and never reads a pong. */
record PingAttack() implements Attack {
    private static final int PING = 0x89;
    private static final Chunk PINGS =
            Chunk.of(64, () -> ClientFrames.frame(UnpooledByteBufAllocator.DEFAULT, PING, new byte[125]));

    @Override
    public String name() {
        return "pings";
    }

    @Override
    public int connections() {
        return 50;
    }

    @Override
    public String trace() {
        // Too many frames, or too many unread pongs: the first limit reached closes it.
        return "presence_closed_total";
    }

    @Override
    public boolean reads() {
        return false;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> {
            connection.stopReading();
            connection.pour(PINGS);
        });
    }
}
