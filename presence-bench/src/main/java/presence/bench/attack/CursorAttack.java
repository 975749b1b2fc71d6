package presence.bench.attack;

import io.netty.buffer.UnpooledByteBufAllocator;
import presence.bench.client.ClientFrames;
import presence.bench.client.Mover;

/** Moves on boards of good users, far more often than the board ticks. */
record CursorAttack() implements Attack {
    private static final Chunk MOVES =
            Chunk.of(256, () -> ClientFrames.cursor(UnpooledByteBufAllocator.DEFAULT, Mover.LOWEST, Mover.LOWEST));

    @Override
    public String name() {
        return "cursors";
    }

    @Override
    public int connections() {
        return 50;
    }

    @Override
    public String trace() {
        return "presence_limited_total{limit=\"frames\"}";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.join(() -> connection.pour(MOVES));
    }
}
