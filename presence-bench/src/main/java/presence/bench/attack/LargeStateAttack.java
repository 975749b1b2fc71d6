package presence.bench.attack;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import presence.proto.ClientFrame;
import presence.proto.StatePatch;

/** Members of boards of good users all set the largest allowed state at the same moment, repeatedly. */
record LargeStateAttack() implements Attack {
    private static final long ROUND_MS = 500;
    private static final Chunk FIRST = state((byte) 1);
    private static final Chunk SECOND = state((byte) 2);

    private static Chunk state(byte filling) {
        byte[] value = new byte[4_000];
        Arrays.fill(value, filling);
        return Chunk.of(
                1,
                ClientFrame.newBuilder()
                        .setState(StatePatch.newBuilder().putSet("all", ByteString.copyFrom(value)))
                        .build());
    }

    @Override
    public String name() {
        return "large-states";
    }

    @Override
    public int connections() {
        return 100;
    }

    @Override
    public @Nullable String trace() {
        // Stays within the limit: nothing is refused.
        return null;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.join(() -> {
            boolean[] first = {true};
            connection.everyTogether(ROUND_MS, () -> {
                connection.write(first[0] ? FIRST : SECOND);
                first[0] = !first[0];
            });
        });
    }
}
