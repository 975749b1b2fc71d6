package presence.bench.attack;

import io.netty.buffer.UnpooledByteBufAllocator;
import presence.bench.client.ClientFrames;
import presence.bench.client.Mover;

/** Joins boards of good users and moves, but reads nothing. */
record StalledReaderAttack() implements Attack {
    private static final long MOVE_MS = 50;
    private static final Chunk MOVE =
            Chunk.of(1, () -> ClientFrames.cursor(UnpooledByteBufAllocator.DEFAULT, Mover.LOWEST, Mover.LOWEST));

    @Override
    public String name() {
        return "stalled-readers";
    }

    @Override
    public int connections() {
        return 500;
    }

    @Override
    public String trace() {
        return "presence_cursor_frames_skipped_total";
    }

    @Override
    public boolean reads() {
        return false;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.join(() -> {
            connection.stopReading();
            connection.every(MOVE_MS, () -> connection.write(MOVE));
        });
    }
}
