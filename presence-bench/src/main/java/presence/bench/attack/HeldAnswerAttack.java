package presence.bench.attack;

import io.netty.buffer.UnpooledByteBufAllocator;
import presence.bench.client.ClientFrames;

/**
 * Sends pings and never reads the pongs: slightly fewer than close the connection, so that the service buffers them.
 */
record HeldAnswerAttack() implements Attack {
    private static final int PING = 0x89;
    /** 127 bytes each way: together just less than the reliable lane of a client. */
    private static final Chunk PINGS =
            Chunk.of(1_900, () -> ClientFrames.frame(UnpooledByteBufAllocator.DEFAULT, PING, new byte[125]));

    @Override
    public String name() {
        return "held-answers";
    }

    @Override
    public int connections() {
        return 5_000;
    }

    @Override
    public String trace() {
        return "presence_limited_total{limit=\"buffers\"}";
    }

    @Override
    public boolean reads() {
        return false;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> {
            connection.stopReading();
            connection.write(PINGS);
        });
    }
}
