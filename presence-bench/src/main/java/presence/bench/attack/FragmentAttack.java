package presence.bench.attack;

import io.netty.buffer.UnpooledByteBufAllocator;
import presence.bench.client.ClientFrames;

/**
 * Sends a message whose fragments never end.
 *
 * @param size of a fragment
 */
record FragmentAttack(int size) implements Attack {
    private static final int FIRST = 0x02;
    private static final int CONTINUATION = 0x00;

    @Override
    public String name() {
        return "fragments-of-" + size;
    }

    @Override
    public int connections() {
        return 50;
    }

    @Override
    public String trace() {
        return size == 0 ? "presence_limited_total{limit=\"bytes\"}" : "presence_closed_total{reason=\"too_big\"}";
    }

    @Override
    public void begin(AttackConnection connection) {
        Chunk first = fragments(1, FIRST);
        Chunk rest = fragments(256, CONTINUATION);
        connection.shakeHands(() -> {
            connection.write(first);
            connection.pour(rest);
        });
    }

    private Chunk fragments(int count, int firstByte) {
        return Chunk.of(count, () -> ClientFrames.frame(UnpooledByteBufAllocator.DEFAULT, firstByte, new byte[size]));
    }
}
