package presence.bench;

import io.netty.buffer.UnpooledByteBufAllocator;

/**
 * A message whose fragments never end.
 *
 * @param size of a fragment
 * @param first fragment of the message
 * @param rest of them
 */
record FragmentAttack(int size, Chunk first, Chunk rest) implements Attack {
    private static final int FIRST = 0x02;
    private static final int CONTINUATION = 0x00;

    static FragmentAttack of(int size) {
        return new FragmentAttack(size, fragments(1, FIRST, size), fragments(256, CONTINUATION, size));
    }

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
    public void begin(Hostile connection) {
        connection.shakeHands(() -> {
            connection.write(first);
            connection.pour(rest);
        });
    }

    private static Chunk fragments(int count, int firstByte, int size) {
        return Chunk.of(count, () -> ClientFrames.frame(UnpooledByteBufAllocator.DEFAULT, firstByte, new byte[size]));
    }
}
